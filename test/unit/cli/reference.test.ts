import { describe, expect, it } from 'vitest'
import { parseReference } from '../../../src/cli/reference.js'
import type { AccountInfo } from '../../../src/index.js'

describe('a reference', () => {
  const info = (provider: string, account: string): AccountInfo => ({ provider, account }) as AccountInfo
  const accounts = [info('wechatpay', '1'), info('wechatpay', 'a:b'), info('xiaoe', 'app')]

  it.each([
    ['wechatpay:1:99', { provider: 'wechatpay', account: '1', id: '99' }],
    ['wechatpay:a:b:99', { provider: 'wechatpay', account: 'a:b', id: '99' }],
    ['xiaoe:c_1', { provider: 'xiaoe', account: 'app', id: 'c_1' }],
  ])('%s', (text, ref) => {
    expect(parseReference(text, accounts)).toEqual(ref)
  })

  it('may be the id alone if there is one account', () => {
    expect(parseReference('c_1', [info('xiaoe', 'app')])).toEqual({ provider: 'xiaoe', account: 'app', id: 'c_1' })
  })

  it.each(['99', 'wechatpay:99', 'alipay:1:2', 'wechatpay:2:99', 'xiaoe:app:', ''])(
    '%j is rejected with the list of accounts',
    (text) => {
      expect(() => parseReference(text, accounts)).toThrow('wechatpay:1, wechatpay:a:b, xiaoe:app')
    },
  )
})
