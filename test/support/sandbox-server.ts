import type { ProviderName } from '../../src/index.js'
import type { Sandbox } from '../../src/sandbox/index.js'

/** The address of the provider's first host in a sandbox. */
export function serverOf(sandbox: Sandbox, provider: ProviderName): string {
  const { wechatpay, huishouqian, xiaoe, alipayTrade, alipayRisk } = sandbox
  return { wechatpay, huishouqian, xiaoe, 'alipay-trade': alipayTrade, 'alipay-risk': alipayRisk }[provider].baseUrl
}
