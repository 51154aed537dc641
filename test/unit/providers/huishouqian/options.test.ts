import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ConfigError, type HuishouqianOptions, huishouqian, type XiaoeOptions, xiaoe } from '../../../../src/index.js'
import { mapComplaint } from '../../../../src/providers/huishouqian/map.js'

const read = (name: string): string => readFileSync(new URL(`../../../fixtures/pfx/${name}`, import.meta.url), 'utf8')
const good = {
  merchantNo: '814000000001',
  signType: 'RSA2' as const,
  key: 'made-up-key',
  privateKey: read('private-key.pem'),
  platformCertificate: read('certificate.pem'),
}
const { key: _key, ...withoutKey } = good
const { privateKey: _privateKey, ...withoutPrivateKey } = good
const der = Buffer.from(good.platformCertificate.replace(/-----[^-]+-----|\s/g, ''), 'base64')

describe('huishouqian() options', () => {
  it.each<[string, object, RegExp]>([
    ['an unknown option', { ...good, merchantno: '1' }, /merchantno/],
    ['a number for merchantNo', { ...good, merchantNo: 814000000001 }, /merchantNo: must be text/],
    ['an unknown mechanism', { ...good, signType: 'MD5' }, /signType: must be one of "RSA2", "CFCA"/],
    ['RSA2 without key', withoutKey, /key is needed under signType RSA2/],
    ['no private key', withoutPrivateKey, /privateKey: must be a key/],
    ['a private key that is none', { ...good, privateKey: 'hunter2' }, /privateKey cannot be read/],
    ['a certificate that is none', { ...good, platformCertificate: 'hunter2' }, /platformCertificate cannot be read/],
    ['no certificate', { ...good, platformCertificate: [] }, /platformCertificate/],
    ['an unknown environment', { ...good, environment: 'prod' }, /environment/],
    ['http', { ...good, baseUrl: 'http://api.huishouqian.com' }, /baseUrl must be an https URL/],
  ])('%s', (_, options, message) => {
    const make = (): unknown => huishouqian(options as HuishouqianOptions)
    expect(make).toThrow(ConfigError)
    expect(make).toThrow(message)
    try {
      make()
    } catch (error) {
      expect(inspect(error, { depth: Infinity, showHidden: true })).not.toMatch(/hunter2|made-up-key|BEGIN/)
    }
  })

  it('take certificates in PEM and DER, one and several, also in one file', () => {
    for (const platformCertificate of [
      good.platformCertificate,
      der,
      [good.platformCertificate, der],
      good.platformCertificate.repeat(2),
    ]) {
      expect(() => huishouqian({ ...good, platformCertificate })).not.toThrow()
    }
    expect(() => huishouqian({ ...withoutKey, signType: 'CFCA' })).not.toThrow()
    expect(() => huishouqian({ ...good, signType: 'CFCA' })).not.toThrow()
  })
})

describe('signer of huishouqian()', () => {
  const signer = { sign: async () => new Uint8Array([1]) }
  it('is taken in place of privateKey', () => {
    expect(() => huishouqian({ ...withoutPrivateKey, signer })).not.toThrow()
  })

  it.each<[string, object, RegExp]>([
    ['beside privateKey', { ...good, signer }, /set signer or privateKey, not both/],
    ['under CFCA', { ...withoutPrivateKey, signType: 'CFCA', signer }, /signer is for signType RSA2/],
    ['without sign', { ...withoutPrivateKey, signer: {} }, /signer: must have sign\(message\)/],
  ])('%s is a ConfigError', (_, options, message) => {
    const make = (): unknown => huishouqian(options as HuishouqianOptions)
    expect(make).toThrow(ConfigError)
    expect(make).toThrow(message)
  })
})

describe('xiaoe() options', () => {
  const secret = { appId: 'app1', clientId: 'xop1', secretKey: 'hunter2-secret' }
  it.each<[string, object, RegExp]>([
    [
      'neither form',
      { appId: 'app1' },
      /either \{ appId, clientId, secretKey, tokenStore\? \} or \{ appId, accessToken \}/,
    ],
    ['both forms', { ...secret, accessToken: 'hunter2-token' }, /either/],
    ['half a form', { appId: 'app1', clientId: 'xop1' }, /either/],
    ['an unknown option', { ...secret, secret: 'hunter2' }, /secret/],
    ['no appId', { clientId: 'xop1', secretKey: 'hunter2-secret' }, /appId/],
    ['a store that is none', { ...secret, tokenStore: {} }, /tokenStore: must have get\(\), set\(\) and delete\(\)/],
    ['a token that is a number', { appId: 'app1', accessToken: 1 }, /accessToken/],
    ['http', { ...secret, baseUrl: 'http://api.xiaoe-tech.com' }, /baseUrl must be an https URL/],
  ])('%s', (_, options, message) => {
    const make = (): unknown => xiaoe(options as XiaoeOptions)
    expect(make).toThrow(ConfigError)
    expect(make).toThrow(message)
    try {
      make()
    } catch (error) {
      expect(inspect(error, { depth: Infinity, showHidden: true })).not.toMatch(/hunter2/)
    }
  })
})

describe("the sample of Huishouqian's page, with made-up merchant, openid and phone", () => {
  it('is mapped whole', () => {
    const row = {
      amount: 300,
      complaintDetail: '昨天晚上我都没有充电,为什么要扣款请核对一下。',
      complaintFullRefunded: 1,
      complaintId: '200210220211228100360913215',
      complaintState: 'PROCESSED',
      complaintTime: '20211228105914',
      incomingUserResponse: 0,
      merchantNo: '814000000001',
      payerOpenid: 'oSynthetic000000000000000001',
      payerPhone: '13800000000',
      problemDescription: '其他问题',
      userComplaintTimes: 1,
    }
    expect(mapComplaint(row, 'main')).toEqual({
      provider: 'huishouqian',
      account: 'main',
      id: '200210220211228100360913215',
      state: 'resolved',
      providerState: 'PROCESSED',
      createdAt: new Date('2021-12-28T02:59:14Z'),
      closedAt: null,
      dueAt: null,
      subject: '其他问题',
      detail: '昨天晚上我都没有充电,为什么要扣款请核对一下。',
      channel: 'wechatpay',
      merchantId: '814000000001',
      agentId: null,
      payer: { phone: { value: '13800000000', form: 'plain' }, openId: 'oSynthetic000000000000000001' },
      orders: [{ merchantOrderNo: null, transactionId: null, amount: { fen: 300, currency: 'CNY' } }],
      resource: null,
      refund: { wanted: null, amount: null, completed: true },
      awaitingReply: false,
      overdue: null,
      urgent: null,
      inPlatformService: null,
      timesComplained: 1,
      tags: [],
      media: [],
      raw: row,
    })
    expect(
      mapComplaint({ ...row, incomingUserResponse: '1', amount: '300', userComplaintTimes: '2' }, 'main'),
    ).toMatchObject({
      awaitingReply: true,
      orders: [{ amount: { fen: 300 } }],
      timesComplained: 2,
    })
  })
})
