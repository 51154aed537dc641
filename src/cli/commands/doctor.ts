import { connectedAccountsOf } from '../../client/connected-accounts.js'
import { type CreatedAdapter, createAdapters } from '../../config/load-config.js'
import { adviceFor, isOutage } from '../../diagnose/advice.js'
import { checkAccounts } from '../../diagnose/check-accounts.js'
import type { CheckResult } from '../../diagnose/finding.js'
import { type ClientOptions, ComplaintClient, ComplaintError } from '../../index.js'
import { accountName, selectByName } from '../account-name.js'
import { exitCodes } from '../exit-codes.js'
import { formatError } from '../format-error.js'
import { type Io, write } from '../io.js'
import { type Language, resolveLanguage, type Text } from '../language.js'
import { type ConfigFlags, openConfiguration, sourceText } from '../open.js'

export interface DoctorFlags extends ConfigFlags {
  readonly account?: readonly string[]
  readonly provider?: readonly string[]
  readonly format: 'text' | 'json'
  /** Without what is in order. */
  readonly onlyProblems: boolean
}

const marks: Readonly<Record<CheckResult['status'], string>> = { ok: '✓', skipped: '-', warning: '!', failed: '✗' }

/** The summary names no more accounts than this. */
const maxNamed = 50

/** Checks each account: options and keys, certificates, this host's clock, one signed request. */
export async function doctor(flags: DoctorFlags, io: Io): Promise<number> {
  const configuration = await openConfiguration(flags, io)
  const language = resolveLanguage(flags.lang, io.env)
  const accounts = selectByName([...createAdapters(configuration.accounts)], flags)
  const results: AccountChecks[] = []
  const findings: object[] = []
  for await (const each of checkConfigured(accounts, configuration.clientOptions, io)) {
    results.push(each)
    const { account } = each
    const checks = flags.onlyProblems ? each.checks.filter(isProblem) : each.checks
    if (checks.length === 0) continue
    if (flags.format === 'json') {
      findings.push(...checks.map((result) => toFinding(account, result)))
      continue
    }
    const heading = `${accountName(account, language)} (${sourceText(configuration, language)})`
    await write(io, [heading, ...checks.flatMap((result) => resultLines(result, language)), ''].join('\n'))
  }
  await write(
    io,
    flags.format === 'json' ? `${JSON.stringify(findings, null, 2)}\n` : `${summary(results, language)}\n`,
  )
  return results.some((each) => has(each, 'failed')) ? exitCodes.failed : exitCodes.done
}

interface AccountChecks {
  readonly account: CreatedAdapter
  readonly checks: readonly CheckResult[]
}

/** The accounts in their order; those with an invalid configuration have one failed check. */
async function* checkConfigured(
  accounts: readonly CreatedAdapter[],
  clientOptions: ClientOptions,
  io: Io,
): AsyncGenerator<AccountChecks> {
  const adapters = accounts.flatMap(({ adapter }) => adapter ?? [])
  const client = adapters.length === 0 ? null : new ComplaintClient(adapters, clientOptions)
  const connected = checkAccounts(connectedAccountsOf(client) ?? [], io.stop, io.now)
  for (const account of accounts) {
    if (account.error !== null) {
      yield { account, checks: [invalidOptions(account)] }
      continue
    }
    const next = await connected.next()
    if (next.done !== true) yield { account, checks: next.value.results }
  }
}

function invalidOptions({ provider, error }: CreatedAdapter & { readonly error: object }): CheckResult {
  return {
    check: 'options',
    status: 'failed',
    text: { zh: '配置检查未通过', en: error.message },
    advice: adviceFor(error, provider, null),
    error,
  }
}

function toFinding({ provider, account }: CreatedAdapter, { check, status, text, advice }: CheckResult): object {
  return { provider, account, check, status, message: text.en, advice }
}

function resultLines({ status, text, advice, error }: CheckResult, language: Language): string[] {
  const { zh } = text
  const found: Text =
    error === undefined ? text : { zh: `${zh}：${formatError(error, 'zh')}`, en: formatError(error, 'en') }
  const toDo: Text | null = advice && { zh: `处理建议：${advice.zh}`, en: `what to do: ${advice.en}` }
  return [`  ${marks[status]} ${found[language]}`, ...(toDo === null ? [] : [`    ${toDo[language]}`])]
}

function isProblem({ status }: CheckResult): boolean {
  return status === 'failed' || status === 'warning'
}

function has({ checks }: AccountChecks, status: CheckResult['status']): boolean {
  return checks.some((check) => check.status === status)
}

/** Of several accounts, those with problems by their names. */
function summary(results: readonly AccountChecks[], language: Language): string {
  const failed = results.filter((each) => has(each, 'failed'))
  const warned = results.filter((each) => has(each, 'warning') && !has(each, 'failed'))
  const lines = [
    countText(failed, results.length, { zh: '未通过', en: 'failed' }, language),
    countText(warned, results.length, { zh: '有警告', en: 'with warnings' }, language),
  ]
  return [
    ...(results.length > 1 ? lines.filter((line) => line !== null) : []),
    outcome(results.flatMap(({ checks }) => checks))[language],
  ].join('\n')
}

/** Null: no account. */
function countText(accounts: readonly AccountChecks[], of: number, outcome: Text, language: Language): string | null {
  if (accounts.length === 0) return null
  const names = accounts.slice(0, maxNamed).map(({ account }) => accountName(account, language))
  const more = accounts.length - names.length
  return language === 'zh'
    ? `${of} 个账号中 ${accounts.length} 个${outcome.zh}：${names.join('、')}${more === 0 ? '' : ` 等`}`
    : `${accounts.length} of ${of} ${outcome.en}: ${names.join(', ')}${more === 0 ? '' : ` and ${more} more`}`
}

function outcome(results: readonly CheckResult[]): Text {
  const failures = results.filter(({ status }) => status === 'failed')
  if (failures.length > 0 && failures.every(({ error }) => ComplaintError.isInstance(error) && isOutage(error)))
    return { zh: '渠道服务异常或繁忙，请稍后重试', en: 'the provider has trouble, try later' }
  if (failures.length > 0)
    return { zh: '检查发现错误，请处理上面标 ✗ 的项', en: 'errors found: fix what is marked ✗ above' }
  if (results.some(({ status }) => status === 'warning'))
    return { zh: '目前可用，但请留意上面标 ! 的项', en: 'no errors, but see the warnings marked ! above' }
  return results.some(({ status }) => status === 'skipped')
    ? {
        zh: '已检查的项全部正常（标 - 的项未能检查）',
        en: 'all checks passed, except those marked -, which could not be run',
      }
    : { zh: '全部正常', en: 'all checks passed' }
}
