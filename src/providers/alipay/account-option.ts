import type { AccountOption } from '../../adapter-kit/options.js'

/** The number of an application: digits. */
const form = /^\d{5,32}$/

export const tradeAccountOption: AccountOption = { provider: 'alipay-trade', name: 'appId', form }

export const riskAccountOption: AccountOption = { provider: 'alipay-risk', name: 'appId', form }
