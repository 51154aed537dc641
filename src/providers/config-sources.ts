import type { ConfigSource } from '../adapter-kit/config-source.js'
import type { ProviderName } from '../model.js'
import { alipayRiskConfigSource, alipayTradeConfigSource } from './alipay/config-source.js'
import { huishouqianConfigSource } from './huishouqian/config-source.js'
import { wechatpayConfigSource } from './wechatpay/config-source.js'
import { xiaoeConfigSource } from './xiaoe/config-source.js'

/** Of each provider: how files and variables configure its accounts. */
export const configSources: Readonly<Record<ProviderName, ConfigSource>> = {
  wechatpay: wechatpayConfigSource,
  huishouqian: huishouqianConfigSource,
  xiaoe: xiaoeConfigSource,
  'alipay-trade': alipayTradeConfigSource,
  'alipay-risk': alipayRiskConfigSource,
}
