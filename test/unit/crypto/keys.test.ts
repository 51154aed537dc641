import { createPublicKey, createSecretKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import { beforeAll, describe, expect, it } from 'vitest'
import { modulusBytes, parseCertificate, parsePrivateKey, parsePublicKey } from '../../../src/crypto/keys.js'
import { ConfigError } from '../../../src/errors.js'
import type { KeyInput } from '../../../src/provider.js'
import { errorOf, everythingOf } from '../../support/core.js'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
const privateDer = privateKey.export({ type: 'pkcs8', format: 'der' })
const publicDer = publicKey.export({ type: 'spki', format: 'der' })
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 })
const small = generateKeyPairSync('rsa', { modulusLength: 512 })
const encryptedPem = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'word' })

/** What only callers without types can give. */
const strangers: readonly unknown[] = [123, true, {}, [], new Date(0), Symbol('key'), () => 1, null, undefined]

const noPrivateKey = /^privateKeys\.1 cannot be read as an RSA private key; give PEM text, DER bytes or a KeyObject$/
const noPublicKey = /^\S+ cannot be read as an RSA public key; give PEM text, DER bytes or a KeyObject$/

const noCertificate = /^\S+ cannot be read as an RSA X\.509 certificate; give PEM text or DER bytes$/

/** A self-signed certificate; `serial` in hex, as DER holds it. */
function certificate(serial: string): string {
  const made = forge.pki.createCertificate()
  made.publicKey = forge.pki.publicKeyFromPem(publicPem)
  made.serialNumber = serial
  made.validity.notBefore = new Date('2026-01-01T00:00:00Z')
  made.validity.notAfter = new Date('2031-01-01T00:00:00Z')
  made.setSubject([{ name: 'commonName', value: 'test' }])
  made.setIssuer([{ name: 'commonName', value: 'test' }])
  made.sign(forge.pki.privateKeyFromPem(privatePem), forge.md.sha256.create())
  return forge.pki.certificateToPem(made)
}

let certificatePem = ''
let certificateDer: Buffer = Buffer.alloc(0)
beforeAll(() => {
  certificatePem = certificate('0a1b2c3d4e5f60718293a4b5c6d7e8f901020304')
  certificateDer = new X509Certificate(certificatePem).raw
})

