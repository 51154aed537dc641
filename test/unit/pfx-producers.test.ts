import { execFileSync } from 'node:child_process'
import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { afterAll, describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/errors.js'
import { loadPfx } from '../../src/pfx.js'
import { certificateOf } from '../support/certificate.js'
import { errorOf, everythingOf } from '../support/core.js'
import { type FileForm, writePkcs12 } from '../support/pkcs12.js'

const folder = mkdtempSync(join(tmpdir(), 'pfx-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = (name: string): string => join(folder, name)

const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const other = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
const pkcs8 = (each: KeyObject): Buffer => each.export({ type: 'pkcs8', format: 'der' })
const pem = (each: KeyObject): string => each.export({ type: 'pkcs8', format: 'pem' }).toString()

const certificate = certificateOf(key, '0a1b2c3d4e5f60718293')
const issuer = certificateOf(other, '0b')
writeFileSync(path('key.pem'), pem(key))
writeFileSync(path('certificate.pem'), certificate.toString())
writeFileSync(path('issuer.pem'), issuer.toString())

/** Whether a program runs here; its tests are skipped where it does not. */
function runs(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const hasOpenssl = runs('openssl', 'version')
const hasLegacy = hasOpenssl && runs('openssl', 'list', '-providers', '-provider', 'legacy')
const hasKeytool = runs('keytool', '-help')

function openssl(passphrase: string, ...args: string[]): Buffer {
  const inputs = ['-inkey', path('key.pem'), '-in', path('certificate.pem'), '-certfile', path('issuer.pem')]
  // An empty file is not an empty passphrase.
  writeFileSync(path('passphrase'), `${passphrase}\n`)
  return execFileSync('openssl', ['pkcs12', '-export', ...inputs, '-passout', `file:${path('passphrase')}`, ...args], {
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

function expectOpened(bytes: Uint8Array | ArrayBuffer, passphrase: string): void {
  const pfx = loadPfx(bytes, passphrase)
  expect(createPrivateKey(pfx.privateKey).equals(key)).toBe(true)
  expect(new X509Certificate(pfx.certificate).fingerprint256).toBe(certificate.fingerprint256)
  expect(pfx.serialNo).toBe('0A1B2C3D4E5F60718293')
}

function refusal(bytes: Uint8Array, passphrase: string): string {
  const error = errorOf(() => loadPfx(bytes, passphrase))
  expect(error).toBeInstanceOf(ConfigError)
  const shown = everythingOf(error)
  if (passphrase.length > 3) expect(shown).not.toContain(passphrase)
  expect(shown).not.toMatch(/BEGIN|MII/)
  return error.message
}

const passphrases = [
  '1900000001',
  '密码１23',
  'clé-é',
  '🔑 with blanks ',
  ' leading',
  '"quoted" \\ $HOME',
  'x'.repeat(200),
]

describe.skipIf(!hasOpenssl)('files of openssl 3', () => {
  const pbe = (name: string): string[] => ['-keypbe', name, '-certpbe', name]
  it.each<[string, string[]]>([
    ['default', []],
    ['AES-128', pbe('AES-128-CBC')],
    ['AES-192', pbe('AES-192-CBC')],
    ['AES-256', pbe('AES-256-CBC')],
    ['3DES of PBES2', pbe('DES-EDE3-CBC')],
    ['3DES of PKCS#12', pbe('PBE-SHA1-3DES')],
    ['Camellia', pbe('CAMELLIA-256-CBC')],
    ['ARIA', pbe('ARIA-256-CBC')],
    ['SM4', pbe('SM4-CBC')],
    ['no encryption', pbe('NONE')],
    ['no encryption, no MAC', [...pbe('NONE'), '-nomac']],
    ['no MAC', ['-nomac']],
    ...['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha512-256', 'sha3-256', 'sha3-512', 'sm3'].map(
      (hash): [string, string[]] => [`a MAC by ${hash}`, ['-macalg', hash]],
    ),
    ['one iteration', ['-noiter', '-nomaciter']],
    ['100,000 iterations', ['-iter', '100000']],
    ['a name beyond ASCII', ['-name', '商户证书']],
  ])('%s', (_, args) => {
    for (const passphrase of ['1900000001', '密码１23']) {
      const bytes = openssl(passphrase, ...args)
      expectOpened(bytes, passphrase)
      if (args.includes('NONE') && args.includes('-nomac')) continue
      expect(refusal(bytes, 'hunter2')).toMatch(/the passphrase is wrong/)
    }
  })

  it.each(passphrases)('C7: the passphrase %j', (passphrase) => {
    for (const args of [[], pbe('PBE-SHA1-3DES'), ['-nomac'], ['-macalg', 'sha512']]) {
      expectOpened(openssl(passphrase, ...args), passphrase)
    }
  })

  it('an empty passphrase', () => {
    for (const args of [[], pbe('PBE-SHA1-3DES')]) expectOpened(openssl('', ...args), '')
  })

  it('C13: 600,000 iterations take well under a second', () => {
    const bytes = openssl('1900000001', '-iter', '600000')
    const before = process.cpuUsage()
    expectOpened(bytes, '1900000001')
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1e6).toBeLessThan(2)
  })

  it('C13: 600,000 iterations of the SHA-1 of old files take about a second', () => {
    const bytes = openssl('1900000001', ...pbe('PBE-SHA1-3DES'), '-macalg', 'sha1', '-iter', '600000')
    const before = process.cpuUsage()
    expectOpened(bytes, '1900000001')
    const { user, system } = process.cpuUsage(before)
    // 4.2 s by node:crypto. The machine that runs this may be slow or busy.
    expect((user + system) / 1e6).toBeLessThan(2.5)
  })

  it('C13: more iterations than the ceiling are refused at once', () => {
    const bytes = writePkcs12([pkcs8(key)], [certificate.raw], 'secret', {
      keys: { scheme: 'none' },
      certificates: { scheme: 'none' },
      mac: { hash: 'sha1', iterations: 70_000 },
    })
    // The last element is the number of iterations of the MAC.
    expect(bytes.subarray(-5).toString('hex')).toBe('0203011170')
    expectOpened(bytes, 'secret')
    for (const tooMany of [0x7fffff, 2_000_001]) {
      bytes.writeUIntBE(tooMany, bytes.length - 3, 3)
      expect(refusal(bytes, 'secret')).toMatch(/asks for more than 2,000,000 iterations/)
    }
  })
})

describe.skipIf(!hasLegacy)('files of openssl 1.1 and older', () => {
  it.each<[string, string[]]>([
    ['default: RC2 with 40 bits and 3DES', []],
    ['3DES for both', ['-descert']],
    ['RC2 with 128 bits', ['-keypbe', 'PBE-SHA1-RC2-128', '-certpbe', 'PBE-SHA1-RC2-128']],
    ['3DES with two keys', ['-keypbe', 'PBE-SHA1-2DES', '-certpbe', 'PBE-SHA1-2DES']],
    ['no MAC', ['-nomac']],
    ['a MAC by SHA-256', ['-macalg', 'sha256']],
  ])('%s', (_, args) => {
    for (const passphrase of passphrases) {
      const bytes = openssl(passphrase, '-legacy', ...args)
      expectOpened(bytes, passphrase)
      expect(refusal(bytes, 'hunter2')).toMatch(/the passphrase is wrong/)
    }
  })

  it.each<[string, RegExp]>([
    ['PBE-SHA1-RC4-128', /is encrypted with RC4 with 128 bits; write it again with openssl pkcs12 -export/],
    ['PBE-SHA1-RC4-40', /is encrypted with RC4 with 40 bits/],
    ['PBE-MD5-DES', /is encrypted with MD5 and DES \(PBES1\)/],
    ['DES-CBC', /is encrypted with DES;/],
    ['RC2-CBC', /is encrypted with RC2 \(PBES2\)/],
    ['BF-CBC', /is encrypted with an algorithm that is not known here/],
  ])('%s is named', (name, message) => {
    expect(refusal(openssl('1900000001', '-legacy', '-keypbe', name), '1900000001')).toMatch(message)
  })
})

describe.skipIf(!hasKeytool)('files of keytool', () => {
  const keytool = (to: string, type: string, ...args: string[]): Buffer => {
    const from = ['-srckeystore', path('source.p12'), '-srcstoretype', 'PKCS12', '-srcstorepass', '1900000001']
    const target = ['-destkeystore', path(to), '-deststoretype', type, '-deststorepass', '1900000001', '-noprompt']
    writeFileSync(
      path('source.p12'),
      writePkcs12([pkcs8(key)], [certificate.raw], '1900000001', {
        keys: { scheme: '3des' },
        certificates: { scheme: '3des' },
      }),
    )
    rmSync(path(to), { force: true })
    execFileSync('keytool', ['-importkeystore', ...args, ...from, ...target], { stdio: 'ignore' })
    return readFileSync(path(to))
  }

  it.each<[string, string[]]>([
    ['default', []],
    ['of Java 8: RC2 and 3DES, 50,000 iterations', ['-J-Dkeystore.pkcs12.legacy']],
    [
      'no MAC and no encryption of certificates',
      ['-J-Dkeystore.pkcs12.macAlgorithm=NONE', '-J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE'],
    ],
  ])('%s', (_, args) => {
    const bytes = keytool('store.p12', 'PKCS12', ...args)
    expectOpened(bytes, '1900000001')
    expect(refusal(bytes, 'hunter2')).toMatch(/the passphrase is wrong/)
  })

  it('a JKS store is named', () => {
    expect(refusal(keytool('store.jks', 'JKS'), '1900000001')).toMatch(/is a Java keystore \(JKS\): convert it/)
  })
})

const aes = { scheme: 'pbes2', iterations: 2000, hmac: 'sha256' } as const
const forms: Record<string, FileForm> = {
  '.NET 8': { keys: aes, certificates: aes, mac: { hash: 'sha256', iterations: 2000 } },
  '.NET Framework and Windows': {
    keys: { scheme: '3des', iterations: 2000 },
    certificates: { scheme: '3des', iterations: 2000 },
    mac: { hash: 'sha1', iterations: 2000 },
  },
  'BouncyCastle: lengths left open, strings in pieces': {
    encoding: 'BER',
    keys: { scheme: '3des', iterations: 5_120 },
    certificates: { scheme: 'rc2-40', iterations: 5_120 },
    mac: { hash: 'sha1', iterations: 10_240 },
  },
  'BouncyCastle with AES': { encoding: 'BER', keys: aes, certificates: aes, mac: { hash: 'sha512', iterations: 1024 } },
  "WeChat Pay's apiclient_cert.p12": {
    keys: { scheme: '3des' },
    certificates: { scheme: 'rc2-40' },
    mac: { hash: 'sha1', iterations: 2048 },
  },
  'CFCA: RC2 with 128 bits, bags in a bag': {
    keys: { scheme: '3des', iterations: 2000 },
    certificates: { scheme: 'rc2-128', iterations: 2000 },
    isNested: true,
  },
  'Firefox: PBES2, 10,000 iterations': {
    keys: { scheme: 'pbes2', iterations: 10_000, hmac: 'sha256' },
    certificates: { scheme: 'pbes2', iterations: 10_000, hmac: 'sha256' },
    mac: { hash: 'sha256', iterations: 10_000 },
  },
  'PBKDF2 with its default HMAC': {
    keys: { scheme: 'pbes2', hmac: 'sha1' },
    certificates: { scheme: 'pbes2', hmac: 'sha512' },
    mac: { hash: 'sha1', iterations: 1 },
  },
  'RFC 9579: PBMAC1': { keys: aes, certificates: aes, mac: { hash: 'pbmac1', iterations: 10_000 } },
  'no MAC': { keys: aes, certificates: { scheme: 'rc2-40' }, mac: null },
  'an open key under a MAC': { keys: { scheme: 'none' }, certificates: { scheme: 'none' } },
}

describe.each(Object.entries(forms))('a file in the form of %s', (_, form) => {
  const write = (passphrase: string, more: Partial<FileForm> = {}): Buffer =>
    writePkcs12([pkcs8(key)], [issuer.raw, certificate.raw], passphrase, { ...form, ...more })

  it.each(['1900000001', '密码１23', 'clé-é', ''])('opens with %j', (passphrase) => {
    const bytes = write(passphrase)
    expectOpened(bytes, passphrase)
    expect(refusal(bytes, 'hunter2')).toMatch(/the passphrase is wrong/)
  })

  it('C7: opens with the bytes that node-forge and OpenSSL 1.0 make of a passphrase', () => {
    const latin1 = { passphraseBytes: Buffer.from('clé-é', 'latin1') }
    expectOpened(
      write('clé-é', { keys: { ...form.keys, ...latin1 }, certificates: { ...form.certificates, ...latin1 } }),
      'clé-é',
    )
    expectOpened(write('密码', { macPassphrase: Buffer.from('密码').toString('latin1') }), '密码')
  })

  it('opens in every wrapping', () => {
    const bytes = write('密码')
    const base64 = bytes.toString('base64').replaceAll(/.{76}/g, '$&\r\n')
    const foreign: Uint8Array = runInNewContext('Uint8Array.from(bytes)', { bytes: [...bytes] })
    expect(foreign instanceof Uint8Array).toBe(false)
    const wrappings = [
      new Uint8Array(bytes),
      new Uint8Array(bytes).buffer,
      foreign,
      foreign.buffer as ArrayBuffer,
      Buffer.from(base64),
      Buffer.from(`\ufeff${base64}`, 'utf16le'),
      Buffer.from(`-----BEGIN PKCS12-----\n${base64}\n-----END PKCS12-----\n`),
      Buffer.concat([bytes, Buffer.from('\n')]),
    ]
    for (const wrapping of wrappings) expectOpened(wrapping, '密码')
  })
})

describe('what a file lacks or has too much of', () => {
  const plain: FileForm = { keys: aes, certificates: aes }
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const file = (keys: KeyObject[], certificates: X509Certificate[]): Buffer =>
    writePkcs12(
      keys.map(pkcs8),
      certificates.map(({ raw }) => raw),
      'sesame',
      plain,
    )

  it.each<[string, () => Uint8Array, RegExp]>([
    ['only a key', () => file([key], []), /no certificate that belongs to its private key/],
    ['only certificates', () => file([], [certificate]), /no RSA private key$/],
    ['an EC key', () => file([elliptic], [certificate]), /no RSA private key, but one of another kind: ec/],
    [
      'two keys with certificates',
      () => file([key, other], [certificate, issuer]),
      /several private keys with certificates/,
    ],
    [
      'a private key in PEM',
      () => Buffer.from(pem(key)),
      /not a PKCS#12 file .*: the file is a private key, which needs no loadPfx/,
    ],
    [
      'a certificate in DER',
      () => certificate.raw,
      /not a PKCS#12 file .*: the file is a certificate without a private key/,
    ],
    ['a file path in bytes', () => Buffer.from('./merchant.pfx'), /not a PKCS#12 file .*: the file is a file path/],
    [
      'a file cut short',
      () => file([key], [certificate]).subarray(0, 1500),
      /not a PKCS#12 file .*: the file is truncated/,
    ],
    [
      'a file cut short, as base64',
      () => Buffer.from(file([key], [certificate]).toString('base64').slice(0, 2000)),
      /is truncated/,
    ],
    ['nothing', () => new Uint8Array(), /not a PKCS#12 file .*: the file is empty/],
  ])('%s', (_, bytes, message) => {
    expect(refusal(bytes(), 'sesame')).toMatch(message)
  })

  it('two keys, of which one has a certificate: that one is meant', () => {
    expectOpened(file([other, key], [certificate]), 'sesame')
    expectOpened(file([key, key], [certificate]), 'sesame')
  })

  it('a key with a passphrase of its own, as Java allows', () => {
    const bytes = writePkcs12([pkcs8(key)], [certificate.raw], 'sesame', {
      keys: { ...aes, passphraseBytes: Buffer.from('own') },
      certificates: aes,
    })
    expect(refusal(bytes, 'sesame')).toMatch(/opens with the passphrase, but a part of it does not/)
  })

  it('C23: a passphrase is not trimmed; the message says that its blanks count', () => {
    const bytes = writePkcs12([pkcs8(key)], [certificate.raw], ' sesame\n', plain)
    expectOpened(bytes, ' sesame\n')
    expect(refusal(bytes, 'sesame')).not.toMatch(/blank/)
    expect(refusal(file([key], [certificate]), 'sesame\n')).toMatch(
      /begins or ends with a blank or line end, which counts/,
    )
  })
})
