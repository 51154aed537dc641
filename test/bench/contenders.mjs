// Ways to drain the same list: ours, the popular package in a loop, and axios by hand.
import {
  constants,
  createPrivateKey,
  createPublicKey,
  createSign,
  createVerify,
  privateDecrypt,
  randomBytes,
} from 'node:crypto'
import { Agent } from 'node:http'
import axios from 'axios'
import { Rsa, Wechatpay } from 'wechatpay-axios-plugin'
import { ComplaintClient, wechatpay } from '../../dist/index.js'

const range = { from: '2026-03-01', to: '2026-03-30' }
const path = '/v3/merchant-service/complaints-v2'
const pageSize = 50

/** Ours: verified, validated, mapped, overlapping pages. */
export function ours(server, { phones, concurrency, to = range.to }) {
  const client = new ComplaintClient(wechatpay({ ...server, decryptPhone: phones, rateLimit: false }), { concurrency })
  return async () => {
    let rows = 0
    for await (const complaint of client.list({ ...range, to })) if (complaint.id !== '') rows += 1
    return rows
  }
}

/** wechatpay-axios-plugin, page after page, as its documentation shows. */
export function plugin(server, { phones }) {
  const { mchid, serialNo: serial, publicKeyId, baseUrl } = server
  const privateKey = Rsa.from(server.privateKey, Rsa.KEY_TYPE_PRIVATE)
  const certs = { [publicKeyId]: Rsa.from(server.publicKey, Rsa.KEY_TYPE_PUBLIC) }
  const wxpay = new Wechatpay({
    mchid,
    serial,
    privateKey,
    certs,
    baseURL: baseUrl,
    httpAgent: new Agent({ keepAlive: true }),
    proxy: false,
  })
  return () =>
    loop(async (offset) => {
      const params = { limit: pageSize, offset, begin_date: range.from, end_date: range.to }
      const { data } = await wxpay.v3.merchantService.complaintsV2.get({ params })
      if (phones) for (const row of data.data) row.payer_phone = Rsa.decrypt(row.payer_phone, privateKey)
      return data
    })
}

/** axios by hand: signed, verified, nothing else. */
export function rawAxios(server, { phones }) {
  const { mchid, serialNo, baseUrl } = server
  const privateKey = createPrivateKey(server.privateKey)
  const publicKey = createPublicKey(server.publicKey)
  const http = axios.create({ httpAgent: new Agent({ keepAlive: true }), responseType: 'arraybuffer', proxy: false })
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  return () =>
    loop(async (offset) => {
      const target = `${path}?limit=${pageSize}&offset=${offset}&begin_date=${range.from}&end_date=${range.to}`
      const timestamp = Math.floor(Date.now() / 1000)
      const nonce = randomBytes(16).toString('hex')
      const signature = createSign('sha256')
        .update(`GET\n${target}\n${timestamp}\n${nonce}\n\n`)
        .sign(privateKey, 'base64')
      const answer = await http.get(baseUrl + target, {
        headers: {
          Accept: 'application/json',
          Authorization: `WECHATPAY2-SHA256-RSA2048 mchid="${mchid}",nonce_str="${nonce}",timestamp="${timestamp}",serial_no="${serialNo}",signature="${signature}"`,
        },
      })
      const { 'wechatpay-timestamp': at, 'wechatpay-nonce': answerNonce, 'wechatpay-signature': proof } = answer.headers
      const verify = createVerify('sha256').update(`${at}\n${answerNonce}\n`).update(answer.data).update('\n')
      if (!verify.verify(publicKey, proof, 'base64')) throw new Error('not verified')
      const data = JSON.parse(answer.data)
      if (phones) {
        for (const row of data.data) {
          row.payer_phone = privateDecrypt(
            { key: privateKey, padding, oaepHash: 'sha1' },
            Buffer.from(row.payer_phone, 'base64'),
          ).toString()
        }
      }
      return data
    })
}

async function loop(page) {
  let total = 0
  let offset = 0
  do {
    const { data, total_count: count } = await page(offset)
    total = count ?? total
    offset += data.length
  } while (offset < total)
  return offset
}
