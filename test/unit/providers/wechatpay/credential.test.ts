import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ConfigError, type WechatPayOptions, wechatpay } from '../../../../src/index.js'
import { normalizeSerialNo } from '../../../../src/providers/wechatpay/credential.js'
import { certificateOf } from '../../../support/certificate.js'
import { merchant, platformCertificate } from '../../../support/wechatpay-server.js'

const { privateKey, serialNo, ...others } = merchant
const sign = async (): Promise<Uint8Array> => new Uint8Array([1])

describe('serialNo', () => {
  const spaced = serialNo.replaceAll(/..(?=.)/g, '$&:')
  it.each([
    serialNo,
    serialNo.toLowerCase(),
    `serial=${serialNo}\n`,
    spaced,
    spaced.toLowerCase().replaceAll(':', ' '),
    `\n    ${spaced}\n`,
    `        Serial Number:\n            ${spaced.toLowerCase()}\n`,
  ])('is taken as openssl and browsers print it: %j', (text) => {
    expect(normalizeSerialNo(text)).toBe(serialNo)
    expect(() => wechatpay({ ...others, privateKey, serialNo: text })).not.toThrow()
    expect(() => wechatpay({ ...others, signer: { serialNo: text, sign }, serialNo })).not.toThrow()
  })

  it.each(['', 'PUB_KEY_ID_0119000000012024010100000000000001', '0A1B', 'serial='])('%j is a ConfigError', (text) => {
    expect(() => wechatpay({ ...others, privateKey, serialNo: text })).toThrow(
      /serialNo: must be the hex serial number/,
    )
  })
})

describe('certificate', () => {
  it('may be a chain of which the merchant certificate is not the first, in bytes, with a byte order mark', () => {
    const key = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
    const own = certificateOf(key)
    const chain = Buffer.from(`\ufeff${platformCertificate.pem}${own.toString()}`)
    expect(() => wechatpay({ ...others, privateKey: key, certificate: chain })).not.toThrow()
    expect(() => wechatpay({ ...others, privateKey: key, certificate: own.raw })).not.toThrow()
  })
})

describe('signer', () => {
  it.each<[string, object]>([
    ['alone', { signer: { serialNo, sign } }],
    ['with the same serialNo beside it', { signer: { serialNo: ` ${serialNo.toLowerCase()}\n`, sign }, serialNo }],
    ['with privateKeys, which decrypt phones', { signer: { serialNo, sign }, privateKeys: [privateKey] }],
    [
      'as an instance of a class',
      {
        signer: new (class {
          readonly serialNo = serialNo
          sign = sign
        })(),
      },
    ],
  ])('is taken %s', (_, options) => {
    expect(() => wechatpay({ ...others, ...options } as WechatPayOptions)).not.toThrow()
  })

  it.each<[string, object, RegExp]>([
    ['beside privateKey', { signer: { serialNo, sign }, privateKey }, /set signer or privateKey, not both/],
    ['without serialNo', { signer: { sign } }, /signer\.serialNo: must be the hex serial number/],
    ['without sign', { signer: { serialNo } }, /signer: must have sign\(message\)/],
    ['null', { signer: null }, /signer: must have sign\(message\)/],
    [
      'with another serialNo beside it',
      { signer: { serialNo, sign }, serialNo: '0ABCDEF0' },
      /signer\.serialNo differ/,
    ],
    [
      'with the certificate of another serial number',
      { signer: { serialNo, sign }, certificate: platformCertificate.pem },
      /signer\.serialNo is not the serial number of certificate/,
    ],
  ])('%s is a ConfigError', (_, options, message) => {
    const make = (): unknown => wechatpay({ ...others, ...options } as WechatPayOptions)
    expect(make).toThrow(ConfigError)
    expect(make).toThrow(message)
  })
})
