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

  it('has one variable that chooses between providers which share the others', () => {
    const account = { ALIPAY_APP_ID: '2021', ALIPAY_PUBLIC_KEY_FILE: 'a.pem' }
    const options = { appId: '2021', alipayPublicKeyFile: 'a.pem' }
    for (const product of [undefined, '', ' ', 'trade', ' TRADE '])
      expect(accountsFromEnvironment({ ...account, ALIPAY_PRODUCT: product })).toEqual([
        { provider: 'alipay-trade', ...options },
      ])
    expect(accountsFromEnvironment({ ...account, ALIPAY_PRODUCT: 'risk' })).toEqual([
      { provider: 'alipay-risk', ...options },
    ])
    expect(accountsFromEnvironment({ ALIPAY_PRODUCT: 'risk' })).toEqual([])
    expect(() => accountsFromEnvironment({ ALIPAY_PRODUCT: 'hunter2' })).toThrow(
      'ALIPAY_PRODUCT must be one of trade, risk',
    )
    expect(() => accountsFromEnvironment({ ALIPAY_PRODUCT: 'hunter2' })).not.toThrow('hunter2')
  })

  it('is checked once for unknown variables of providers that share them', () => {
    expect(unknownVariables({ ALIPAY_APPID: '1', ALIPAY_PRODUCT: 'risk', ALIPAY_APP_ID: '1' })).toEqual([
      { name: 'ALIPAY_APPID', suggestion: 'ALIPAY_APP_ID' },
    ])
    expect(unknownVariables({ ALIPAY_PRODUKT: 'risk' })).toEqual([
      { name: 'ALIPAY_PRODUKT', suggestion: 'ALIPAY_PRODUCT' },
    ])
  })
})
