import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
  sign,
} from 'node:crypto'
import forge from 'node-forge'
import { expect } from 'vitest'
import {
  ComplaintClient,
  ComplaintError,
  type ComplaintEvent,
  type ComplaintRef,
  huishouqian,
} from '../../../../src/index.js'
import nock from '../../../support/nock.js'

/** The platform's side of the wire, written apart from the adapter; keys are made on the spot. */
export const host = 'https://api.huishouqian.com'
export const path: string = '/complaint/query'
export const merchantNo = '814000000001'
export const merchantKey = 'a-merchant-key-made-up'
export const ref: ComplaintRef = { provider: 'huishouqian', account: merchantNo, id: '200210220211228100360913215' }

export type SignType = 'RSA2' | 'CFCA'
export const modes: readonly SignType[] = ['RSA2', 'CFCA']
const range = { from: '2026-01-01', to: '2026-01-02' }
const bits = 1024
const dayMs = 86_400_000
const merchant = generateKeyPairSync('rsa', { modulusLength: bits })
const platform = generateKeyPairSync('rsa', { modulusLength: bits })
export const merchantPublicKey: KeyObject = merchant.publicKey

/** A self-signed certificate of the platform's key, or of another one. */
export function certificate(daysLeft = 300, privateKey: KeyObject = platform.privateKey, serialNo = '0a'): string {
  const made = forge.pki.createCertificate()
  const pem = (exported: string | Buffer): string => exported.toString()
  made.publicKey = forge.pki.publicKeyFromPem(pem(createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })))
  made.serialNumber = serialNo
  made.validity.notBefore = new Date(Date.now() - 400 * dayMs)
  made.validity.notAfter = new Date(Date.now() + daysLeft * dayMs)
  made.setSubject([{ name: 'commonName', value: 'MANDAO test' }])
  made.setIssuer([{ name: 'commonName', value: 'MANDAO test' }])
  made.sign(forge.pki.privateKeyFromPem(pem(privateKey.export({ type: 'pkcs1', format: 'pem' }))))
  return forge.pki.certificateToPem(made)
}

/** A certificate of a key that signs nothing here. */
export function foreignCertificate(): string {
  return certificate(300, generateKeyPairSync('rsa', { modulusLength: bits }).privateKey)
}

const inForce = certificate()

export function clientOf(
  signType: SignType,
  options: object = {},
  more: { maxRetries?: number; onEvent?: (event: ComplaintEvent) => void } = {},
): ComplaintClient {
  const privateKey = createPrivateKey(merchant.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const given = { merchantNo, signType, key: merchantKey, privateKey, platformCertificate: inForce, ...options }
  return new ComplaintClient([huishouqian(given)], { maxRetries: 0, ...more })
}

export const drain = (client: ComplaintClient, query: object = {}): Promise<{ id: string }[]> =>
  client.list({ ...range, ...query }).toArray({ limit: 100 })

export const failureOf = (promise: Promise<unknown>): Promise<ComplaintError> =>
  promise.then(
    () => expect.fail('should have failed'),
    (error: unknown) => (ComplaintError.isInstance(error) ? error : expect.fail(`outside the family: ${error}`)),
  )

export const row = (change: object = {}): Record<string, unknown> => ({
  complaintId: ref.id,
  merchantTradeNo: 'order-1',
  amount: 300,
  complaintState: 'PENDING',
  complaintTime: '20260101105914',
  problemDescription: '其他问题',
  complaintDetail: '为什么要扣款,请核对一下。',
  userComplaintTimes: 1,
  incomingUserResponse: 1,
  payerOpenid: 'synthetic-openid',
  merchantNo,
  payerPhone: '13800000000',
  complaintFullRefunded: 0,
  ...change,
})

/** RSA2 by the platform. */
export function signed(text: string, key: KeyObject = platform.privateKey): string {
  return sign('sha256', Buffer.from(text), key).toString('hex')
}

/** A proven answer around the text of a result. */
export function success(
  signType: SignType,
  result: string,
  change: object = {},
  key: KeyObject = platform.privateKey,
): string {
  const proven =
    signType === 'RSA2'
      ? { result, sign: signed(`result=${result}&success=true&key=${merchantKey}`, key) }
      : { result: encrypted(result, key) }
  return JSON.stringify({ success: true, errorCode: null, errorMsg: null, ...proven, ...change })
}

/** A failure as RSA2 signs it. */
export function failed(errorCode: string, errorMsg: string): string {
  const sign = signed(`errorCode=${errorCode}&errorMsg=${errorMsg}&success=false&key=${merchantKey}`)
  return JSON.stringify({ success: false, errorCode, errorMsg, result: null, sign })
}

/** CFCA by the platform. */
export function encrypted(text: string, key: KeyObject = platform.privateKey): string {
  return encryptedBlocks(Buffer.from(text).toString('base64'), key)
}

/** What CFCA makes of a text that should be Base64. */
export function encryptedBlocks(base64: string, key: KeyObject = platform.privateKey): string {
  const size = (key.asymmetricKeyDetails?.modulusLength ?? bits) / 8 - 11
  const blocks = base64.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
  return blocks
    .map((block) => privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(block)))
    .map((bytes) => bytes.toString('hex'))
    .join('')
}

export const resultOf = (rows: readonly unknown[], change: object = {}): string =>
  JSON.stringify({ data: rows, offset: 0, totalSize: rows.length, ...change })

/** One request as it was on the wire. */
export interface Received {
  body: string
  fields: [name: string, value: string][]
  business: Record<string, unknown>
  headers: Readonly<Record<string, unknown>>
}

/** Answers every request at a path through `answer`, and remembers what was asked. */
export function play(
  answer: (business: Record<string, unknown>) => string | Buffer,
  status = 200,
  at: string = path,
): Received[] {
  const received: Received[] = []
  nock(host)
    .persist()
    .post(at)
    .reply(function (_, body) {
      const fields = [...new URLSearchParams(String(body))]
      const of = Object.fromEntries(fields)
      const business = JSON.parse(of.signType === 'CFCA' ? decrypted(of.signContent ?? '') : (of.signContent ?? ''))
      received.push({ body: String(body), fields, business, headers: this.req.headers })
      return [status, answer(business)]
    })
  return received
}

/** A list of these rows, paged as asked. */
export function playRows(signType: SignType, rows: readonly unknown[]): Received[] {
  return play(({ offset, limit }) => {
    const page = rows.slice(Number(offset), Number(offset) + Number(limit))
    return success(signType, resultOf(page, { totalSize: rows.length }))
  })
}

function decrypted(hex: string): string {
  const blocks = hex.match(new RegExp(`.{${bits / 4}}`, 'g')) ?? []
  const base64 = blocks.map((block) =>
    publicDecrypt({ key: merchant.publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(block, 'hex')),
  )
  return Buffer.from(Buffer.concat(base64).toString(), 'base64').toString()
}
