import { constants, createPrivateKey, privateEncrypt, publicDecrypt, sign, verify, X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import type { Sandbox } from '../../../src/sandbox/index.js'
import { type RawAnswer, send } from './raw.js'

/** Both of Huishouqian's mechanisms, over PEM keys; hex is in lower case. */
export interface Peer {
  sign(text: string, privateKey: string): string
  isSigned(text: string, hex: string, certificate: string): boolean
  encipher(text: string, privateKey: string): string
  decipher(hex: string, certificate: string): string
}

const padding = { padding: constants.RSA_PKCS1_PADDING }

const byNode: Peer = {
  sign: (text, privateKey) => sign('sha256', Buffer.from(text), createPrivateKey(privateKey)).toString('hex'),
  isSigned: (text, hex, certificate) =>
    verify('sha256', Buffer.from(text), new X509Certificate(certificate).publicKey, Buffer.from(hex, 'hex')),
  encipher(text, privateKey) {
    const key = createPrivateKey(privateKey)
    const plain = Buffer.from(Buffer.from(text).toString('base64'))
    const blocks = cut(plain, modulusBytes(key.asymmetricKeyDetails?.modulusLength) - 11)
    return Buffer.concat(blocks.map((block) => privateEncrypt({ key, ...padding }, block))).toString('hex')
  },
  decipher(hex, certificate) {
    const key = new X509Certificate(certificate).publicKey
    const blocks = cut(Buffer.from(hex, 'hex'), modulusBytes(key.asymmetricKeyDetails?.modulusLength))
    const base64 = Buffer.concat(blocks.map((block) => publicDecrypt({ key, ...padding }, block))).toString()
    return Buffer.from(base64, 'base64').toString()
  },
}

/** Pure JavaScript, sharing nothing with OpenSSL. */
const byForge: Peer = {
  sign(text, privateKey) {
    const digest = forge.md.sha256.create().update(text, 'utf8')
    return forge.util.bytesToHex(forge.pki.privateKeyFromPem(privateKey).sign(digest))
  },
  isSigned(text, hex, certificate) {
    const digest = forge.md.sha256.create().update(text, 'utf8').digest().getBytes()
    try {
      return forgeKey(certificate).verify(digest, forge.util.hexToBytes(hex))
    } catch {
      return false
    }
  },
  encipher(text, privateKey) {
    const key = forge.pki.privateKeyFromPem(privateKey)
    const blocks = cut(forge.util.encode64(forge.util.encodeUtf8(text)), modulusBytes(key.n.bitLength()) - 11)
    return forge.util.bytesToHex(blocks.map((block) => forgeRsa.encrypt(block, key, 0x01)).join(''))
  },
  decipher(hex, certificate) {
    const key = forgeKey(certificate)
    const blocks = cut(forge.util.hexToBytes(hex), modulusBytes(key.n.bitLength()))
    const base64 = blocks.map((block) => forgeRsa.decrypt(block, key, true)).join('')
    return forge.util.decodeUtf8(forge.util.decode64(base64))
  },
}

export const peers: Readonly<Record<'node:crypto' | 'node-forge', Peer>> = {
  'node:crypto': byNode,
  'node-forge': byForge,
}

/** What the types of node-forge leave out: the key that turns a text into a ciphertext may be either half. */
const forgeRsa = forge.pki.rsa as unknown as {
  encrypt(bytes: string, key: forge.pki.rsa.PrivateKey, blockType: number): string
  decrypt(bytes: string, key: forge.pki.rsa.PublicKey, isPublic: boolean): string
}

function forgeKey(certificate: string): forge.pki.rsa.PublicKey {
  return forge.pki.certificateFromPem(certificate).publicKey as forge.pki.rsa.PublicKey
}

function modulusBytes(bits: number | undefined): number {
  return (bits ?? 0) / 8
}

function cut<T extends { length: number; slice(from: number, to: number): T }>(whole: T, size: number): T[] {
  return Array.from({ length: Math.ceil(whole.length / size) }, (_, at) => whole.slice(at * size, (at + 1) * size))
}

export type Fields = Record<string, string>

export const methods = {
  '/complaint/query': 'COMPLAINT_QUERY',
  '/complaint/queryHistory': 'COMPLAINT_QUERY_HISTORY',
  '/complaint/download': 'COMPLAINT_FILE_DOWNLOAD',
} as const
export type CallPath = keyof typeof methods

/** The public fields of a good request, in order. */
export function fieldsOf(sandbox: Sandbox, path: CallPath, business: unknown, peer: Peer = byForge): Fields {
  const { merchantNo, signType, key, privateKey } = sandbox.huishouqian
  const json = typeof business === 'string' ? business : JSON.stringify(business)
  const head = { method: methods[path], version: '1.0', format: 'JSON', merchantNo, signType }
  if (signType === 'CFCA') return { ...head, signContent: peer.encipher(json, privateKey) }
  const fields = { ...head, signContent: json }
  return { ...fields, sign: peer.sign(signedText(fields, key), privateKey) }
}

export function signedText(fields: Fields, key: string): string {
  return [...Object.entries(fields).map(([name, value]) => `${name}=${value}`), `key=${key}`].join('&')
}

export function postFields(sandbox: Sandbox, path: CallPath, fields: Fields): Promise<RawAnswer> {
  const body = Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' }
  return send(`${sandbox.huishouqian.baseUrl}${path}`, { method: 'POST', headers, body })
}

export interface Envelope {
  success: boolean | string
  result: string | null
  errorCode: string | null
  errorMsg: string | null
  sign?: string
}

export async function ask(
  sandbox: Sandbox,
  path: CallPath,
  business: unknown,
  peer: Peer = byForge,
): Promise<Envelope> {
  const answer = await postFields(sandbox, path, fieldsOf(sandbox, path, business, peer))
  if (answer.status !== 200) throw new Error(`status ${answer.status}`)
  return JSON.parse(answer.body) as Envelope
}

/** What a good answer proves; throws when it is no good answer, or proves nothing. */
export function provenResult(
  sandbox: Sandbox,
  envelope: Envelope,
  peer: Peer = byForge,
  certificate: string = sandbox.huishouqian.platformCertificate,
): unknown {
  const { key, signType } = sandbox.huishouqian
  const { success, result, sign: signature = '' } = envelope
  if (String(success) !== 'true' || result === null) throw new Error(`refused: ${envelope.errorCode}`)
  if (signType === 'CFCA') return JSON.parse(peer.decipher(result, certificate))
  if (!peer.isSigned(`result=${result}&success=true&key=${key}`, signature, certificate))
    throw new Error('the signature proves nothing')
  return JSON.parse(result)
}

export const idsOf = (sandbox: Sandbox): string[] =>
  sandbox.truth.filter(({ provider }) => provider === 'huishouqian').map(({ id }) => id)
