import { describe, expect, it } from 'vitest'
import type { ComplaintError } from '../../../src/errors.js'
import { huishouqian, wechatpay, xiaoe } from '../../../src/index.js'
import { errorOf } from '../../support/core.js'

const factories = { wechatpay, huishouqian, xiaoe } as unknown as Record<string, (options: unknown) => unknown>
const failureOf = (provider: string, options: unknown): ComplaintError =>
  errorOf(() => factories[provider]?.(options)) as ComplaintError

describe('a ConfigError of an adapter', () => {
  it.each([
    ['wechatpay', { mchid: '1900000001' }, '1900000001'],
    ['wechatpay', { mchid: 1900000001 }, '1900000001'],
    ['wechatpay', { mchid: '19000000010000001' }, '19000000010000001'],
    ['wechatpay', { mchid: '19000000010000001900000001000000' }, '19000000010000001900000001000000'],
    ['wechatpay', { mchid: '1900000001', account: ' north shop ' }, 'north shop'],
    ['wechatpay', { mchid: '1900000001', account: '' }, '1900000001'],
    ['wechatpay', { mchid: '1900000001', account: { name: 'x' } }, '1900000001'],
    ['wechatpay', { mchid: '1900000001', serialNo: 'AB', privateKey: 'garbage' }, '1900000001'],
    ['huishouqian', { merchantNo: '822000000000001', signType: 'RSA2' }, '822000000000001'],
    [
      'huishouqian',
      { merchantNo: '822000000000001', signType: 'CFCA', privateKey: 'x', platformCertificate: 'x' },
      '822000000000001',
    ],
    ['xiaoe', { appId: 'appAbc123' }, 'appAbc123'],
    ['xiaoe', { appId: 'appAbc123', accessToken: 'token', clientId: 'xop' }, 'appAbc123'],
    ['xiaoe', { appId: 'appAbc123', accessToken: 'token', baseUrl: 'http://example.com' }, 'appAbc123'],
  ])('names the provider and the account as soon as an option names it: %s %j', (provider, options, account) => {
    const error = failureOf(provider, options)
    expect(error).toMatchObject({ name: 'ConfigError', provider, account, operation: null })
    expect(error.message.startsWith(`[${provider} ${account}] `)).toBe(true)
  })

  it.each([
    ['wechatpay', undefined],
    ['wechatpay', null],
    ['wechatpay', 'text'],
    ['wechatpay', {}],
    // What does not look like a merchant number may be a secret in the wrong place.
    ['wechatpay', { mchid: '0123456789abcdef0123456789abcdef' }],
    ['wechatpay', { mchid: '-----BEGIN PRIVATE KEY-----\nMIIE' }],
    ['huishouqian', { merchantNo: '-----BEGIN PRIVATE KEY-----\nMIIE' }],
    ['huishouqian', { account: `-----BEGIN PRIVATE KEY-----\n${'M'.repeat(64)}` }],
    ['xiaoe', { appId: `secret/${'x'.repeat(64)}` }],
  ])('names the provider alone where no option names the account: %s %j', (provider, options) => {
    const error = failureOf(provider, options)
    expect(error).toMatchObject({ name: 'ConfigError', provider, account: null })
    expect(error.message.startsWith(`[${provider}] ${provider}()`)).toBe(true)
  })

  it.each([
    ['wechatpay', { mchid: '1900000001', privatKey: 'x' }, 'privatKey', 'privateKey'],
    ['wechatpay', { mchid: '1900000001', serialno: 'x' }, 'serialno', 'serialNo'],
    ['wechatpay', { mchid: '1900000001', apiv3key: 'x' }, 'apiv3key', 'apiV3Key'],
    ['huishouqian', { merchantNo: '1', platformCertificates: 'x' }, 'platformCertificates', 'platformCertificate'],
    ['xiaoe', { appId: 'app1', clientID: 'x' }, 'clientID', 'clientId'],
  ])('suggests the option that a misspelt one stands for: %s %j', (provider, options, misspelt, name) => {
    const { message } = failureOf(provider, options)
    expect(message).toContain(`"${misspelt}" (did you mean ${name}?)`)
  })
})
