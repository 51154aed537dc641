import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import { readKeyMaterial } from './crypto/key-input.js'
import { decodeKeyBytes } from './crypto/key-text.js'
import { openPkcs12, type Pkcs12Content, WrongPassphraseError } from './crypto/pkcs12.js'
import type { DecryptRc2 } from './crypto/pkcs12-ciphers.js'
import { UnsupportedPkcs12Error } from './crypto/pkcs12-derive.js'
import { ConfigError } from './errors.js'
import { parseOrNull } from './parsing/parse-or-null.js'
import { toBytes } from './parsing/realm.js'

/**
 * Key and certificate of a `.pfx` or `.p12` file. May be spread into the options of `wechatpay()` and `huishouqian()`.
 */
export interface Pfx {
  /** The private key: PKCS#8, PEM. */
  privateKey: string
  /** The certificate of the key, PEM. */
  certificate: string
  /** The certificate's serial number in upper-case hex. */
  serialNo: string
}

/**
 * Reads a PKCS#12 file: Huishouqian's `<merchant>_pri.pfx`, or WeChat Pay's `apiclient_cert.p12`, whose passphrase is
 * the mchid. Also reads the old ciphers (RC2, 3DES) that OpenSSL 3, and therefore Node, rejects.
 * @param bytes the content of the file; also as base64 text in bytes
 * @param passphrase as it is: not trimmed. Characters beyond ASCII may be in it
 * @throws ConfigError for a wrong passphrase, a file that is not PKCS#12, one without an RSA key and its certificate,
 * one with several keys, or one with an algorithm that is not supported
 * @example
 * ```ts
 * const pfx = loadPfx(readFileSync('merchant_pri.pfx'), passphrase)
 * const adapter = huishouqian({ merchantNo, signType: 'RSA2', key, platformCertificate, ...pfx })
 * ```
 */
export function loadPfx(bytes: Uint8Array | ArrayBuffer, passphrase: string): Pfx {
  const given = toBytes(bytes)
  if (given === null)
    throw invalid(
      "bytes must be a Buffer, Uint8Array or ArrayBuffer, the content of the file: readFileSync(path), or Buffer.from(text, 'base64')",
    )
  if (typeof passphrase !== 'string') throw invalid('passphrase must be text')
  const [file] = decodeKeyBytes(given)
  const { privateKeys, certificates } = open(file !== undefined && 'der' in file ? file.der : given, passphrase)
  const { key, certificate } = selectPair(
    privateKeys.flatMap((key) => parseOrNull(() => createPrivateKey({ key, format: 'der', type: 'pkcs8' })) ?? []),
    certificates.flatMap((bytes) => parseOrNull(() => new X509Certificate(bytes)) ?? []),
  )
  return {
    privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: certificate.toString(),
    serialNo: certificate.serialNumber,
  }
}

/** Other errors are not passed on as `cause`: they may quote content of the file. */
function open(file: Buffer, passphrase: string): Pkcs12Content {
  try {
    return openPkcs12(file, passphrase, decryptRc2)
  } catch (error) {
    if (error instanceof UnsupportedPkcs12Error) throw invalid(`the file ${error.message}${rewriteHint}`)
    if (error instanceof WrongPassphraseError) throw invalid(wrongPassphrase(passphrase))
    throw invalid(`the bytes are not a PKCS#12 file (.pfx, .p12): ${describe(file)}`)
  }
}

const rewriteHint = '; write it again with openssl pkcs12 -export'

function wrongPassphrase(passphrase: string): string {
  const blanks = passphrase.trim() === passphrase ? '' : '; it begins or ends with a blank or line end, which counts'
  return `the passphrase is wrong (of WeChat Pay's apiclient_cert.p12 it is the mchid)${blanks}`
}

/** What the bytes are instead. */
function describe(file: Buffer): string {
  const [material] = readKeyMaterial(file)
  if (material === undefined || material.kind === 'pkcs12') return 'the file is damaged'
  if ('problem' in material) return `the file ${material.problem}`
  if (material.kind === 'private') return 'the file is a private key, which needs no loadPfx(): give it as privateKey'
  return `the file is a ${material.kind === 'certificate' ? 'certificate' : 'public key'} without a private key`
}

function selectPair(
  keys: readonly KeyObject[],
  certificates: readonly X509Certificate[],
): { key: KeyObject; certificate: X509Certificate } {
  const rsaKeys = keys.filter((key) => key.asymmetricKeyType === 'rsa')
  const [anyKey] = keys
  if (rsaKeys.length === 0)
    throw invalid(
      `the file has no RSA private key${anyKey === undefined ? '' : `, but one of another kind: ${anyKey.asymmetricKeyType}`}`,
    )
  // The file may also contain the issuers' certificates.
  const pairs = rsaKeys.flatMap((key) => {
    const own = certificates.filter((certificate) => certificate.checkPrivateKey(key))
    const [certificate] = own.toSorted((a, b) => Date.parse(b.validTo) - Date.parse(a.validTo))
    return certificate === undefined ? [] : [{ key, certificate }]
  })
  const [pair, ...others] = pairs
  if (pair === undefined) throw invalid('the file has no certificate that belongs to its private key')
  if (others.some(({ key }) => !key.equals(pair.key)))
    throw invalid(
      'the file has several private keys with certificates: write the one that is meant to a file of its own',
    )
  return pair
}

const decryptRc2: DecryptRc2 = (key, iv, bits, data) => {
  const cipher = forge.rc2.createDecryptionCipher(key.toString('latin1'), bits)
  cipher.start(iv.toString('latin1'))
  cipher.update(forge.util.createBuffer(data.toString('latin1')))
  if (!cipher.finish()) throw new SyntaxError()
  return Buffer.from(cipher.output.getBytes(), 'latin1')
}

function invalid(message: string): ConfigError {
  return new ConfigError(`loadPfx(): ${message}`)
}
