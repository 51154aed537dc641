import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ComplaintClient, ConfigError, type WechatPayOptions, wechatpay } from '../../../../src/index.js'
import { resolveConfig } from '../../../../src/providers/wechatpay/options.js'
import { merchant, platformCertificate } from '../../../support/wechatpay-server.js'

const { publicKeyId: _, publicKey: __, ...withoutPublicKey } = merchant
const { privateKey: ___, ...withoutPrivateKey } = merchant
const { serialNo: ____, ...withoutSerial } = merchant
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const apiV3Key = 'a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb'

const mistakes: [what: string, options: object, message: RegExp][] = [
  ['an unknown option', { ...merchant, privatKey: 'x' }, /privatKey/],
  ['no mchid', { ...merchant, mchid: undefined }, /mchid: must be text/],
  ['a number for mchid', { ...merchant, mchid: 1900000001 }, /mchid: must be text/],
  ['letters in mchid', { ...merchant, mchid: 'abc' }, /mchid: must be digits/],
  ['the public key id for a serial', { ...merchant, serialNo: merchant.publicKeyId }, /serialNo: .*not PUB_KEY_ID/],
  ['neither serial nor certificate', withoutSerial, /set serialNo/],
  ['no private key', withoutPrivateKey, /set privateKey/],
  ['one private key and several', { ...merchant, privateKeys: [merchant.privateKey] }, /not both/],
  ['a private key that is none', { ...merchant, privateKey: 'hunter2' }, /privateKey cannot be read/],
  [
    'a second private key that is none',
    { ...withoutPrivateKey, privateKeys: [merchant.privateKey, 'hunter2'] },
    /privateKeys\.1 cannot be read/,
  ],
  ['an elliptic private key', { ...merchant, privateKey: elliptic }, /privateKey must be an RSA key/],
  ['a public key for a private one', { ...merchant, privateKey: merchant.publicKey }, /privateKey/],
  ['a private key for the public one', { ...merchant, publicKey: merchant.privateKey }, /publicKey is a private key/],
  [
    'a certificate for the public key',
    { ...merchant, publicKey: platformCertificate.pem },
    /publicKey is a certificate/,
  ],
  ["the merchant's own public key", { ...merchant, publicKey: createPublicKey(merchant.privateKey) }, /merchant's own/],
  ['a public key without its id', { ...withoutPublicKey, publicKey: merchant.publicKey }, /go together/],
  [
    'a public key id that is not printable ASCII',
    { ...merchant, publicKeyId: '微信支付公钥ID' },
    /publicKeyId: .*PUB_KEY_ID_/,
  ],
  ['an id without its public key', { ...withoutPublicKey, publicKeyId: merchant.publicKeyId }, /go together/],
  [
    "the merchant certificate's serial for the public key id",
    { ...merchant, publicKeyId: merchant.serialNo },
    /publicKeyId is the merchant certificate's serial number; use .*PUB_KEY_ID_/,
  ],
  [
    'the same in small letters',
    { ...merchant, publicKeyId: merchant.serialNo.toLowerCase() },
    /publicKeyId is the merchant certificate's serial number/,
  ],
  ['no way to verify', withoutPublicKey, /no way to verify/],
  ['a certificate that is none', { ...withoutPublicKey, certificates: ['hunter2'] }, /certificates\.0 cannot be read/],
  [
    'an APIv3 key of 31 bytes',
    { ...merchant, apiV3Key: apiV3Key.slice(1) },
    /apiV3Key must be exactly 32 bytes, not 31/,
  ],
  ['an APIv3 key of 32 characters that are more bytes', { ...merchant, apiV3Key: `密${apiV3Key.slice(1)}` }, /not 34/],
  [
    'a certificate of another merchant',
    { ...withoutSerial, certificate: platformCertificate.pem },
    /do not belong together/,
  ],
  ['http', { ...merchant, baseUrl: 'http://api.mch.weixin.qq.com' }, /baseUrl must be an https URL/],
  [
    'a host that only begins like loopback',
    { ...merchant, baseUrl: 'http://127.0.0.1.example.com' },
    /baseUrl must be/,
  ],
  ['credentials in the URL', { ...merchant, baseUrl: 'https://user:hunter2@example.com' }, /baseUrl must be/],
  ['no URL at all', { ...merchant, baseUrl: 'hunter2' }, /baseUrl must be/],
  ['a backup over http', { ...merchant, backupBaseUrl: 'http://example.com' }, /backupBaseUrl must be/],
  ['a quota of nothing', { ...merchant, rateLimit: { requests: 0, perMs: 1 } }, /rateLimit/],
  ['no options', {}, /mchid/],
]

describe('wechatpay() options', () => {
  it.each(mistakes)('%s', (_what, options, message) => {
    const make = (): unknown => wechatpay(options as WechatPayOptions)
    expect(make).toThrow(ConfigError)
    expect(make).toThrow(message)
    try {
      make()
    } catch (error) {
      const shown = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error)
      expect(shown).not.toMatch(/hunter2|BEGIN|a7cde1ZJ|cde1ZJB1/)
    }
  })

  it('are accepted in every documented form', () => {
    const forms: object[] = [
      merchant,
      { ...merchant, privateKey: merchant.privateKey.replaceAll('\n', '\\n') },
      { ...merchant, privateKey: Buffer.from(merchant.privateKey) },
      { ...withoutPrivateKey, privateKeys: [merchant.privateKey, merchant.privateKey] },
      { ...withoutPublicKey, certificates: [platformCertificate.pem] },
      {
        ...merchant,
        certificates: [platformCertificate.pem],
        apiV3Key,
        decryptPhone: false,
        account: 'main',
        rateLimit: false,
      },
      { ...merchant, baseUrl: 'http://127.0.0.1:8080/', backupBaseUrl: 'https://api2.mch.weixin.qq.com' },
      { ...merchant, baseUrl: 'http://[::1]:8080/proxy/' },
      { ...merchant, serialNo: merchant.serialNo.toLowerCase() },
    ]
    for (const options of forms)
      expect(() => new ComplaintClient([wechatpay(options as WechatPayOptions)])).not.toThrow()
  })

  it('say what the account is and may', () => {
    const { accounts } = new ComplaintClient([
      wechatpay({ ...merchant, account: 'main', rateLimit: { requests: 5, perMs: 1000 } }),
    ])
    expect(accounts).toMatchObject([
      {
        provider: 'wechatpay',
        account: 'main',
        limits: {
          pageSize: { min: 1, max: 50, default: 50 },
          maxSpanDays: 30,
          rateLimit: { requests: 5, perMs: 1000 },
        },
      },
    ])
    expect(inspect(accounts, { depth: Infinity })).not.toContain('PRIVATE')
  })

  it('hold no key that inspecting an adapter or client would show', () => {
    const adapter = wechatpay(merchant)
    const shown = inspect([adapter, new ComplaintClient([adapter])], { depth: Infinity, showHidden: true })
    expect(shown).not.toMatch(/BEGIN|MII[A-Za-z0-9+/]{20}/)
  })
})

it.each([
  'serial=5F3A1B2C4D5E6F708192A3B4C5D6E7F809112233',
  '5f:3a:1b:2c:4d:5e:6f:70:81:92:a3:b4:c5:d6:e7:f8:09:11:22:33',
  ' 5F3A 1B2C 4D5E 6F70 8192 A3B4 C5D6 E7F8 0911 2233\n',
  '\n  5f:3a:1b:2c:4d:5e:6f:70:81:92:\n  a3:b4:c5:d6:e7:f8:09:11:22:33',
])('takes a serial number as openssl and others print it: %o', (serialNo) => {
  expect(resolveConfig({ ...merchant, serialNo }).credential.serialNo).toBe('5F3A1B2C4D5E6F708192A3B4C5D6E7F809112233')
})

it('C23: takes a publicKeyId read from a file with a line end', () => {
  const { publicKeyId } = merchant
  expect(resolveConfig({ ...merchant, publicKeyId: `\ufeff${publicKeyId}\r\n` }).publicKeyId).toBe(publicKeyId)
})
