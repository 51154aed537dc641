import { createAdapters } from '../../config/load-config.js'
import type { Adapter } from '../../index.js'
import { accountName } from '../account-name.js'
import { exitCodes } from '../exit-codes.js'
import { formatError } from '../format-error.js'
import { type Io, write } from '../io.js'
import { type Language, resolveLanguage } from '../language.js'
import { type ConfigFlags, openConfiguration, sourceText } from '../open.js'

/** Prints the configured accounts with the limits and features of their providers. Sends no request. */
export async function accounts(flags: ConfigFlags, io: Io): Promise<number> {
  const configuration = await openConfiguration(flags, io)
  const language = resolveLanguage(flags.lang, io.env)
  await write(io, `${sourceText(configuration, language)}\n`)
  let hasInvalid = false
  for (const account of createAdapters(configuration.accounts)) {
    hasInvalid ||= account.error !== null
    const text = account.error === null ? summary(account.adapter, language) : formatError(account.error, language)
    await write(io, `  ${accountName(account, language)}  ${text}\n`)
  }
  return hasInvalid ? exitCodes.usage : exitCodes.done
}

function summary({ limits, capabilities }: Adapter, language: Language): string {
  const { pageSize, windowDays, rateLimit } = limits
  const supported = [
    'list',
    'get',
    ...(['history', 'media', 'notifications'] as const).filter((name) => capabilities[name]),
  ] as const
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
  return language === 'zh'
    ? [...texts.zh, `支持${supported.map((name) => features[name]).join('、')}`].join('，')
    : [...texts.en, supported.join(' ')].join(', ')
}

const features = {
  list: '列表',
  get: '单条查询',
  history: '协商历史',
  media: '下载附件',
  notifications: '回调通知',
} as const
