import type { AccountOption } from '../../adapter-kit/options.js'

export const accountOption: AccountOption = { provider: 'wechatpay', name: 'mchid', form: /^\d{5,32}$/ }
