import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/errors.js'
import { huishouqian, wechatpay } from '../../src/index.js'
import { loadPfx } from '../../src/pfx.js'
import { merchant } from '../support/wechatpay-server.js'

const read = (name: string): Buffer => readFileSync(new URL(`../fixtures/pfx/${name}`, import.meta.url))
const passphrase = '123456'
const key = createPrivateKey(read('private-key.pem'))
const certificate = new X509Certificate(read('certificate.pem'))

describe('loadPfx', () => {
  it.each(['legacy-rc2-40.pfx', 'legacy-3des.pfx', 'modern.pfx', 'unencrypted.pfx'])('opens %s', (name) => {
    const pfx = loadPfx(read(name), passphrase)
    expect(createPrivateKey(pfx.privateKey).equals(key)).toBe(true)
    expect(pfx.privateKey).toContain('-----BEGIN PRIVATE KEY-----')
    expect(new X509Certificate(pfx.certificate).fingerprint256).toBe(certificate.fingerprint256)
    expect(pfx.serialNo).toBe(certificate.serialNumber)
    expect(pfx.serialNo).toBe('A1B2C3D4E5F60718')
  })

  it('may be spread into the options of both adapters that take keys', () => {
    const pfx = loadPfx(read('legacy-rc2-40.pfx'), passphrase)
    const { mchid, publicKeyId, publicKey } = merchant
    expect(() => wechatpay({ mchid, publicKeyId, publicKey, ...pfx })).not.toThrow()
    const { serialNo: _, ...withoutSerial } = pfx
    expect(() => wechatpay({ mchid, publicKeyId, publicKey, ...withoutSerial })).not.toThrow()
    expect(() =>
      huishouqian({
        merchantNo: '814000000001',
        signType: 'RSA2',
        key: 'k',
        ...pfx,
        platformCertificate: read('certificate.pem'),
      }),
    ).not.toThrow()
  })

  it.each<[string, () => unknown, RegExp]>([
    ['a wrong passphrase', () => loadPfx(read('modern.pfx'), 'hunter2'), /passphrase is wrong/],
    [
      'a wrong passphrase for an old cipher',
      () => loadPfx(read('legacy-rc2-40.pfx'), 'hunter2'),
      /passphrase is wrong/,
    ],
    ['an empty passphrase', () => loadPfx(read('modern.pfx'), ''), /passphrase is wrong/],
    ['garbage', () => loadPfx(Buffer.from('hunter2'), passphrase), /not a PKCS#12 file/],
    ['nothing', () => loadPfx(new Uint8Array(), passphrase), /not a PKCS#12 file/],
    ['a truncated file', () => loadPfx(read('modern.pfx').subarray(0, 900), passphrase), /not a PKCS#12 file/],
    ['a PEM file', () => loadPfx(read('private-key.pem'), passphrase), /not a PKCS#12 file/],
    ['a file without a key', () => loadPfx(read('no-key.pfx'), passphrase), /no RSA private key/],
    ['a path instead of bytes', () => loadPfx('merchant.pfx' as never, passphrase), /bytes must be a Buffer/],
    ['no passphrase', () => loadPfx(read('modern.pfx'), undefined as never), /passphrase must be text/],
  ])('%s is a ConfigError that shows neither passphrase nor key', (_, load, message) => {
    expect(load).toThrow(ConfigError)
    expect(load).toThrow(message)
    try {
      load()
    } catch (error) {
      expect(inspect(error, { depth: Infinity, showHidden: true })).not.toMatch(/hunter2|123456|BEGIN/)
    }
  })
})
