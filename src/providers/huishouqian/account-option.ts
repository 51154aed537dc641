import type { AccountOption } from '../../adapter-kit/options.js'

export const accountOption: AccountOption = { provider: 'huishouqian', name: 'merchantNo', form: /^[\w-]{1,32}$/ }
