import {
  constants,
  createCipheriv,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
  publicEncrypt,
  sign,
} from 'node:crypto'
import { type Adapter, type Complaint, huishouqian, wechatpay, xiaoe } from '../../../src/index.js'
import { apiV3Key, certificatesBody, createPlatform } from '../../support/wechatpay-certificates.js'

import { type AlipayMode, alipayAdapter, alipayAppId } from './alipay.js'

/** The platforms' side of the wire with the right keys: whatever they say, they prove it. Keys are made on the spot. */
const merchant = generateKeyPairSync('rsa', { modulusLength: 2048 })
const platform = createPlatform('7A11C0DE00000000000000000000000000000001')
const publicKeyId = 'PUB_KEY_ID_0000000000000000000000000000000009'
const merchantKey = 'a-merchant-key-made-up'
const mchid = '1900000001'
export const merchantNo = '814000000001'
const appId = 'appmadeup'
/** What stands in every encrypted phone. */
export const phone = '13800000000'
export const encryptedPhone: string = publicEncrypt(
  { key: merchant.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING },
  Buffer.from(phone),
).toString('base64')
/** Kept by every key under test, for what is asked of its functions directly. */
export const keys: {
  readonly merchant: KeyObject
  readonly platform: KeyObject
  readonly merchantKey: string
  readonly serialNo: string
  readonly publicKeyId: string
  readonly apiV3Key: string
} = {
  merchant: merchant.privateKey,
  platform: createPublicKey(platform.privateKey),
  merchantKey,
  serialNo: platform.serialNo,
  publicKeyId,
  apiV3Key,
}
/** What PKCS#1 padding leaves of a 2048-bit block. */
export const cfcaBlockBytes: number = 245

export type Mode =
  | 'wechatpay publicKey'
  | 'wechatpay certificates'
  | 'huishouqian RSA2'
  | 'huishouqian CFCA'
  | 'xiaoe'
  | AlipayMode
export const modes: readonly Mode[] = [
  'wechatpay publicKey',
  'wechatpay certificates',
  'huishouqian RSA2',
  'huishouqian CFCA',
  'xiaoe',
  'alipay trade',
  'alipay risk',
]

export const accounts: Readonly<Record<Mode, string>> = {
  'wechatpay publicKey': mchid,
  'wechatpay certificates': mchid,
  'huishouqian RSA2': merchantNo,
  'huishouqian CFCA': merchantNo,
  xiaoe: appId,
  'alipay trade': alipayAppId,
  'alipay risk': alipayAppId,
}

export function adapterOf(mode: Mode, baseUrl: string): Adapter<Complaint> {
  const { privateKey } = merchant
  const common = { baseUrl, rateLimit: false } as const
  const wechatPay = { mchid, serialNo: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1', privateKey, apiV3Key, ...common }
  switch (mode) {
    case 'wechatpay publicKey':
      return wechatpay({ ...wechatPay, publicKeyId, publicKey: keys.platform })
    case 'wechatpay certificates':
      return wechatpay(wechatPay)
    case 'huishouqian RSA2':
    case 'huishouqian CFCA': {
      const signType = mode === 'huishouqian RSA2' ? 'RSA2' : 'CFCA'
      const platformCertificate = platform.certificate
      return huishouqian({ merchantNo, signType, key: merchantKey, privateKey, platformCertificate, ...common })
    }
    case 'xiaoe':
      return xiaoe({ appId, clientId: 'xopmadeup', secretKey: 'secret-made-up', ...common })
    case 'alipay trade':
    case 'alipay risk':
      return alipayAdapter(mode, baseUrl)
  }
}

/** Header names as the wire has them, lower case. */
export interface Sealed {
  readonly headers: Record<string, string>
  readonly body: Buffer
}

/** The proof of exactly these bytes. */
export function sealWechatPay(mode: Mode, body: Buffer, at: number = Date.now()): Sealed {
  const timestamp = String(Math.floor(at / 1000))
  const nonce = '593BEC0C930BF1AFEB40B4A08C8FB242'
  const text = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), body, Buffer.from('\n')])
  const headers = {
    'content-type': 'application/json',
    'request-id': '08F78BB6AA0610D2011889BCDF0320B6A8',
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': mode === 'wechatpay certificates' ? platform.serialNo : publicKeyId,
    'wechatpay-signature': sign('sha256', text, platform.privateKey).toString('base64'),
    'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
  }
  return { headers, body }
}

/** A proven result. What is no UTF-8 cannot stand in an RSA2 result, which is text within JSON. */
export function envelopeOf(mode: Mode, result: Buffer): { result: string; sign?: string } {
  if (mode === 'huishouqian CFCA') return { result: encipher(result.toString('base64')) }
  const text = result.toString()
  return { result: text, sign: signHuishouqian(`result=${text}&success=true&key=${merchantKey}`) }
}

export function signHuishouqian(text: string): string {
  return sign('sha256', Buffer.from(text), platform.privateKey).toString('hex')
}

/** CFCA's blocks, whatever the text. */
export function encipher(base64: string): string {
  const blocks: Buffer[] = []
  for (let at = 0; at < base64.length; at += cfcaBlockBytes) {
    const block = Buffer.from(base64.slice(at, at + cfcaBlockBytes))
    blocks.push(privateEncrypt({ key: platform.privateKey, padding: constants.RSA_PKCS1_PADDING }, block))
  }
  return Buffer.concat(blocks).toString('hex')
}

/** What a request of CFCA says. */
export function decipherRequest(hex: string): string {
  const bytes = Buffer.from(hex, 'hex')
  const blocks: Buffer[] = []
  for (let at = 0; at < bytes.length; at += 256)
    blocks.push(
      publicDecrypt({ key: merchant.publicKey, padding: constants.RSA_PKCS1_PADDING }, bytes.subarray(at, at + 256)),
    )
  return Buffer.from(Buffer.concat(blocks).toString(), 'base64').toString()
}

/** AES-256-GCM under the APIv3 key, the tag at the end. */
export function sealResource(plain: Buffer): {
  algorithm: string
  nonce: string
  associated_data: string
  ciphertext: string
} {
  const nonce = 'fdasflkja484'
  const cipher = createCipheriv('aes-256-gcm', apiV3Key, nonce).setAAD(Buffer.from('complaint'))
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64')
  return { algorithm: 'AEAD_AES_256_GCM', nonce, associated_data: 'complaint', ciphertext }
}

export function certificatesAnswer(): unknown {
  return JSON.parse(certificatesBody([platform]))
}
