import type { Advice } from '../adapter-kit/advice.js'
import type { ProviderName } from '../model.js'
import { alipayRiskAdvice, alipayTradeAdvice } from './alipay/advice.js'
import { huishouqianAdvice } from './huishouqian/advice.js'
import { wechatpayAdvice } from './wechatpay/advice.js'
import { xiaoeAdvice } from './xiaoe/advice.js'

/** What to do about the errors of each provider: the first advice that matches. */
export const providerAdvice: Readonly<Record<ProviderName, readonly Advice[]>> = {
  wechatpay: wechatpayAdvice,
  huishouqian: huishouqianAdvice,
  xiaoe: xiaoeAdvice,
  'alipay-trade': alipayTradeAdvice,
  'alipay-risk': alipayRiskAdvice,
}
