import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { parseOrNull } from '../parsing/parse-or-null.js'
import { type BerElement, childrenOf, integerOf, oidOf, readBer, TruncatedBerError, tags } from './ber.js'
import { decodeKeyBytes, decodeKeyText, encrypted, isKeystore, type KeyText } from './key-text.js'

/** What a text or bytes hold. */
export type KeyMaterial =
  | { readonly kind: 'private' | 'public'; readonly key: KeyObject }
  | { readonly kind: 'certificate'; readonly certificate: X509Certificate }
  /** Anything else: what is wrong with it, and what to do. Never quotes it. */
  | { readonly kind: 'encrypted' | 'pkcs12' | 'other'; readonly problem: string }

/** The keys and certificates of a text or bytes, in order; at least one element. */
export function readKeyMaterial(input: string | Buffer): KeyMaterial[] {
  return (typeof input === 'string' ? decodeKeyText(input) : decodeKeyBytes(input)).map(identify)
}

const damaged: KeyMaterial = { kind: 'other', problem: 'is damaged: the structure of its DER is broken' }
const truncated: KeyMaterial = {
  kind: 'other',
  problem: 'is truncated: its DER ends too early, or characters of its base64 were lost, as when "+" becomes a blank',
}
const keystore: KeyMaterial = {
  kind: 'other',
  problem:
    'is a Java keystore (JKS): convert it with keytool -importkeystore -deststoretype PKCS12, then read it with loadPfx()',
}

function identify(text: KeyText): KeyMaterial {
  if ('problem' in text) return { kind: text.problem === encrypted ? 'encrypted' : 'other', problem: text.problem }
  if (isKeystore(text.der)) return keystore
  try {
    const element = readBer(text.der)
    const behind = text.der.subarray(element.bytes.length)
    if (behind.some((byte) => byte !== 0 && byte !== 0x0a && byte !== 0x0d && byte !== 0x20)) return damaged
    return identifySequence(element, childrenOf(element))
  } catch (error) {
    return error instanceof TruncatedBerError ? truncated : damaged
  }
}

const algorithmOids = {
  pbes: /^1\.2\.840\.113549\.1\.(?:5|12\.1)\.\d+$/,
  pkcs7: /^1\.2\.840\.113549\.1\.7\.\d$/,
  sm2File: /^1\.2\.156\.10197\.6\.1\.4\.2/,
}

/**
 * The structure decides, not the label of the PEM: PKCS#8 under `RSA PRIVATE KEY` is common.
 * @throws TruncatedBerError, SyntaxError
 */
function identifySequence(element: BerElement, children: readonly BerElement[]): KeyMaterial {
  const key = element.bytes
  const [first, second, third] = children
  const shape = children.map(({ tag }) => tag.toString(16).padStart(2, '0')).join(' ')
  if (/^02 30 04(?: |$)/.test(shape)) return privateKey(key, 'pkcs8')
  if (/^02 30(?: |$)/.test(shape) && first !== undefined && second !== undefined)
    return identifyVersioned(first, second)
  if (/^02(?: 02){8}(?: |$)/.test(shape)) return privateKey(key, 'pkcs1')
  if (/^02 04(?: a0)?(?: a1)?$/.test(shape)) return privateKey(key, 'sec1')
  if (shape === '02 02') return publicKey(key, 'pkcs1')
  if (shape === '30 03') return publicKey(key, 'spki')
  if (shape === '30 04' && first !== undefined && algorithmOids.pbes.test(algorithmOf(first)))
    return { kind: 'encrypted', problem: encrypted }
  if (shape === '06 a0' && first !== undefined && algorithmOids.pkcs7.test(oidOf(first))) return pkcs7
  if (shape === '30 30 03' && first !== undefined && third !== undefined) return certificateOrRequest(key, first)
  return damaged
}

/** @throws TruncatedBerError, SyntaxError */
function identifyVersioned(version: BerElement, content: BerElement): KeyMaterial {
  const [type] = childrenOf(content)
  const oid = type?.tag === tags.oid ? oidOf(type) : ''
  if (algorithmOids.sm2File.test(oid))
    return { kind: 'other', problem: 'is an SM2 key of CFCA (.sm2); an RSA key is needed' }
  if (integerOf(version) === 3 && algorithmOids.pkcs7.test(oid)) return pkcs12
  return damaged
}

const pkcs12: KeyMaterial = {
  kind: 'pkcs12',
  problem: 'is a PKCS#12 file (.p12, .pfx): read it with loadPfx(bytes, passphrase) of unified-complaints/pfx',
}
const pkcs7: KeyMaterial = {
  kind: 'other',
  problem: 'is a PKCS#7 file (.p7b, .p7c): take the certificate out with openssl pkcs7 -print_certs',
}

function algorithmOf(algorithm: BerElement): string {
  const [oid] = childrenOf(algorithm)
  return oid === undefined ? '' : oidOf(oid)
}

function privateKey(key: Buffer, type: 'pkcs8' | 'pkcs1' | 'sec1'): KeyMaterial {
  const parsed = parseOrNull(() => createPrivateKey({ key, format: 'der', type }))
  return parsed === null ? { kind: 'other', problem: unreadableKey('private') } : { kind: 'private', key: parsed }
}

function publicKey(key: Buffer, type: 'spki' | 'pkcs1'): KeyMaterial {
  const parsed = parseOrNull(() => createPublicKey({ key, format: 'der', type }))
  return parsed === null ? { kind: 'other', problem: unreadableKey('public') } : { kind: 'public', key: parsed }
}

function unreadableKey(type: 'private' | 'public'): string {
  return `is a ${type} key that is damaged or of a kind that this Node does not read; an RSA key is needed`
}

/** A request and a revocation list have the shape of a certificate. */
function certificateOrRequest(bytes: Buffer, content: BerElement): KeyMaterial {
  const certificate = parseOrNull(() => new X509Certificate(bytes))
  if (certificate !== null) return { kind: 'certificate', certificate }
  const shape = childrenOf(content).map(({ tag }) => tag)
  const isRequest = shape[0] === tags.integer && shape[3] === tags.context0
  return isRequest
    ? { kind: 'other', problem: 'is a certificate signing request (CSR): give the certificate that was issued for it' }
    : { kind: 'other', problem: 'is a certificate that is damaged, or a revocation list' }
}
