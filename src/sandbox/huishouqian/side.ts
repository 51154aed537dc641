import { type Answer, type Incoming, type ProviderSide, retryAfterHeader } from '../exchange.js'
import { changeDigit, flipBit } from '../faults.js'
import { frontOf } from '../front.js'
import { readObject } from '../json.js'
import type { Settings } from '../settings.js'
import { createStore, type Store } from '../store.js'
import type { SandboxRequest } from '../types.js'
import { failureAnswer, type HuishouqianKeys, openEnvelope, peekBusiness, successAnswer } from './envelope.js'
import { drawHuishouqian, type HuishouqianFacts } from './facts.js'
import { type ComplaintQuery, readQuery } from './query.js'
import { rowOf, truthOf } from './row.js'
import { withoutTotal } from './total.js'

const paths: Readonly<Record<string, SandboxRequest['operation']>> = {
  '/complaint/query': 'list',
  '/complaint/queryHistory': 'history',
  '/complaint/download': 'media',
}

/** Plays Huishouqian's complaint query under either of its two mechanisms. */
export function createHuishouqianSide(keys: HuishouqianKeys, settings: Settings): ProviderSide {
  const store = createStore<HuishouqianFacts>(
    {
      salt: 2,
      count: settings.complaints.huishouqian,
      draw: drawHuishouqian,
      truth: truthOf,
      withState: (facts, state) => ({ ...facts, state }),
    },
    settings,
  )
  return {
    provider: 'huishouqian',
    operationOf(incoming) {
      const operation = paths[incoming.url] ?? 'unknown'
      const single = operation === 'list' && readObject(peekBusiness(incoming, keys) ?? '')?.complaintId !== undefined
      return single ? 'get' : operation
    },
    answer(incoming) {
      if (paths[incoming.url] !== 'list') return notFound
      if (incoming.method !== 'POST') return { ...notFound, status: 405, body: 'Method Not Allowed' }
      return answerQuery(incoming, store, keys, settings)
    },
    rateLimited: (retryAfterSeconds) => ({
      status: 429,
      headers: { 'Content-Type': 'text/plain', ...retryAfterHeader(retryAfterSeconds) },
      body: 'Too Many Requests',
    }),
    tamperSignature: (answer) => ({ ...answer, body: spoilSignature(answer.body) }),
    tamperBody: (answer) => ({ ...answer, body: changeDigit(answer.body) }),
    withoutTotal: (answer) => withoutTotal(answer, keys),
    frontOf(incoming) {
      const opened = openEnvelope(incoming, keys)
      const query = 'errorCode' in opened ? opened : readQuery(opened.business)
      if ('errorCode' in query || query.span === null) return null
      return frontOf(store.all(), query.span.from, query.span.to, incoming.at)
    },
    truth: store.truth,
    add: store.add,
    changeState: store.changeState,
    remove: store.remove,
  }
}

const notFound: Answer = { status: 404, headers: { 'Content-Type': 'text/plain' }, body: 'Not Found' }

function answerQuery(
  incoming: Incoming,
  store: Store<HuishouqianFacts>,
  keys: HuishouqianKeys,
  settings: Settings,
): Answer {
  const opened = openEnvelope(incoming, keys)
  if ('errorCode' in opened) return failureAnswer(opened, keys)
  const query = readQuery(opened.business)
  if ('errorCode' in query) return failureAnswer(query, keys)
  if (query.complaintId !== undefined && store.find(query.complaintId) === undefined) {
    return { ...failureAnswer({ errorCode: '130003', errorMsg: '投诉订单号不存在' }, keys), query: query.sent }
  }
  const inside = store.all().filter((facts) => isAsked(facts, query))
  const page = inside.slice(query.offset, query.offset + Math.min(query.limit, settings.clampPageSize))
  const result = {
    data: page.length === 0 ? emptyData(query) : page.map(rowOf),
    offset: query.offset,
    totalSize: settings.huishouqianTotals === 'total' ? inside.length : page.length,
  }
  return { ...successAnswer(result, keys), query: query.sent, served: page.map(({ id }) => id) }
}

function isAsked(facts: HuishouqianFacts, { span, complaintId, merchantTradeNo }: ComplaintQuery): boolean {
  return (
    (span === null || (facts.createdAt >= span.from && facts.createdAt < span.to)) &&
    (complaintId === undefined || facts.id === complaintId) &&
    (merchantTradeNo === undefined || facts.merchantTradeNo === merchantTradeNo)
  )
}

/** Without rows `data` is null, absent or empty: all three are in use. */
function emptyData({ offset, limit }: ComplaintQuery): null | undefined | [] {
  const forms = [null, undefined, []] as const
  const form = forms[(offset + limit) % forms.length]
  return form === undefined || form === null ? form : []
}

/** RSA2 has a signature; under CFCA the ciphertext is the only proof. */
function spoilSignature(body: string): string {
  const answer = readObject(body)
  const name = typeof answer?.sign === 'string' ? 'sign' : 'result'
  const text = answer?.[name]
  return typeof text === 'string' ? JSON.stringify({ ...answer, [name]: flipBit(text, 'hex') }) : body
}
