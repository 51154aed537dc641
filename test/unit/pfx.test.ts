import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto'
import { inspect } from 'node:util'
import forge from 'node-forge'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/errors.js'
import { loadPfx } from '../../src/pfx.js'

const passphrase = 'made-up-passphrase'
const own = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
const issuer = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
type Cipher = 'aes128' | 'aes192' | 'aes256' | '3des'

const forgeKey = (key: KeyObject): forge.pki.rsa.PrivateKey =>
  forge.pki.privateKeyFromPem(key.export({ type: 'pkcs1', format: 'pem' }).toString())

function certificateOf(key: KeyObject, serialNumber = '0a'): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(
    createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
  )
  certificate.serialNumber = serialNumber
  certificate.validity.notBefore = new Date('2026-01-01T00:00:00Z')
  certificate.validity.notAfter = new Date('2027-01-01T00:00:00Z')
  certificate.setSubject([{ name: 'commonName', value: 'test' }])
  certificate.setIssuer([{ name: 'commonName', value: 'test' }])
  certificate.sign(forgeKey(issuer))
  return certificate
}

function pfx(
  certificates: forge.pki.Certificate[] | null,
  options: { algorithm?: Cipher; useMac?: boolean } = {},
): Buffer {
  const asn1 = forge.pkcs12.toPkcs12Asn1(forgeKey(own), certificates as forge.pki.Certificate[], passphrase, {
    algorithm: 'aes256',
    ...options,
  })
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1')
}

describe('loadPfx with generated files', () => {
  it.each<[Cipher, boolean]>([
    ['aes128', true],
    ['aes192', true],
    ['aes256', true],
    ['3des', true],
    ['aes256', false],
    ['3des', false],
  ])('opens %s (with a MAC: %s), and rejects a wrong passphrase', (algorithm, useMac) => {
    const bytes = pfx([certificateOf(own)], { algorithm, useMac })
    const loaded = loadPfx(bytes, passphrase)
    expect(createPrivateKey(loaded.privateKey).equals(own)).toBe(true)
    expect(new X509Certificate(loaded.certificate).checkPrivateKey(own)).toBe(true)
    try {
      loadPfx(bytes, 'hunter2')
      expect.fail('opened with a wrong passphrase')
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError)
      expect(inspect(error, { depth: Infinity, showHidden: true })).not.toMatch(/hunter2|made-up-passphrase/)
    }
  })

  it("finds the key's certificate at any position among the issuers'", () => {
    const [certificateOfKey, issuers] = [
      certificateOf(own, '0b'),
      [certificateOf(issuer, '0c'), certificateOf(issuer, '0d')],
    ]
    for (const chain of [
      [certificateOfKey, ...issuers],
      [...issuers, certificateOfKey],
    ]) {
      const { certificate, serialNo } = loadPfx(pfx(chain), passphrase)
      expect(new X509Certificate(certificate).checkPrivateKey(own)).toBe(true)
      expect(serialNo).toBe('0B')
    }
  })

  it('rejects a file whose certificates belong to other keys', () => {
    expect(() => loadPfx(pfx([certificateOf(issuer)]), passphrase)).toThrow(/no certificate that belongs/)
    expect(() => loadPfx(pfx(null), passphrase)).toThrow(/no certificate that belongs/)
  })

  it.each(['01', '7f', '0080', '00ff01', '0102030405060708090a0b0c0d0e0f1011121314'])(
    'reads serial %s like node:crypto',
    (serial) => {
      const { certificate, serialNo } = loadPfx(pfx([certificateOf(own, serial)]), passphrase)
      expect(serialNo).toBe(new X509Certificate(certificate).serialNumber)
    },
  )

  it('takes a Uint8Array that is a view into a larger buffer', () => {
    const bytes = pfx([certificateOf(own)])
    const larger = new Uint8Array(bytes.length + 20).fill(1)
    larger.set(bytes, 10)
    expect(loadPfx(larger.subarray(10, 10 + bytes.length), passphrase).serialNo).toBe('0A')
  })

  it('throws a ConfigError for a file truncated anywhere', () => {
    const bytes = pfx([certificateOf(own)])
    for (let length = 0; length < bytes.length; length += 97) {
      expect(() => loadPfx(bytes.subarray(0, length), passphrase)).toThrow(ConfigError)
    }
  })
})
