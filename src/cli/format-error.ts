import { ComplaintError, type ErrorCode } from '../index.js'
import { translateError } from './error-translations.js'
import { UsageError, WriteError } from './exit-codes.js'
import type { Language } from './language.js'
import { StopRequested } from './stopped.js'
import { oneLine, shownPath } from './text.js'

/** What an error of each code means, in Chinese. */
export const errorMeanings: Readonly<Record<ErrorCode | 'STORE', string>> = {
  CONFIG: '配置有误',
  QUERY: '查询条件有误',
  NETWORK: '网络连接失败',
  TIMEOUT: '请求超时',
  API: '渠道拒绝了请求',
  AUTHENTICATION: '渠道不接受该账号的身份认证',
  PERMISSION: '该账号没有权限',
  NOT_FOUND: '查不到这条投诉',
  RATE_LIMIT: '调用过于频繁或配额已用完',
  SIGNATURE: '应答验签失败',
  RESPONSE: '应答无法解析',
  PAGINATION: '列表未能完整读取',
  UNSUPPORTED: '该渠道不支持此操作',
  STORE: '存储读写失败',
}

/**
 * An error as one line. Messages of the library are English: in Chinese, the meaning of the code stands before the
 * original.
 */
export function formatError(error: unknown, language: Language): string {
  if (error instanceof UsageError || error instanceof WriteError || error instanceof StopRequested)
    return error.text[language]
  if (!ComplaintError.isInstance(error))
    return untranslated('出错', error instanceof Error ? foreignMessage(error) : String(error), language)
  const { code, retryable, requestId, message } = error
  const meaning = code === 'API' && retryable ? '渠道服务异常或繁忙' : errorMeanings[code]
  const request = requestId === null ? '' : ` (request id ${oneLine(requestId)})`
  const translated = code === 'CONFIG' || code === 'QUERY' ? translateError(message) : null
  return untranslated(translated === null ? meaning : `${meaning}：${translated}`, `${message}${request}`, language)
}

/** Errors of node:fs quote the path. */
function foreignMessage(error: NodeJS.ErrnoException): string {
  const { message, path } = error
  return typeof path === 'string' && path !== '' ? message.replaceAll(path, shownPath(path)) : message
}

/** An English text on one line; in Chinese with its meaning before it. */
export function untranslated(meaning: string, original: string, language: Language): string {
  return language === 'zh' ? `${meaning}（原文：${original}）` : original
}
