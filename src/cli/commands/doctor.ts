import { type Adapter, ComplaintClient, ComplaintError } from '../../index.js'
import type { ProviderName } from '../../model.js'
import { addDays, beijingDay } from '../../time.js'
import type { Configuration, ConfiguredAccount } from '../config/configuration.js'
import { type ConfigFlags, openConfiguration } from '../config/open.js'
import { adviceFor } from '../doctor/advice.js'
import { spareKeyFindings } from '../doctor/api-v3-key-check.js'
import { both, certificateFindings, type Finding } from '../doctor/checks.js'
import { clockFinding, clockUnseen } from '../doctor/clock-check.js'
import { exitCodes, messageOf } from '../exit-codes.js'
import { type Io, write } from '../io.js'
import { languageOf, type Text } from '../language.js'

const marks: Readonly<Record<Finding['verdict'], string>> = { good: '✓', unseen: '-', doubtful: '!', bad: '✗' }
const quick = { maxRetries: 1, timeoutMs: 15_000 }

/** Checks every account: its options and keys, its certificates, this host's clock, and one signed call. */
export async function doctor(flags: ConfigFlags, io: Io): Promise<number> {
  const configuration = await openConfiguration(flags, io)
  const language = languageOf(flags.lang, io.env)
  const verdicts = new Set<Finding['verdict']>()
  for (const account of configuration.accounts) {
    await write(io, `${account.name} (${configuration.source})\n`)
    for await (const { verdict, text } of examine(account, configuration, io)) {
      verdicts.add(verdict)
      await write(io, `  ${marks[verdict]} ${text[language]}\n`)
    }
  }
  await write(io, `${summary(verdicts)[language]}\n`)
  return verdicts.has('bad') ? exitCodes.failed : exitCodes.done
}

async function* examine(account: ConfiguredAccount, configuration: Configuration, io: Io): AsyncGenerator<Finding> {
  let adapter: Adapter
  try {
    adapter = account.adapter()
    yield { verdict: 'good', text: { zh: '配置完整,密钥可用', en: 'options are complete and keys usable' } }
    yield* certificateFindings(account, io.now())
  } catch (error) {
    yield* failure(account, error)
    return
  }
  const { provider } = adapter
  const baseUrl = baseUrlOf(account, provider)
  yield baseUrl === null
    ? clockUnseen('the adapter does not tell its address')
    : await clockFinding({
        provider,
        baseUrl,
        transport: configuration.client.axios ?? {},
        signal: io.stop,
        now: io.now,
      })
  yield* signedCall(account, adapter, configuration, io)
}

/** One row of yesterday: nothing is cheaper for the provider, and it takes the same keys as everything else. */
async function* signedCall(
  account: ConfiguredAccount,
  adapter: Adapter,
  configuration: Configuration,
  io: Io,
): AsyncGenerator<Finding> {
  const client = new ComplaintClient(adapter, { ...configuration.client, ...quick })
  const query = { from: addDays(beijingDay(io.now()), -1), pageSize: 1 }
  try {
    const pages = client.list(query, { signal: io.stop }).pages()
    for await (const _ of pages) break
    yield {
      verdict: 'good',
      text: { zh: '签名调用成功,应答验证通过', en: 'a signed call was answered, and its answer verified' },
    }
  } catch (error) {
    io.stop.throwIfAborted()
    yield* failure(account, error)
    return
  }
  yield* spareKeyFindings(account, { ...configuration.client, ...quick }, query, io.stop)
}

function* failure(account: ConfiguredAccount, error: unknown): Generator<Finding> {
  yield { verdict: 'bad', text: both(messageOf(error)) }
  const provider = account.description?.provider ?? (ComplaintError.isInstance(error) ? error.provider : null)
  if (!ComplaintError.isInstance(error) || provider === null) return
  const { zh, en } = adviceFor(error, provider)
  yield { verdict: 'bad', text: { zh: `处理办法:${zh}`, en: `what to do: ${en}` } }
}

/** Where clocks are compared: the address that is configured, else the provider's own; null where a module chose it. */
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

function summary(verdicts: ReadonlySet<Finding['verdict']>): Text {
  if (verdicts.has('bad')) return { zh: '有问题需要处理,见上', en: 'something must be mended, see above' }
  if (verdicts.has('doubtful'))
    return { zh: '目前可用,但请查看上面标 ! 的内容', en: 'it works, but look at what is marked ! above' }
  return verdicts.has('unseen')
    ? {
        zh: '已检查的内容一切正常(标 - 的未能检查)',
        en: 'all is well, as far as it could be checked (not: what is marked -)',
      }
    : { zh: '一切正常', en: 'all is well' }
}
