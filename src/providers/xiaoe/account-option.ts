import type { AccountOption } from '../../adapter-kit/options.js'

export const accountOption: AccountOption = { provider: 'xiaoe', name: 'appId', form: /^[\w.-]{1,64}$/ }
