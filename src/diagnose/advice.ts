import type { ComplaintError } from '../errors.js'
import type { Label } from '../labels/tables.js'
import type { ProviderName } from '../model.js'
import { providerAdvice } from '../providers/advice.js'

const outage: Label = {
  zh: '渠道服务异常或繁忙，与本账号的配置无关，请稍后重试',
  en: 'the provider has trouble, try later; the configuration of this account is not the cause',
}

const configuration: Label = {
  zh: '请按错误信息修改该账号的配置',
  en: 'correct the configuration of this account as the message says',
}

const rateLimited: Label = {
  zh: '调用过于频繁或配额已用完，请稍后重试',
  en: 'too many requests, or the quota is used up: try again later',
}

const support: Label = {
  zh: '请将错误信息和请求编号提供给渠道客服',
  en: "send the message, with its request id, to the provider's support",
}

/**
 * What to do about an error of one account.
 * @param provider null: not known, because the configuration is wrong
 * @param baseUrl the address of the account's requests; null: unknown
 */
export function adviceFor(error: ComplaintError, provider: ProviderName | null, baseUrl: string | null): Label {
  if (isOutage(error)) return outage
  const address = baseUrl ?? 'baseUrl'
  if (isWrongAddress(error)) return wrongAddress(address)
  const advice = provider === null ? null : findAdvice(error, provider)
  if (advice !== null) return advice
  switch (error.code) {
    case 'CONFIG':
      return configuration
    case 'RATE_LIMIT':
      return rateLimited
    case 'NETWORK':
      return unreachable(address)
    case 'TIMEOUT':
      return noResponse(address)
    default:
      return support
  }
}

/** The provider's own advice, by codes and operation; null: it has none. */
export function findAdvice(
  { code, operation, providerCode }: Pick<ComplaintError, 'code' | 'operation' | 'providerCode'>,
  provider: ProviderName,
): Label | null {
  const advice = providerAdvice[provider].find(
    (candidate) =>
      (candidate.code ?? code) === code &&
      (candidate.operation ?? operation) === operation &&
      (candidate.providerCodes === undefined ||
        (providerCode !== null && candidate.providerCodes.includes(providerCode))),
  )
  return advice?.text ?? null
}

/** The provider reports a failure of its own: a 5xx, or its code for "busy". Keys and options do not matter. */
export function isOutage({ code, retryable }: ComplaintError): boolean {
  return code === 'API' && retryable
}

/**
 * Something responds, but not the provider's API: a 404, a redirect, a page or other JSON, or no signature where each
 * response has one.
 */
function isWrongAddress({ code, status, issues }: ComplaintError): boolean {
  if (status === null) return false
  // An issue deeper in the response is about a complaint: the API itself responds.
  if (code === 'RESPONSE') return issues.every(({ path }) => path.length <= 1)
  if (code === 'SIGNATURE') return issues.length > 0
  return code === 'NETWORK' || ((code === 'API' || code === 'NOT_FOUND') && status === 404)
}

function wrongAddress(address: string): Label {
  return {
    zh: `接口地址有误：${address} 有应答，但不是该渠道的接口，请核对接口地址（baseUrl）和环境；若无误，则是渠道服务异常，请稍后重试`,
    en: `the address is wrong: ${address} responds, but not as this provider's API; check baseUrl and environment; if they are right, the provider has trouble, try later`,
  }
}

function unreachable(address: string): Label {
  return {
    zh: `无法连接 ${address}：请核对接口地址（baseUrl），并检查本机到该地址的网络、DNS、代理和防火墙`,
    en: `${address} cannot be reached: check the address (baseUrl), then network, DNS, proxy and firewall between this host and it`,
  }
}

function noResponse(address: string): Label {
  return {
    zh: `${address} 没有及时应答：可能是渠道服务异常，请稍后重试；若一直如此，请检查网络、代理和防火墙`,
    en: `no response in time from ${address}: the provider may have trouble, try later; if it lasts, check network, proxy and firewall`,
  }
}
