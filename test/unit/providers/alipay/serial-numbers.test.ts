import { execFileSync } from 'node:child_process'
import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import forge from 'node-forge'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { certSnOf, parseNumberedCertificate, parseRootCertSn } from '../../../../src/providers/alipay/serial-numbers.js'
import { errorOf } from '../../../support/core.js'
import { app } from './support.js'

const folder = mkdtempSync(join(tmpdir(), 'alipay-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** forge's types name the class of a tag here, and want its type. */
const utf8String = forge.asn1.Type.UTF8 as unknown as forge.asn1.Class

type Name = readonly (readonly [shortName: string, value: string])[]

/** A certificate of the test's own with a given issuer and serial number. */
function certificateOf(issuer: Name, serialHex: string, key: KeyObject = app.privateKey): string {
  const made = forge.pki.createCertificate()
  const own = forge.pki.privateKeyFromPem(key.export({ type: 'pkcs8', format: 'pem' }).toString())
  made.publicKey = forge.pki.setRsaPublicKey(own.n, own.e)
  made.serialNumber = serialHex
  made.validity.notBefore = new Date('2026-01-01T00:00:00Z')
  made.validity.notAfter = new Date('2036-01-01T00:00:00Z')
  made.setSubject([{ shortName: 'CN', value: 'test' }])
  made.setIssuer(issuer.map(([shortName, value]) => ({ shortName, value, valueTagClass: utf8String })))
  made.sign(own, forge.md.sha256.create())
  return forge.pki.certificateToPem(made)
}

/** The same by the command line of OpenSSL: issuer as RFC 2253 writes it, serial number in hex. */
function byOpenSsl(pem: string): string {
  const run = (option: string): string =>
    execFileSync('openssl', ['x509', '-noout', option, '-nameopt', 'RFC2253,-esc_msb,utf8'], { input: pem }).toString()
  const issuer = run('-issuer')
    .trim()
    .replace(/^issuer=/, '')
  const serial = BigInt(
    `0x${run('-serial')
      .trim()
      .replace(/^serial=/, '')}`,
  )
  return createHash('md5')
    .update(issuer + serial)
    .digest('hex')
}

/** By node-forge, which keeps the parts of a name in the order of the file. */
function byForge(pem: string): string {
  const { issuer, serialNumber } = forge.pki.certificateFromPem(pem)
  const parts = issuer.attributes.map(({ shortName, value }) => `${shortName}=${value}`).reverse()
  return createHash('md5')
    .update(parts.join(',') + BigInt(`0x${serialNumber}`))
    .digest('hex')
}

const issuer: Name = [
  ['C', 'CN'],
  ['O', 'Ant Financial'],
  ['OU', 'Certification Authority'],
  ['CN', 'Ant Financial Certification Authority Class 2 R1'],
]

describe('the number of a certificate', () => {
  it.each([
    ['a short one', '01'],
    ['one with a leading zero', '0abc'],
    ['one of 16 bytes', '20230103030c5f5d0d4a51a0e6d97a1d'],
    ['one of 20 bytes', '7fffffffffffffffffffffffffffffffffffffff'],
  ])('is that of OpenSSL and of node-forge: %s', (_, serial) => {
    const pem = certificateOf(issuer, serial)
    const own = certSnOf(new X509Certificate(pem))
    expect(own).toMatch(/^[0-9a-f]{32}$/)
    expect(own).toBe(byOpenSsl(pem))
    expect(own).toBe(byForge(pem))
    const decimal = BigInt(`0x${serial}`)
    const text = `CN=Ant Financial Certification Authority Class 2 R1,OU=Certification Authority,O=Ant Financial,C=CN${decimal}`
    expect(own).toBe(createHash('md5').update(text).digest('hex'))
  })

  it('has the escapes of RFC 2253 where a name needs them', () => {
    const pem = certificateOf([['C', 'CN'], ['O', 'A, B + C'], ['CN', '测试']], '0102') // biome-ignore format: a table
    expect(certSnOf(new X509Certificate(pem))).toBe(byOpenSsl(pem))
  })

  it('is read with the certificate: PEM, DER, base64, the first of several', () => {
    const pem = certificateOf(issuer, '0a')
    const der = new X509Certificate(pem).raw
    const other = certificateOf(issuer, '0b')
    const certSn = byOpenSsl(pem)
    for (const input of [pem, Buffer.from(pem), der, new Uint8Array(der), der.toString('base64'), pem + other])
      expect(parseNumberedCertificate(input, 'appCert').certSn).toBe(certSn)
    const { publicKey, serialNo, validTo } = parseNumberedCertificate(pem, 'appCert')
    expect([publicKey.equals(createPublicKey(app.privateKey)), serialNo, validTo]).toEqual([
      true,
      '0A',
      new Date('2036-01-01T00:00:00Z'),
    ])
  })

  it('is none for anything else', () => {
    expect(errorOf(() => parseNumberedCertificate('hunter2', 'appCert')).message).toBe(
      'appCert cannot be read: it is neither PEM nor DER nor base64 of DER',
    )
  })
})

/** A certificate that signs itself with a key of another kind, as Alipay's file of roots holds. */
function rootOf(kind: 'ec' | 'sm2'): string {
  const curve = kind === 'ec' ? 'prime256v1' : 'SM2'
  const [key, out] = [join(folder, `${kind}.key`), join(folder, `${kind}.pem`)]
  execFileSync('openssl', ['ecparam', '-name', curve, '-genkey', '-noout', '-out', key], { stdio: 'pipe' })
  const digest = kind === 'sm2' ? '-sm3' : '-sha256'
  execFileSync('openssl', ['req', '-x509', '-new', '-key', key, '-subj', '/C=CN/O=Ant/CN=R', '-out', out, digest], { stdio: 'pipe' }) // biome-ignore format: one command
  return readFileSync(out, 'utf8')
}

describe('the number of the roots', () => {
  const message = 'has no root certificate with an RSA key: give the file alipayRootCert.crt as it was downloaded'
  const noRsaRoot = {
    code: 'CONFIG',
    message: `alipayRootCert ${message}`,
    issues: [{ path: ['alipayRootCert'], message }],
  }
  const first = certificateOf([['CN', 'Root R1']], '0163')
  const second = certificateOf([['CN', 'Root R2'], ['O', 'x']], '0a2b') // biome-ignore format: a table

  it('joins those of all RSA roots, in the order of the file', () => {
    expect(parseRootCertSn(first + second, 'alipayRootCert')).toBe(`${byOpenSsl(first)}_${byOpenSsl(second)}`)
    expect(parseRootCertSn(second, 'alipayRootCert')).toBe(byOpenSsl(second))
  })

  it('skips roots of ECDSA and SM2', () => {
    const [ec, sm2] = [rootOf('ec'), rootOf('sm2')]
    expect(parseRootCertSn(sm2 + first + ec + second, 'alipayRootCert')).toBe(
      `${byOpenSsl(first)}_${byOpenSsl(second)}`,
    )
    expect(errorOf(() => parseRootCertSn(sm2 + ec, 'alipayRootCert'))).toMatchObject(noRsaRoot)
  })

  it('skips roots whose key this Node cannot read', () => {
    const publicKey = vi.spyOn(X509Certificate.prototype, 'publicKey', 'get').mockImplementation(() => {
      throw new Error('unsupported')
    })
    onTestFinished(() => publicKey.mockRestore())
    expect(errorOf(() => parseRootCertSn(first, 'alipayRootCert'))).toMatchObject(noRsaRoot)
  })

  it.each([
    ['', 'alipayRootCert is empty'],
    ['hunter2', 'alipayRootCert cannot be read'],
    [
      app.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      'is a private key where a certificate belongs',
    ],
  ])('says what is wrong otherwise', (input, message) => {
    expect(errorOf(() => parseRootCertSn(input, 'alipayRootCert')).message).toContain(message)
  })
})

/**
 * The numbers of certificates that Alipay published. Only issuer and serial number count, so the certificates here are
 * made by the test with the published issuers and serial numbers.
 */
describe('published numbers', () => {
  const authority = (name: string): Name => [
    ['C', 'CN'],
    ['O', 'Ant Financial'],
    ['OU', 'Certification Authority'],
    ['CN', `Ant Financial Certification Authority ${name}`],
  ]

  it.each([
    ['an application', 'Class 1 R1', '2020051862039d4090897ba4d51c2126', '866efef280dec9137a87d047ac446315'],
    ['Alipay', 'Class 2 R1', '20200514e63c2fe04d538716fe21358b', '7513daaaa48aa3ba2e4018d84402479c'],
  ])('are reproduced: of the certificate of %s', (_, name, serial, certSn) => {
    expect(parseNumberedCertificate(certificateOf(authority(name), serial), 'appCert').certSn).toBe(certSn)
  })

  it('are reproduced: of the roots, in a file with roots of other kinds between', () => {
    const file = [
      rootOf('sm2'),
      certificateOf(authority('R1'), '1fcfa18d6a480d11'),
      rootOf('ec'),
      certificateOf(
        [
          ['C', 'CN'],
          ['O', 'iTrusChina'],
          ['OU', 'China Trust Network'],
          ['CN', 'iTrusChina Class 2 Root CA - G3'],
        ],
        '10c764e9d560384212d9c08fd10e373fdd0fb396',
      ),
    ]
    expect(parseRootCertSn(file.join('\n'), 'alipayRootCert')).toBe(
      '687b59193f3f462dd5336e5abf83c5d8_02941eef3187dddf3d3b83462e1dfcf6',
    )
  })
})
