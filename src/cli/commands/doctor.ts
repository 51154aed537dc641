import { type Adapter, ComplaintClient, ComplaintError } from '../../index.js'
import type { ProviderName } from '../../model.js'
import { addDays, beijingDay } from '../../time.js'
import type { Configuration, ConfiguredAccount } from '../config/configuration.js'
import { type ConfigFlags, openConfiguration } from '../config/open.js'
import { adviceFor } from '../doctor/advice.js'
import { checkApiV3Key } from '../doctor/api-v3-key-check.js'
import { type CheckResult, checkCertificates, untranslated } from '../doctor/checks.js'
import { checkClock, clockNotChecked } from '../doctor/clock-check.js'
import { exitCodes, formatError } from '../exit-codes.js'
import { type Io, write } from '../io.js'
import { resolveLanguage, type Text } from '../language.js'

const marks: Readonly<Record<CheckResult['verdict'], string>> = { ok: '✓', skipped: '-', warning: '!', error: '✗' }
const quickOptions = { maxRetries: 1, timeoutMs: 15_000 }

/** Checks each account: options and keys, certificates, this host's clock, one signed request. */
export async function doctor(flags: ConfigFlags, io: Io): Promise<number> {
  const configuration = await openConfiguration(flags, io)
  const language = resolveLanguage(flags.lang, io.env)
  const verdicts = new Set<CheckResult['verdict']>()
  for (const account of configuration.accounts) {
    await write(io, `${account.name} (${configuration.source})\n`)
    for await (const { verdict, text } of checkAccount(account, configuration, io)) {
      verdicts.add(verdict)
      await write(io, `  ${marks[verdict]} ${text[language]}\n`)
    }
  }
  await write(io, `${summary(verdicts)[language]}\n`)
  return verdicts.has('error') ? exitCodes.failed : exitCodes.done
}

async function* checkAccount(
  account: ConfiguredAccount,
  configuration: Configuration,
  io: Io,
): AsyncGenerator<CheckResult> {
  let adapter: Adapter
  try {
    adapter = account.createAdapter()
    yield { verdict: 'ok', text: { zh: '配置完整，密钥可用', en: 'the options are complete and the keys can be used' } }
    yield* checkCertificates(account, io.now())
  } catch (error) {
    yield* failureResults(account, error)
    return
  }
  const { provider } = adapter
  const baseUrl = baseUrlOf(account, provider)
  yield baseUrl === null
    ? clockNotChecked({
        zh: '该账号由模块创建，地址未知',
        en: "a module made the adapter, so the provider's address is unknown",
      })
    : await checkClock({
        provider,
        baseUrl,
        transport: configuration.client.axios ?? {},
        signal: io.stop,
        now: io.now,
      })
  yield* checkSignedCall(account, adapter, configuration, io)
}

/** Requests one row of yesterday: the cheapest list request, signed with the same keys as all others. */
async function* checkSignedCall(
  account: ConfiguredAccount,
  adapter: Adapter,
  configuration: Configuration,
  io: Io,
): AsyncGenerator<CheckResult> {
  const client = new ComplaintClient(adapter, { ...configuration.client, ...quickOptions })
  const query = { from: addDays(beijingDay(io.now()), -1), pageSize: 1 }
  try {
    const pages = client.list(query, { signal: io.stop }).pages()
    for await (const _ of pages) break
    yield {
      verdict: 'ok',
      text: { zh: '签名请求成功，应答验签通过', en: 'a signed request succeeded, and its response was verified' },
    }
  } catch (error) {
    io.stop.throwIfAborted()
    yield* failureResults(account, error)
    return
  }
  yield* checkApiV3Key(account, { ...configuration.client, ...quickOptions }, query, io.stop)
}

function* failureResults(account: ConfiguredAccount, error: unknown): Generator<CheckResult> {
  yield { verdict: 'error', text: untranslated(formatError(error)) }
  const provider = account.description?.provider ?? (ComplaintError.isInstance(error) ? error.provider : null)
  if (!ComplaintError.isInstance(error) || provider === null) return
  const { zh, en } = adviceFor(error, provider)
  yield { verdict: 'error', text: { zh: `处理建议：${zh}`, en: `what to do: ${en}` } }
}

/** The configured base URL, else the provider's own; null for an adapter that a module made. */
function baseUrlOf({ description }: ConfiguredAccount, provider: ProviderName): string | null {
  if (description === null) return null
  if (typeof description.baseUrl === 'string') return description.baseUrl.replace(/\/+$/, '')
  const official: Readonly<Record<ProviderName, string>> = {
    wechatpay: 'https://api.mch.weixin.qq.com',
    huishouqian:
      description.environment === 'test' ? 'https://test-api.huishouqian.com' : 'https://api.huishouqian.com',
    xiaoe: 'https://api.xiaoe-tech.com',
  }
  return official[provider]
}

function summary(verdicts: ReadonlySet<CheckResult['verdict']>): Text {
  if (verdicts.has('error'))
    return { zh: '检查发现错误，请处理上面标 ✗ 的项', en: 'errors found: fix what is marked ✗ above' }
  if (verdicts.has('warning'))
    return { zh: '目前可用，但请留意上面标 ! 的项', en: 'no errors, but see the warnings marked ! above' }
  return verdicts.has('skipped')
    ? {
        zh: '已检查的项全部正常（标 - 的项未能检查）',
        en: 'all checks passed, except those marked -, which could not be run',
      }
    : { zh: '全部正常', en: 'all checks passed' }
}