describe('parsePrivateKey', () => {
  it.each<[string, KeyInput]>([
    ['PKCS#8 PEM', privatePem],
    ['PKCS#1 PEM', privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
    ['PEM with CRLF', privatePem.replaceAll('\n', '\r\n')],
    ['PEM with line ends written out', privatePem.replaceAll('\n', '\\n')],
    ['PEM with text around it', `Bag Attributes\n    friendlyName: x\n${privatePem}\n`],
    ['PEM bytes', Buffer.from(privatePem)],
    ['PKCS#8 DER', privateDer],
    ['PKCS#1 DER', privateKey.export({ type: 'pkcs1', format: 'der' })],
    ['DER in a plain Uint8Array', new Uint8Array(privateDer)],
    ['a KeyObject', privateKey],
  ])('reads %s', (_, input) => {
    expect(parsePrivateKey(input, 'privateKey').equals(privateKey)).toBe(true)
  })

  it.each<[string, unknown, RegExp]>([
    ['a public key', publicPem, /is a public key where a private key belongs/],
    ['a public KeyObject', publicKey, /must be a private key, not a public one/],
    ['a secret KeyObject', createSecretKey(Buffer.alloc(32)), /must be a private key, not a secret one/],
    ['an elliptic key', elliptic.privateKey, /must be an RSA key, not ec/],
    ['an RSA-PSS key', pss.privateKey, /must be an RSA key, not rsa-pss/],
    ['a key of 512 bits', small.privateKey, /has only 512 bits; at least 1024/],
    ['an encrypted key', encryptedPem, /is encrypted: give createPrivateKey\(\{ key, passphrase \}\)/],
    ['a key cut short', privatePem.slice(0, 400), /is truncated: the last line of its PEM is missing/],
    ['DER cut short', privateDer.subarray(0, 400), /is truncated: its DER ends too early/],
    ['a path', './apiclient_key.pem', /is a file path/],
    ['nothing', '', /is empty/],
    ['no bytes', Buffer.alloc(0), /is empty/],
    ...strangers.map((value): [string, unknown, RegExp] => [`a ${typeof value}`, value, noPrivateKey]),
  ])('refuses %s, naming the option and showing nothing', (_, input, message) => {
    const error = errorOf(() => parsePrivateKey(input as KeyInput, 'privateKeys.1'))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toMatch(message)
    expect(error).toMatchObject({
      message: expect.stringMatching(/^privateKeys\.1 /),
      issues: [{ path: ['privateKeys.1'] }],
    })
    expect(everythingOf(error)).not.toContain(privatePem.split('\n')[2])
    expect('cause' in error).toBe(false)
  })
})

describe('parsePublicKey', () => {
  it.each<[string, KeyInput]>([
    ['SPKI PEM', publicPem],
    ['PKCS#1 PEM', publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
    ['PEM with line ends written out', publicPem.replaceAll('\n', '\\n')],
    ['PEM bytes', new Uint8Array(Buffer.from(publicPem))],
    ['SPKI DER', publicDer],
    ['PKCS#1 DER', publicKey.export({ type: 'pkcs1', format: 'der' })],
    ['a KeyObject', publicKey],
  ])('reads %s', (_, input) => expect(parsePublicKey(input, 'publicKey').equals(publicKey)).toBe(true))

  it.each<[string, () => unknown, RegExp]>([
    ['a private key', () => privatePem, /is a private key where a public key belongs/],
    ['a private key in DER', () => privateDer, /is a private key where a public key belongs/],
    ['a private key in PKCS#1 DER', () => privateKey.export({ type: 'pkcs1', format: 'der' }), /is a private key/],
    ['an encrypted private key', () => encryptedPem, /is a private key where a public key belongs/],
    ['a private KeyObject', () => privateKey, /must be a public key, not a private one/],
    ['a certificate', () => certificatePem, /is a certificate where a public key belongs/],
    ['a certificate in DER', () => certificateDer, /is a certificate where a public key belongs/],
    ['an elliptic key', () => elliptic.publicKey.export({ type: 'spki', format: 'der' }), /must be an RSA key/],
    ['a key of 512 bits', () => small.publicKey.export({ type: 'spki', format: 'pem' }), /has only 512 bits/],
    ['a key id', () => 'PUB_KEY_ID_0000000000000024101100397200000006', /cannot be read: it is neither PEM nor DER/],
    ...strangers.map((value): [string, () => unknown, RegExp] => [`a ${typeof value}`, () => value, noPublicKey]),
  ])('refuses %s', (_, input, message) => {
    const error = errorOf(() => parsePublicKey(input() as KeyInput, 'publicKey'))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toMatch(message)
    expect(error.message).toMatch(/^publicKey /)
  })
})

describe('parseCertificate', () => {
  it('reads PEM and DER, in any of their wrappings', () => {
    const inputs = [
      certificatePem,
      certificatePem.replaceAll('\r\n', '\\n'),
      Buffer.from(certificatePem),
      certificateDer,
    ]
    for (const input of [...inputs, new Uint8Array(certificateDer)]) {
      const read = parseCertificate(input, 'platformCertificate')
      expect(read.publicKey.equals(publicKey)).toBe(true)
      expect(read.serialNo).toBe('0A1B2C3D4E5F60718293A4B5C6D7E8F901020304')
      expect(read.validFrom.toISOString()).toBe('2026-01-01T00:00:00.000Z')
      expect(read.validTo.toISOString()).toBe('2031-01-01T00:00:00.000Z')
    }
  })

  it.each([
    // DER puts a zero byte before a number whose first bit is set; a serial number is written without it.
    ['00f1b2c3d4e5f60718', 'F1B2C3D4E5F60718'],
    ['0a', '0A'],
    ['7f00', '7F00'],
  ])('writes serial %s as %s', (serial, written) => {
    expect(parseCertificate(certificate(serial), 'certificate').serialNo).toBe(written)
  })

  it.each<[string, () => unknown, RegExp]>([
    ['a public key', () => publicPem, /is a public key where a certificate belongs$/],
    ['a private key', () => privatePem, /is a private key where a certificate belongs$/],
    ['a certificate cut short', () => certificatePem.slice(0, 300), /is truncated/],
    ['nothing', () => '', /is empty$/],
    ...strangers.map((value): [string, () => unknown, RegExp] => [`a ${typeof value}`, () => value, noCertificate]),
  ])('refuses %s', (_, input, message) => {
    const error = errorOf(() => parseCertificate(input() as string, 'platformCertificate.0'))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toMatch(message)
    expect(error.message).toMatch(/^platformCertificate\.0 /)
  })
})

it('modulusBytes counts the bytes of one block', () => {
  const odd = generateKeyPairSync('rsa', { modulusLength: 1025 })
  expect(modulusBytes(publicKey)).toBe(256)
  expect(modulusBytes(createPublicKey(odd.privateKey))).toBe(129)
})
