import { describe, expect, it } from 'vitest'
import { accountsFromEnvironment, unknownVariables } from '../../../src/config/environment.js'

describe('the environment', () => {
  it('describes one account for each provider with a variable', () => {
    expect(
      accountsFromEnvironment({
        XIAOE_APP_ID: 'app',
        XIAOE_CLIENT_ID: ' ',
        WECHATPAY_CERTIFICATE_FILES: 'a.pem:b.pem',
      }),
    ).toEqual([
      { provider: 'wechatpay', certificateFiles: ['a.pem', 'b.pem'] },
      { provider: 'xiaoe', appId: 'app' },
    ])
    expect(accountsFromEnvironment({})).toEqual([])
  })

  it('ignores an empty path in a list, as PATH does', () => {
    expect(accountsFromEnvironment({ WECHATPAY_CERTIFICATE_FILES: ' a.pem : :b.pem:' })).toEqual([
      { provider: 'wechatpay', certificateFiles: ['a.pem', 'b.pem'] },
    ])
  })

  it('has no suggestion for a variable that resembles none', () => {
    expect(unknownVariables({ XIAOE_SHOP_ROLLOUT_PERCENT: '1' })).toEqual([
      { name: 'XIAOE_SHOP_ROLLOUT_PERCENT', suggestion: null },
    ])
  })

  it('is checked for unknown variables', () => {
    expect(unknownVariables({ WECHATPAY_MCH_ID: '1', WECHATPAY_MCHID: '1', PATH: '' })).toEqual([
      { name: 'WECHATPAY_MCH_ID', suggestion: 'WECHATPAY_MCHID' },
    ])
  })
})
