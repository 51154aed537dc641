import { generateKeyPairSync } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { parseCertificate, parseCertificates, parsePrivateKey, parsePublicKey } from '../../../src/crypto/keys.js'
import { ConfigError } from '../../../src/errors.js'
import { certificateOf } from '../../support/certificate.js'
import { errorOf, everythingOf } from '../../support/core.js'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const another = generateKeyPairSync('rsa', { modulusLength: 1024 })
const pem = (type: 'pkcs8' | 'pkcs1' | 'spki'): string =>
  type === 'pkcs8'
    ? privateKey.export({ type, format: 'pem' }).toString()
    : type === 'pkcs1'
      ? privateKey.export({ type, format: 'pem' }).toString()
      : publicKey.export({ type, format: 'pem' }).toString()

const certificatePem = certificateOf(privateKey).toString()

/** Each kind of key and certificate: its PEM, and whether what was parsed is it. */
const kinds: readonly [string, () => string, (input: string | Uint8Array) => boolean][] = [
  ['PKCS#8', () => pem('pkcs8'), (input) => parsePrivateKey(input, 'privateKey').equals(privateKey)],
  ['PKCS#1', () => pem('pkcs1'), (input) => parsePrivateKey(input, 'privateKey').equals(privateKey)],
  ['public key', () => pem('spki'), (input) => parsePublicKey(input, 'publicKey').equals(publicKey)],
  [
    'PKCS#1 public key',
    () => publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    (input) => parsePublicKey(input, 'publicKey').equals(publicKey),
  ],
  ['certificate', () => certificatePem, (input) => parseCertificate(input, 'certificate').serialNo === '0A0B0C0D0E'],
]

const bareOf = (text: string): string => text.replaceAll(/-----[^-]+-----|\s/g, '')
const linesOf = (text: string, length: number): string =>
  bareOf(text).replaceAll(new RegExp(`.{${length}}`, 'g'), '$&\n')
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le')
const bigEndian = (text: string): Buffer => utf16(text).swap16()

/** How files, variables and configuration centres hold a PEM. */
const forms: readonly [string, (text: string) => string | Uint8Array][] = [
  ['as it is', (text) => text],
  ['C6: with a byte order mark', (text) => `\ufeff${text}`],
  ['C6: with a byte order mark, read as latin1', (text) => Buffer.from(`\ufeff${text}`).toString('latin1')],
  ['C10: base64 in one line', bareOf],
  ['C10: base64 in lines of 64', (text) => linesOf(text, 64)],
  ['C10: base64 in lines of 76', (text) => linesOf(text, 76)],
  ['C10: base64 in lines of 64 with CRLF', (text) => linesOf(text, 64).replaceAll('\n', '\r\n')],
  ['C10: base64 in quotes', (text) => `"${bareOf(text)}"`],
  ['C10: base64 for URLs', (text) => Buffer.from(bareOf(text), 'base64').toString('base64url')],
  ['C10: base64 of the PEM', (text) => Buffer.from(text).toString('base64')],
  ['C10: base64 of the PEM in lines of 76', (text) => linesOf(Buffer.from(text).toString('base64'), 76)],
  ['C10: line ends written out', (text) => text.replaceAll('\n', '\\n')],
  ['C10: CRLF written out', (text) => text.replaceAll('\n', '\\r\\n')],
  ['C10: line ends written out twice', (text) => text.replaceAll('\n', '\\\\n')],
  ['C10: in JSON of PHP', (text) => JSON.stringify(text).replaceAll('/', '\\/').slice(1, -1)],
  ['C10: in JSON of Gson', (text) => JSON.stringify(text).replaceAll('=', '\\u003d')],
  ['C10: in a properties file', (text) => text.trim().replaceAll('=', '\\=').replaceAll('\n', '\\n\\\n')],
  ['C10: indented by a template literal', (text) => `\n      ${text.replaceAll('\n', '\n      ')}`],
  ['C10: indented by tabs', (text) => text.replaceAll(/^/gm, '\t')],
  ['C10: in double quotes', (text) => `"${text}"`],
  ['C10: in single quotes, with a comma', (text) => `'${text}',\n`],
  [
    'C10: concatenated in source code',
    (text) =>
      text
        .trim()
        .split('\n')
        .map((line) => `"${line}\\n"`)
        .join(' +\n  '),
  ],
  ['C10: blanks for line ends', (text) => text.trim().replaceAll('\n', ' ')],
  ['C10: line ends for blanks too', (text) => text.replaceAll(/[ \n]+/g, '\n')],
  ['C10: in one line', (text) => text.replaceAll('\n', '')],
  ['C10: CR only', (text) => text.replaceAll('\n', '\r')],
  ['C10: CRLF', (text) => text.replaceAll('\n', '\r\n')],
  ['C10: empty lines between', (text) => text.replaceAll('\n', '\n\n')],
  ['C10: blanks at the line ends', (text) => text.replaceAll('\n', '  \n')],
  ['C10: UTF-16 LE, read as UTF-8', (text) => utf16(`\ufeff${text}`).toString('utf8')],
  ['C10: UTF-16 BE, read as latin1', (text) => bigEndian(`\ufeff${text}`).toString('latin1')],
  ['with dashes that an editor replaced', (text) => text.replaceAll('-----', '\u2014\u2013-')],
  ['with more dashes', (text) => text.replaceAll('-----', '-------')],
  ['twice, without a line end between', (text) => text.trim() + text],
  [
    'with attributes before it',
    (text) => `Bag Attributes\n    friendlyName: x\nKey Attributes: <No Attributes>\n${text}`,
  ],
  ['DER, read as latin1', (text) => Buffer.from(bareOf(text), 'base64').toString('latin1')],
  ['DER in hex', (text) => Buffer.from(bareOf(text), 'base64').toString('hex')],
]

