import { type Answer, type ProviderSide, retryAfterHeader } from '../exchange.js'
import { changeDigit, flipBit } from '../faults.js'
import { frontOf } from '../front.js'
import { readObject } from '../json.js'
import type { Settings } from '../settings.js'
import { createStore } from '../store.js'
import { createComplaints } from './complaints.js'
import { failureAnswer, type HuishouqianKeys, type Manner } from './envelope.js'
import { drawHuishouqian, type HuishouqianFacts, merchantsOf } from './facts.js'
import { failureOf } from './failures.js'
import { notificationOf } from './notification.js'
import { readQuery } from './query.js'
import { openEnvelope, peekBusiness } from './requests.js'
import { truthOf } from './row.js'
import { withoutTotal } from './total.js'

const listMethod = 'COMPLAINT_QUERY'
const busy = '000001'

interface Call {
  readonly operation: 'list' | 'history' | 'media'
  readonly method: string
}

const calls: Readonly<Record<string, Call>> = {
  '/complaint/query': { operation: 'list', method: listMethod },
  '/complaint/queryHistory': { operation: 'history', method: 'COMPLAINT_QUERY_HISTORY' },
  '/complaint/download': { operation: 'media', method: 'COMPLAINT_FILE_DOWNLOAD' },
}

/** Plays Huishouqian's complaint calls under either of its two mechanisms. */
export function createHuishouqianSide(keys: HuishouqianKeys, settings: Settings, baseUrl: string): ProviderSide {
  const merchants = merchantsOf(settings.huishouqianMerchants)
  const store = createStore<HuishouqianFacts>(
    {
      salt: 2,
      count: settings.complaints.huishouqian,
      draw: (random, start) => drawHuishouqian(random, start, merchants),
      truth: truthOf,
      withState: (facts, state) => ({ ...facts, state }),
    },
    settings,
  )
  const manner: Manner = { success: settings.huishouqianSuccess, nulls: settings.huishouqianNulls }
  const complaints = createComplaints(store, keys, manner, settings, baseUrl)
  return {
    provider: 'huishouqian',
    operationOf(incoming) {
      const operation = calls[incoming.url]?.operation ?? 'unknown'
      const single = operation === 'list' && readObject(peekBusiness(incoming, keys) ?? '')?.complaintId !== undefined
      return single ? 'get' : operation
    },
    answer(incoming) {
      const call = calls[incoming.url]
      if (call === undefined) return notFound
      if (incoming.method !== 'POST') return { ...notFound, status: 405, body: 'Method Not Allowed' }
      const opened = openEnvelope(incoming, call.method, keys)
      return 'errorCode' in opened ? failureAnswer(opened, keys, manner) : complaints[call.operation](opened.business)
    },
    rateLimited: (retryAfterSeconds) => ({
      status: 429,
      headers: { 'Content-Type': 'text/plain', ...retryAfterHeader(retryAfterSeconds) },
      body: 'Too Many Requests',
    }),
    refused: (code = busy) => failureAnswer(failureOf(code), keys, manner),
    tamperSignature: (answer) => ({ ...answer, body: spoilSignature(answer.body) }),
    tamperBody: (answer) => ({ ...answer, body: changeDigit(answer.body) }),
    withoutTotal: (answer) => withoutTotal(answer, keys, manner),
    frontOf(incoming) {
      const opened = openEnvelope(incoming, listMethod, keys)
      const query = 'errorCode' in opened ? opened : readQuery(opened.business, merchants)
      if ('errorCode' in query || query.span === null) return null
      return frontOf(store.all(), query.span.from, query.span.to, incoming.at)
    },
    truth: store.truth,
    add: store.add,
    changeState: store.changeState,
    remove: store.remove,
    historyOf: complaints.historyOf,
    mediaOf: complaints.mediaOf,
    notification: (id, options) => notificationOf(complaints.known(id), options, keys),
  }
}

const notFound: Answer = { status: 404, headers: { 'Content-Type': 'text/plain' }, body: 'Not Found' }

/** RSA2 has a signature; under CFCA the ciphertext is the only proof. */
function spoilSignature(body: string): string {
  const answer = readObject(body)
  const name = typeof answer?.sign === 'string' ? 'sign' : 'result'
  const text = answer?.[name]
  return typeof text === 'string' ? JSON.stringify({ ...answer, [name]: flipBit(text, 'hex') }) : body
}
