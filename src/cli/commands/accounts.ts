import type { Adapter } from '../../index.js'
import type { ConfiguredAccount } from '../config/configuration.js'
import { type ConfigFlags, openConfiguration } from '../config/open.js'
import { exitCodes, formatError } from '../exit-codes.js'
import { type Io, write } from '../io.js'
import { type Language, resolveLanguage } from '../language.js'

/** Prints the configured accounts with the limits and features of their providers. Sends no request. */
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
      `单次查询最长 ${windowDays} 天`,
      rateLimit === null ? '不限频' : `限频 ${rateLimit.requests} 次/${seconds} 秒`,
    ],
    en: [
      `${pageSize.default} rows per page`,
      `windows of ${windowDays} days`,
      rateLimit === null ? 'no rate limit' : `${rateLimit.requests} requests per ${seconds} s`,
    ],
  }
  return [...texts[language], features.join(' ')].join(language === 'zh' ? '，' : ', ')
}
