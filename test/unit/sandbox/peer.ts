import { X509Certificate } from 'node:crypto'
import { Aes, Decorator, Formatter, Rsa, type WechatpayAxiosPlugin } from 'wechatpay-axios-plugin'
import type { Sandbox } from '../../../src/sandbox/index.js'

/** What a platform signs: answers and callbacks, header names in any case. */
export interface SignedMessage {
  headers: Readonly<Record<string, unknown>>
  body: string
}

const { AesGcm } = Aes as unknown as typeof WechatpayAxiosPlugin.Aes

/** Whose signature a message bears, by another implementation: `public key`, the number of a certificate, or null. */
export function signerOf(message: SignedMessage, sandbox: Sandbox): 'public key' | number | null {
  const serial = headerOf(message, 'wechatpay-serial')
  const { publicKeyId, publicKey } = sandbox.wechatpay
  if (publicKey !== undefined && serial === publicKeyId) return isSigned(message, publicKey) ? 'public key' : null
  const number = sandbox.wechatpayCertificates.findIndex((pem) => new X509Certificate(pem).serialNumber === serial)
  return number >= 0 && isSigned(message, sandbox.wechatpayCertificates[number] ?? '') ? number : null
}

export function isSigned(message: SignedMessage, key: string): boolean {
  const [timestamp, nonce, signature] = ['timestamp', 'nonce', 'signature'].map((name) =>
    headerOf(message, `wechatpay-${name}`),
  )
  const text = Formatter.response(timestamp ?? '', nonce ?? '', message.body)
  return Rsa.verify(text, signature ?? '', Rsa.from(key, Rsa.KEY_TYPE_PUBLIC))
}

export function headerOf({ headers }: SignedMessage, name: string): string {
  const found = Object.entries(headers).find(([each]) => each.toLowerCase() === name)
  return String(found?.[1])
}

export interface Sealed {
  nonce: string
  associated_data?: string
  ciphertext: string
}

export function decrypt({ nonce, associated_data: data = '', ciphertext }: Sealed, apiV3Key: string): string {
  return AesGcm.decrypt(ciphertext, apiV3Key, nonce, data)
}

/** The peer's own client, signing requests and checking answers with whatever key the sandbox has. */
export function peerClient(sandbox: Sandbox): Decorator {
  const { mchid, serialNo, privateKey, publicKeyId, publicKey, baseUrl } = sandbox.wechatpay
  const certificates = sandbox.wechatpayCertificates.map((pem): [string, string] => [
    new X509Certificate(pem).serialNumber,
    pem,
  ])
  const named = publicKeyId === undefined ? {} : { 'Wechatpay-Serial': publicKeyId }
  return new Decorator({
    mchid,
    serial: serialNo,
    privateKey,
    certs: Object.fromEntries(
      publicKeyId === undefined ? certificates : [...certificates, [publicKeyId, publicKey ?? '']],
    ),
    baseURL: baseUrl,
    headers: named,
  } as unknown as ConstructorParameters<typeof Decorator>[0])
}
