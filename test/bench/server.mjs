// A WeChat Pay list server for the benchmark, in a process of its own so that its work is not counted as the client's.
// An answer is made and signed once a minute: a provider has machines of its own, but here whatever the server does takes
// from the two cores that the clients run on, most of all from one that overlaps its requests.
import { constants, createSign, generateKeyPairSync, publicEncrypt, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'

const [rowCount, phoneCount] = process.argv.slice(2).map(Number)
const pem = { publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } }
const merchant = generateKeyPairSync('rsa', { modulusLength: 2048, ...pem })
const platform = generateKeyPairSync('rsa', { modulusLength: 2048 })
const publicKeyId = 'PUB_KEY_ID_0000000000000000000000000000000001'

const encrypt = (text) =>
  publicEncrypt(
    { key: merchant.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
    Buffer.from(text),
  ).toString('base64')
// So many different ciphertexts, used in turn: encrypting one for each row would take longer than the benchmark.
const phones = Array.from({ length: phoneCount }, (_, index) => encrypt(`1380000${String(index).padStart(4, '0')}`))
const firstDay = Date.parse('2026-03-01T00:00:00+08:00')

const dayMs = 86_400_000
const row = (index, perDay) =>
  JSON.stringify({
    complaint_id: `2002018202003010${String(index).padStart(11, '0')}`,
    complaint_time: new Date(firstDay + Math.floor((index / perDay) * dayMs) + 8 * 3_600_000)
      .toISOString()
      .replace('Z', '+08:00'),
    complaint_detail: '昨天晚上没有使用,为什么要扣款?请商家核实后尽快退款。',
    complaint_state: ['PENDING', 'PROCESSING', 'PROCESSED'][index % 3],
    ...(phoneCount > 0 ? { payer_phone: phones[index % phoneCount] } : {}),
    complaint_order_info: [
      { transaction_id: `42000004042019090${index}`, out_trade_no: `20190906154617947762231${index}`, amount: 300 },
    ],
    complaint_full_refunded: false,
    incoming_user_response: true,
    user_complaint_times: 1,
    complaint_media_list: [
      {
        media_type: 'USER_COMPLAINT_IMAGE',
        media_url: [`https://api.mch.weixin.qq.com/v3/merchant-service/images/${index}`],
      },
    ],
    problem_description: '不满意商家服务',
    problem_type: 'REFUND',
    apply_refund_amount: 300,
    user_tag_list: ['TRUSTED'],
    in_platform_service: false,
    need_immediate_service: true,
  })

let rows = []
let rowsPerDay = 1
const state = { latencyMs: 0 }
const dayOf = (date) => Math.round((Date.parse(`${date}T00:00:00+08:00`) - firstDay) / dayMs)

/** Of a list of 5,000, all; of a longer one, which is read once, not more than memory is there for. */
const mostAnswers = 500
const answers = new Map()

function answerTo(url) {
  const timestamp = Math.floor(Date.now() / 1000)
  const known = answers.get(url)
  if (known !== undefined && timestamp - known.timestamp < 60) return known
  const body = bodyOf(new URL(url, 'http://localhost').searchParams)
  const nonce = randomBytes(16).toString('hex')
  const signature = createSign('sha256')
    .update(`${timestamp}\n${nonce}\n`)
    .update(body)
    .update('\n')
    .sign(platform.privateKey, 'base64')
  const answer = { timestamp, nonce, signature, body }
  if (answers.size >= mostAnswers) answers.clear()
  answers.set(url, answer)
  return answer
}

function bodyOf(searchParams) {
  const offset = Number(searchParams.get('offset'))
  const limit = Number(searchParams.get('limit'))
  const first = dayOf(searchParams.get('begin_date')) * rowsPerDay
  const last = Math.min((dayOf(searchParams.get('end_date')) + 1) * rowsPerDay, rows.length)
  const total = offset === 0 ? `,"total_count":${last - first}` : ''
  const data = rows.slice(first + offset, Math.min(first + offset + limit, last)).join(',')
  return Buffer.from(`{"data":[${data}],"limit":${limit},"offset":${offset}${total}}`)
}

const server = createServer((request, response) => {
  const { timestamp, nonce, signature, body } = answerTo(request.url)
  const send = () => {
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Wechatpay-Timestamp': timestamp,
      'Wechatpay-Nonce': nonce,
      'Wechatpay-Serial': publicKeyId,
      'Wechatpay-Signature': signature,
      'Request-ID': nonce,
    })
    response.end(body)
  }
  if (state.latencyMs === 0) send()
  else setTimeout(send, state.latencyMs)
})
server.keepAliveTimeout = 60_000

const fill = (count, days) => {
  rowsPerDay = Math.ceil(count / days)
  rows = Array.from({ length: count }, (_, index) => row(index, rowsPerDay))
  answers.clear()
}

process.on('message', ({ latencyMs, rowCount: count, days = 30 }) => {
  if (count !== undefined && count !== rows.length) fill(count, days)
  if (latencyMs !== undefined) state.latencyMs = latencyMs
  process.send('ready')
})

fill(rowCount, 30)
server.listen(0, '127.0.0.1', () => {
  process.send({
    baseUrl: `http://127.0.0.1:${server.address().port}`,
    mchid: '1900000001',
    serialNo: '1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C',
    privateKey: merchant.privateKey,
    publicKeyId,
    publicKey: platform.publicKey.export({ type: 'spki', format: 'pem' }),
  })
})
process.on('disconnect', () => process.exit(0))
