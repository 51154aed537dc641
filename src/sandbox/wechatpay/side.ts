import { constants, publicEncrypt } from 'node:crypto'
import { type Answer, type Incoming, type ProviderSide, retryAfterHeader } from '../exchange.js'
import { changeDigit, flipBit } from '../faults.js'
import type { KeyPair } from '../keys.js'
import { createQuota } from '../quota.js'
import type { Settings } from '../settings.js'
import { createStore, type Store } from '../store.js'
import { dayMs } from '../time.js'
import type { SandboxRequest } from '../types.js'
import { type Seal, signError, signedAnswer, unsignedAnswer } from './answers.js'
import { checkAuthorization, type Merchant } from './authorization.js'
import { drawWechatPay, type WechatPayFacts } from './facts.js'
import { readListQuery } from './query.js'
import { detailOf, rowOf } from './row.js'
import { truthOf } from './truth.js'

export interface WechatPayKeys {
  readonly merchant: KeyPair
  readonly platform: KeyPair
  readonly mchid: string
  readonly serialNo: string
  readonly publicKeyId: string
}

const listPath = '/v3/merchant-service/complaints-v2'

/** Plays WeChat Pay's complaint calls: https://pay.weixin.qq.com/doc/v3/merchant/4012533431 */
export function createWechatPaySide(keys: WechatPayKeys, settings: Settings): ProviderSide {
  const store = createStore<WechatPayFacts>(
    {
      salt: 1,
      count: settings.complaints.wechatpay,
      draw: drawWechatPay,
      truth: truthOf,
      withState: (facts, state) => ({ ...facts, state }),
    },
    settings,
  )
  const seal: Seal = { privateKey: keys.platform.privateKey, publicKeyId: keys.publicKeyId }
  const merchant: Merchant = { mchid: keys.mchid, serialNo: keys.serialNo, publicKey: keys.merchant.publicKey }
  const nonces = new Map<string, number>()
  const quota = createQuota(settings.quotas, 200, 60_000)
  const phones = phoneBox(keys)
  return {
    provider: 'wechatpay',
    operationOf,
    answer(incoming) {
      const operation = operationOf(incoming)
      if (operation !== 'list' && operation !== 'get')
        return unsignedAnswer(404, { code: 'RESOURCE_NOT_EXISTS', message: '请求的资源不存在' })
      if (incoming.method !== 'GET') return unsignedAnswer(405, { code: 'INVALID_REQUEST', message: '请求方法错误' })
      if (operation === 'list' && !quota(incoming.at)) return frequencyLimited(undefined)
      const wrongHeader = checkHeaders(incoming, keys.publicKeyId)
      if (wrongHeader !== null) return unsignedAnswer(400, { code: 'PARAM_ERROR', message: wrongHeader })
      const refusal = checkAuthorization(incoming, merchant, nonces)
      if (refusal !== null) return signError(refusal, incoming)
      return operation === 'list'
        ? answerList(incoming, store, phones, seal, settings.clampPageSize)
        : answerDetail(incoming, store, phones, seal)
    },
    rateLimited: frequencyLimited,
    tamperSignature: (answer) => ({ ...answer, headers: spoilSignature(answer.headers) }),
    tamperBody: (answer) => ({ ...answer, body: changeDigit(answer.body) }),
    truth: store.truth,
    add: store.add,
    changeState: store.changeState,
    remove: store.remove,
  }
}

function operationOf({ path }: Incoming): SandboxRequest['operation'] {
  if (path === listPath) return 'list'
  if (path.startsWith('/v3/merchant-service/images/')) return 'media'
  if (path === '/v3/certificates') return 'certificates'
  const [id, rest] = path.startsWith(`${listPath}/`) ? path.slice(listPath.length + 1).split('/') : []
  if (rest === 'negotiation-historys') return 'history'
  return id !== undefined && rest === undefined ? 'get' : 'unknown'
}

function checkHeaders({ headers, body }: Incoming, publicKeyId: string): string | null {
  const accepted = (headers.accept ?? '').split(',').map((type) => type.trim().split(';')[0])
  if (!accepted.includes('application/json')) return 'Http头Accept必须包含application/json'
  if ((headers['user-agent'] ?? '') === '') return 'Http头缺少User-Agent'
  if (headers['accept-language'] === '*') return 'Http头Accept-Language错误'
  if (headers['wechatpay-serial'] !== publicKeyId) return 'Http头Wechatpay-Serial错误'
  return body === '' ? null : 'GET请求不允许包含请求体'
}

type EncryptPhone = (facts: WechatPayFacts) => string | null

/** Encrypts when a phone is first asked for, so that thousands of complaints cost nothing at the start. */
function phoneBox(keys: WechatPayKeys): EncryptPhone {
  const encrypted = new Map<string, string>()
  const key = { key: keys.merchant.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
  return ({ id, phone }) => {
    if (phone === null || phone === '') return phone
    const known = encrypted.get(id) ?? publicEncrypt(key, Buffer.from(phone, 'utf8')).toString('base64')
    encrypted.set(id, known)
    return known
  }
}

function answerList(
  incoming: Incoming,
  store: Store<WechatPayFacts>,
  phoneOf: EncryptPhone,
  seal: Seal,
  clamp: number,
): Answer {
  const query = readListQuery(incoming.search)
  if (typeof query === 'string') return signedAnswer(400, { code: 'PARAM_ERROR', message: query }, seal)
  const { limit, offset, span, merchantId } = query
  const inside = store
    .all()
    .filter(
      (facts) =>
        facts.createdAt >= span.from &&
        facts.createdAt < span.to &&
        (merchantId === null || facts.merchantId === merchantId),
    )
  const page = inside.slice(offset, offset + Math.min(limit, clamp))
  // An empty page comes with `[]` as often as without `data`.
  const absent = page.length === 0 && (offset + span.from / dayMs) % 2 < 1
  const data = absent ? undefined : page.map((facts) => rowOf(facts, phoneOf(facts)))
  const total = offset === 0 ? inside.length : undefined
  return {
    ...signedAnswer(200, { data, limit, offset, total_count: total }, seal),
    query: query.sent,
    served: page.map(({ id }) => id),
  }
}

function answerDetail(incoming: Incoming, store: Store<WechatPayFacts>, phoneOf: EncryptPhone, seal: Seal): Answer {
  const id = incoming.path.slice(listPath.length + 1)
  if (incoming.search !== null || !/^\w{1,64}$/.test(id)) {
    return signedAnswer(400, { code: 'PARAM_ERROR', message: '投诉单号格式错误' }, seal)
  }
  const query = { complaint_id: id }
  const facts = store.find(id)
  if (facts === undefined) {
    return { ...signedAnswer(404, { code: 'RESOURCE_NOT_EXISTS', message: '投诉单不存在' }, seal), query }
  }
  return { ...signedAnswer(200, detailOf(facts, phoneOf(facts)), seal), query, served: [id] }
}

function frequencyLimited(retryAfterSeconds: number | undefined): Answer {
  const answer = unsignedAnswer(429, { code: 'FREQUENCY_LIMITED', message: '频率超限' })
  return { ...answer, headers: { ...answer.headers, ...retryAfterHeader(retryAfterSeconds) } }
}

function spoilSignature(headers: Answer['headers']): Answer['headers'] {
  const signature = headers['Wechatpay-Signature']
  return signature === undefined ? headers : { ...headers, 'Wechatpay-Signature': flipBit(signature, 'base64') }
}
