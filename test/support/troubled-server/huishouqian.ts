import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import forge from 'node-forge'
import { huishouqian } from '../../../src/index.js'
import { beijingTime, type ListFormat, without } from './format.js'
import { dayMs, type ListRow } from './rows.js'

const states = { pending: 'PENDING', processing: 'PROCESSING', resolved: 'PROCESSED' }
const merchantNo = '814000000001'
const key = 'a-merchant-key-made-up'
const pkcs8 = { privateKeyEncoding: { type: 'pkcs8', format: 'pem' } } as const
const newKey = (): string =>
  generateKeyPairSync('rsa', {
    modulusLength: 1024,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    ...pkcs8,
  }).privateKey
const platformKey = newKey()
const keys = { privateKey: newKey(), platformCertificate: certificateOf(platformKey) }

/** Signed by RSA2 with a key that is made on the spot. */
export const huishouqianFormat: ListFormat = {
  parse(_, body) {
    const { beginDate, endDate, offset, limit } = JSON.parse(new URLSearchParams(body).get('signContent') ?? '')
    return { begin: beginDate, end: endDate, skip: offset, limit }
  },
  write({ rows, total }, { skip }) {
    const result = JSON.stringify({ data: rows.map(writeRow), offset: skip, totalSize: total })
    const text = Buffer.from(`result=${result}&success=true&key=${key}`)
    const signature = sign('sha256', text, platformKey).toString('hex')
    return { body: JSON.stringify({ success: true, errorCode: null, errorMsg: null, result, sign: signature }) }
  },
  adapter: (baseUrl, options) =>
    huishouqian({ merchantNo, signType: 'RSA2', key, ...keys, baseUrl, rateLimit: false, ...options }),
}

function writeRow({ id, createdAt, state, lacks }: ListRow): Record<string, unknown> {
  const row = {
    complaintId: id,
    complaintTime: beijingTime(createdAt).replace(/\D/g, ''),
    complaintState: states[state],
    complaintDetail: '为什么要扣款？',
    payerPhone: '13800000000',
    merchantNo,
  }
  return without(row, lacks, { id: 'complaintId', time: 'complaintTime', state: 'complaintState' })
}

function certificateOf(privateKey: string): string {
  const certificate = forge.pki.createCertificate()
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString()
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey)
  certificate.serialNumber = '0a'
  certificate.validity.notBefore = new Date(Date.now() - 400 * dayMs)
  certificate.validity.notAfter = new Date(Date.now() + 300 * dayMs)
  certificate.setSubject([{ name: 'commonName', value: 'MANDAO test' }])
  certificate.setIssuer([{ name: 'commonName', value: 'MANDAO test' }])
  certificate.sign(forge.pki.privateKeyFromPem(privateKey))
  return forge.pki.certificateToPem(certificate)
}