describe.each(kinds)('%s', (_, text, isRead) => {
  it.each(forms)('is read %s', (__, form) => {
    const input = form(text())
    expect(isRead(input)).toBe(true)
    if (typeof input === 'string') expect(isRead(Buffer.from(input))).toBe(true)
  })

  it.each<[string, (text: string) => Uint8Array]>([
    ['UTF-16 LE with a byte order mark', (text) => utf16(`\ufeff${text}`)],
    ['UTF-16 BE with a byte order mark', (text) => bigEndian(`\ufeff${text}`)],
    ['UTF-16 LE without one', utf16],
    ['UTF-16 BE without one', bigEndian],
    ['base64 in UTF-16 LE', (text) => utf16(`\ufeff${linesOf(text, 64)}`)],
    ['DER', (text) => Buffer.from(bareOf(text), 'base64')],
    [
      'DER with a line end behind it',
      (text) => Buffer.concat([Buffer.from(bareOf(text), 'base64'), Buffer.from('\r\n')]),
    ],
  ])('is read from the bytes of %s', (__, form) => {
    expect(isRead(form(text()))).toBe(true)
  })

  it('C8: is read from the bytes of another realm', () => {
    const foreign: Uint8Array = runInNewContext('Uint8Array.from(bytes)', { bytes: [...Buffer.from(text())] })
    expect(foreign instanceof Uint8Array).toBe(false)
    expect(isRead(foreign)).toBe(true)
  })
})

describe('a label that does not name what is in the block', () => {
  it('does not matter: the structure does', () => {
    const relabelled = pem('pkcs8').replaceAll('PRIVATE KEY', 'RSA PRIVATE KEY')
    expect(parsePrivateKey(relabelled, 'privateKey').equals(privateKey)).toBe(true)
    const publicLabel = pem('spki').replaceAll('PUBLIC KEY', 'RSA PUBLIC KEY')
    expect(parsePublicKey(publicLabel, 'publicKey').equals(publicKey)).toBe(true)
  })
})

describe('several keys in one text', () => {
  it('are taken where one is meant', () => {
    expect(parsePrivateKey(`${certificatePem}${pem('pkcs8')}`, 'privateKey').equals(privateKey)).toBe(true)
    expect(parsePrivateKey(`${pem('pkcs1')}${pem('pkcs8')}`, 'privateKey').equals(privateKey)).toBe(true)
    expect(parseCertificates(`${certificatePem}${pem('pkcs8')}${certificatePem}`, 'certificate')).toHaveLength(2)
  })

  it('are an error where several could be meant', () => {
    const both = pem('pkcs8') + another.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    expect(() => parsePrivateKey(both, 'privateKey')).toThrow(/privateKey holds several private keys: give one of them/)
    const publics = pem('spki') + another.publicKey.export({ type: 'spki', format: 'pem' }).toString()
    expect(() => parsePublicKey(publics, 'publicKey')).toThrow(/publicKey holds several public keys/)
    expect(() => parsePublicKey(pem('spki') + pem('pkcs8'), 'publicKey')).toThrow(/is a private key where/)
  })
})

