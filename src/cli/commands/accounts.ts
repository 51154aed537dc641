import type { Adapter } from '../../index.js'
import type { ConfiguredAccount } from '../config/configuration.js'
import { type ConfigFlags, openConfiguration } from '../config/open.js'
import { exitCodes, formatError } from '../exit-codes.js'
import { type Io, write } from '../io.js'
import { type Language, resolveLanguage } from '../language.js'

/** What is configured, and what each provider allows and can do. Nothing is asked of a provider. */
export async function accounts(flags: ConfigFlags, io: Io): Promise<number> {
  const configuration = await openConfiguration(flags, io)
  const language = resolveLanguage(flags.lang, io.env)
  await write(io, `${configuration.source}\n`)
  let invalid = 0
  for (const account of configuration.accounts) {
    const adapter = createAdapter(account, (error) => {
      invalid += 1
      return formatError(error)
    })
    await write(io, `  ${account.name}  ${typeof adapter === 'string' ? adapter : summary(adapter, language)}\n`)
  }
  return invalid > 0 ? exitCodes.usage : exitCodes.done
}

function createAdapter(account: ConfiguredAccount, onError: (error: unknown) => string): Adapter | string {
  try {
    return account.createAdapter()
  } catch (error) {
    return onError(error)
  }
}

function summary({ limits, capabilities }: Adapter, language: Language): string {
  const { pageSize, windowDays, rateLimit } = limits
  const features = [
    'list',
    'get',
    ...(['history', 'media', 'notifications'] as const).filter((name) => capabilities[name]),
  ]
  const seconds = rateLimit === null ? 0 : rateLimit.perMs / 1000
  const texts: Readonly<Record<Language, readonly string[]>> = {
    zh: [
      `每页 ${pageSize.default} 条`,
      `每个查询窗口 ${windowDays} 天`,
      rateLimit === null ? '无频率限制' : `每 ${seconds} 秒 ${rateLimit.requests} 次请求`,
    ],
    en: [
      `${pageSize.default} rows a page`,
      `windows of ${windowDays} days`,
      rateLimit === null ? 'no quota' : `${rateLimit.requests} requests in ${seconds} s`,
    ],
  }
  return [...texts[language], features.join(' ')].join(', ')
}
