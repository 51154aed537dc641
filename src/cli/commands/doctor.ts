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

/** Checks every account: its options and keys, its certificates, this host's clock, and one signed call. */
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
    yield { verdict: 'ok', text: { zh: '配置完整,密钥可用', en: 'options are complete and keys usable' } }
    yield* checkCertificates(account, io.now())
  } catch (error) {
    yield* failureResults(account, error)
    return
  }
  const { provider } = adapter
  const baseUrl = baseUrlOf(account, provider)
  yield baseUrl === null
    ? clockNotChecked('the adapter does not tell its address')
    : await checkClock({
        provider,
        baseUrl,
        transport: configuration.client.axios ?? {},
        signal: io.stop,
        now: io.now,
      })
  yield* checkSignedCall(account, adapter, configuration, io)
}

/** One row of yesterday: nothing is cheaper for the provider, and it takes the same keys as everything else. */
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
      text: { zh: '签名调用成功,应答验证通过', en: 'a signed call was answered, and its answer verified' },
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
  const provider = account.descriptionSchema?.provider ?? (ComplaintError.isInstance(error) ? error.provider : null)
  if (!ComplaintError.isInstance(error) || provider === null) return
  const { zh, en } = adviceFor(error, provider)
  yield { verdict: 'error', text: { zh: `处理办法:${zh}`, en: `what to do: ${en}` } }
}

/** Where clocks are compared: the address that is configured, else the provider's own; null where a module chose it. */
function baseUrlOf({ descriptionSchema: description }: ConfiguredAccount, provider: ProviderName): string | null {
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
  if (verdicts.has('error')) return { zh: '有问题需要处理,见上', en: 'something must be mended, see above' }
  if (verdicts.has('warning'))
    return { zh: '目前可用,但请查看上面标 ! 的内容', en: 'it works, but look at what is marked ! above' }
  return verdicts.has('skipped')
    ? {
        zh: '已检查的内容一切正常(标 - 的未能检查)',
        en: 'all is well, as far as it could be checked (not: what is marked -)',
      }
    : { zh: '一切正常', en: 'all is well' }
}
