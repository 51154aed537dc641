import { type Adapter, ComplaintClient, ComplaintError } from '../../index.js'
import { addDays, beijingDay } from '../../time.js'
import { adviceFor } from '../advice.js'
import { both, certificateFindings, clockFinding, type Finding } from '../checks.js'
import { type Configuration, type ConfiguredAccount, loadConfiguration } from '../configuration.js'
import { exitCodes, messageOf } from '../exit-codes.js'
import { type Io, write } from '../io.js'
import { type Language, languageOf } from '../language.js'
import { warnOfMisspelt } from './accounts.js'

export interface DoctorFlags {
  readonly config?: string
  readonly lang?: string
}

const marks: Readonly<Record<Finding['verdict'], string>> = { good: '✓', doubtful: '!', bad: '✗' }
const quick = { maxRetries: 1, timeoutMs: 15_000 }

/** Checks every account: its options and keys, its certificates, this host's clock, and one signed call. */
export async function doctor(flags: DoctorFlags, io: Io): Promise<number> {
  const configuration = await loadConfiguration(flags.config, io.env)
  const language = languageOf(flags.lang, io.env)
  warnOfMisspelt(flags, io)
  let isWell = true
  for (const account of configuration.accounts) {
    await write(io, `${account.name} (${configuration.source})\n`)
    for await (const { verdict, text } of examine(account, configuration, io)) {
      isWell &&= verdict !== 'bad'
      await write(io, `  ${marks[verdict]} ${text[language]}\n`)
    }
  }
  await write(io, `${summary(isWell, language)}\n`)
  return isWell ? exitCodes.done : exitCodes.failed
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
  const clock = await clockFinding(baseUrlOf(account), io.stop, io.now)
  if (clock !== null) yield clock
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
  const from = addDays(beijingDay(io.now()), -1)
  try {
    const pages = client.list({ from, pageSize: 1 }, { signal: io.stop }).pages()
    for await (const _ of pages) break
    yield {
      verdict: 'good',
      text: { zh: '签名调用成功,应答验证通过', en: 'a signed call was answered, and its answer verified' },
    }
  } catch (error) {
    io.stop.throwIfAborted()
    yield* failure(account, error)
  }
}

function* failure(account: ConfiguredAccount, error: unknown): Generator<Finding> {
  yield { verdict: 'bad', text: both(messageOf(error)) }
  const provider = account.description?.provider ?? (ComplaintError.isInstance(error) ? error.provider : null)
  if (!ComplaintError.isInstance(error) || provider === null) return
  const { zh, en } = adviceFor(error, provider)
  yield { verdict: 'bad', text: { zh: `处理办法:${zh}`, en: `what to do: ${en}` } }
}

/** Where clocks are compared: the address that is configured, else the provider's own. */
function baseUrlOf({ description, name }: ConfiguredAccount): string {
  if (typeof description?.baseUrl === 'string') return description.baseUrl
  const official: Readonly<Record<string, string>> = {
    wechatpay: 'https://api.mch.weixin.qq.com',
    huishouqian:
      description?.environment === 'test' ? 'https://test-api.huishouqian.com' : 'https://api.huishouqian.com',
    xiaoe: 'https://api.xiaoe-tech.com',
  }
  return official[description?.provider ?? name.split(':')[0] ?? ''] ?? ''
}

function summary(isWell: boolean, language: Language): string {
  const texts = isWell
    ? { zh: '一切正常', en: 'all is well' }
    : { zh: '有问题需要处理,见上', en: 'something must be mended, see above' }
  return texts[language]
}