describe('C10: what cannot be taken is named', () => {
  const encrypted = { format: 'pem', cipher: 'aes-256-cbc', passphrase: 'word' } as const
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  it.each<[string, () => string | Uint8Array, RegExp]>([
    [
      'PKCS#8, encrypted',
      () => privateKey.export({ type: 'pkcs8', ...encrypted }).toString(),
      /is encrypted: give createPrivateKey\(\{ key, passphrase \}\)/,
    ],
    ['PKCS#1, encrypted', () => privateKey.export({ type: 'pkcs1', ...encrypted }).toString(), /is encrypted: give/],
    [
      'PKCS#1, encrypted, in one line',
      () =>
        privateKey
          .export({ type: 'pkcs1', ...encrypted })
          .toString()
          .replaceAll('\n', ' '),
      /is encrypted: give/,
    ],
    [
      'PKCS#8, encrypted, in DER',
      () => privateKey.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: 'word' }),
      /is encrypted: give/,
    ],
    [
      'an encrypted key beside its certificate',
      () => certificatePem + privateKey.export({ type: 'pkcs8', ...encrypted }).toString(),
      /is encrypted: give/,
    ],
    ['a certificate', () => certificatePem, /is a certificate where a private key belongs/],
    ['a certificate as base64', () => bareOf(certificatePem), /is a certificate where a private key belongs/],
    ['a public key', () => pem('spki'), /is a public key where a private key belongs/],
    ['an EC key', () => elliptic.export({ type: 'pkcs8', format: 'pem' }).toString(), /must be an RSA key, not ec/],
    [
      'an EC key in SEC1',
      () => elliptic.export({ type: 'sec1', format: 'pem' }).toString(),
      /must be an RSA key, not ec/,
    ],
    ['blank text', () => ' \n\t', /is empty/],
    ['lines of PEM without a key', () => '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----', /is empty/],
    ['a file path', () => './cert/apiclient_key.pem', /is a file path: give the file's content/],
    ['a path of Windows', () => 'C:\\keys\\new\\merchant.key', /is a file path/],
    ['a path without a suffix', () => '/etc/keys/merchant', /is a file path/],
    ['a URL', () => 'https://keys.example/merchant', /is a URL/],
    ['a placeholder', () => '{{ MERCHANT_KEY }}', /is a placeholder/],
    ['PEM without its end', () => pem('pkcs8').slice(0, 900), /is truncated: the last line of its PEM is missing/],
    [
      'PEM without its first line',
      () => pem('pkcs8').split('\n').slice(1).join('\n'),
      /is truncated: the first line of its PEM is missing/,
    ],
    [
      'PEM with lines missing',
      () =>
        pem('pkcs8')
          .split('\n')
          .filter((_, index) => index !== 9)
          .join('\n'),
      /is truncated: its DER ends too early/,
    ],
    ['base64 cut short', () => bareOf(pem('pkcs8')).slice(0, 900), /is truncated: its DER ends too early/],
    ['blanks for plus signs', () => pem('pkcs8').replaceAll('+', ' '), /"\+" becomes a blank/],
    [
      'characters that base64 does not have',
      () => pem('pkcs8').replace('MII', 'MI*'),
      /is damaged: there are characters/,
    ],
    [
      'an ellipsis',
      () => '-----BEGIN PRIVATE KEY-----\nMIIEv...\n-----END PRIVATE KEY-----',
      /is damaged: there are characters/,
    ],
    [
      'DER, read as UTF-8',
      () => privateKey.export({ type: 'pkcs8', format: 'der' }).toString('utf8'),
      /is DER that was decoded as text/,
    ],
    [
      'a key of OpenSSH',
      () => '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----',
      /is a private key in OpenSSH's format/,
    ],
    [
      'a public key of OpenSSH',
      () => 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ user@host',
      /is a public key in OpenSSH's format/,
    ],
    ['a key of PuTTY', () => 'PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none', /PuTTY/],
    ['a key as XML', () => '<RSAKeyValue><Modulus>AA==</Modulus></RSAKeyValue>', /XML of \.NET/],
    ['a JSON Web Key', () => JSON.stringify(privateKey.export({ format: 'jwk' })), /is a JSON Web Key/],
    ['a Java keystore', () => Buffer.from('feedfeed0000000200000001', 'hex'), /is a Java keystore/],
    [
      'a Java keystore as base64',
      () => Buffer.from(`feedfeed${'00'.repeat(40)}`, 'hex').toString('base64'),
      /is a Java keystore/,
    ],
    ['a megabyte', () => 'A'.repeat(1 << 21), /is too large/],
    ['a word', () => 'hunter2', /cannot be read: it is neither PEM nor DER nor base64/],
  ])('%s', (_, input, message) => {
    const text = input()
    for (const form of typeof text === 'string' ? [text, Buffer.from(text)] : [text]) {
      const error = errorOf(() => parsePrivateKey(form, 'privateKey'))
      expect(error).toBeInstanceOf(ConfigError)
      if (message.source.includes('decoded as text') && typeof form !== 'string') continue
      expect(error.message).toMatch(message)
      expect(error.message).toMatch(/^privateKey /)
      expect(everythingOf(error)).not.toMatch(/MII|BEGIN|hunter2|apiclient_key|word/)
    }
  })

  it('a CryptoKey', async () => {
    const { subtle } = globalThis.crypto
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
    const key = await subtle.importKey('pkcs8', privateKey.export({ type: 'pkcs8', format: 'der' }), algorithm, true, [
      'sign',
    ])
    expect(() => parsePrivateKey(key as never, 'privateKey')).toThrow(/is a CryptoKey: give KeyObject\.from\(key\)/)
  })
})
