import { addRow } from '../add-row.js'
import type { SandboxConfig } from '../config.js'
import { servedSpan } from '../dates.js'
import { changeDigit, flipBit } from '../faults.js'
import { parseObject } from '../json.js'
import { type ProviderSimulator, retryAfterHeader, type SimulatedResponse } from '../simulator.js'
import { createStore } from '../store.js'
import { createComplaints } from './complaints.js'
import { type EnvelopeStyle, failureResponse, type HuishouqianKeys } from './envelope.js'
import { drawHuishouqian, type HuishouqianFacts, merchantNumbers } from './facts.js'
import { toFailure } from './failures.js'
import { createNotification } from './notification.js'
import { parseListQuery } from './query.js'
import { removeTotal } from './remove-total.js'
import { openEnvelope, readUnverifiedBusiness } from './requests.js'
import { toTruth } from './row.js'

const listMethod = 'COMPLAINT_QUERY'
const busyCode = '000001'

interface Call {
  readonly operation: 'list' | 'history' | 'media'
  readonly method: string
}

const calls: Readonly<Record<string, Call>> = {
  '/complaint/query': { operation: 'list', method: listMethod },
  '/complaint/queryHistory': { operation: 'history', method: 'COMPLAINT_QUERY_HISTORY' },
  '/complaint/download': { operation: 'media', method: 'COMPLAINT_FILE_DOWNLOAD' },
}

/** Simulates Huishouqian's complaint API under both of its encryption mechanisms. */
export function createHuishouqianSimulator(
  keys: HuishouqianKeys,
  config: SandboxConfig,
  baseUrl: string,
): ProviderSimulator {
  const merchants = merchantNumbers(config.huishouqianMerchants)
  const store = createStore<HuishouqianFacts>(
    {
      provider: 'huishouqian',
      salt: 2,
      draw: (random, input) => drawHuishouqian(random, input, merchants),
      truth: toTruth,
      withState: (facts, state) => ({ ...facts, state }),
    },
    config,
  )
  const list = config.lists.huishouqian
  const style: EnvelopeStyle = { success: config.huishouqianSuccess, nulls: config.huishouqianNulls }
  const complaints = createComplaints(store, keys, style, config, baseUrl)
  return {
    provider: 'huishouqian',
    classify(request) {
      const operation = calls[request.url]?.operation ?? 'unknown'
      const isSingle =
        operation === 'list' && parseObject(readUnverifiedBusiness(request, keys) ?? '')?.complaintId !== undefined
      return isSingle ? 'get' : operation
    },
    respond(request, conditions) {
      const call = calls[request.url]
      if (call === undefined) return notFound
      if (request.method !== 'POST') return { ...notFound, status: 405, body: 'Method Not Allowed' }
      const opened = openEnvelope(request, call.method, keys)
      return 'errorCode' in opened
        ? failureResponse(opened, keys, style)
        : complaints[call.operation](opened.business, conditions)
    },
    rateLimit: (retryAfterSeconds) => ({
      status: 429,
      headers: { 'Content-Type': 'text/plain', ...retryAfterHeader(retryAfterSeconds) },
      body: 'Too Many Requests',
    }),
    refuse: (code = busyCode) => failureResponse(toFailure(code), keys, style),
    tamperSignature: (response) => ({ ...response, body: changeSignature(response.body) }),
    tamperBody: (response) => ({ ...response, body: changeDigit(response.body) }),
    removeTotal: (response) => removeTotal(response, keys, style),
    addRow(request, row) {
      const opened = openEnvelope(request, listMethod, keys)
      const query = 'errorCode' in opened ? opened : parseListQuery(opened.business, merchants)
      const span = 'errorCode' in query ? null : query.span
      const requested = 'errorCode' in query || span === null ? null : { ...query, span: servedSpan(span, list) }
      addRow(store, requested, row, request.at)
    },
    truth: store.truth,
    add: store.add,
    changeState: store.changeState,
    remove: store.remove,
    historyOf: complaints.historyOf,
    mediaOf: complaints.mediaOf,
    notification: (id, options) => createNotification(store.require(id), options, keys),
  }
}

const notFound: SimulatedResponse = { status: 404, headers: { 'Content-Type': 'text/plain' }, body: 'Not Found' }

/** RSA2 has a signature; under CFCA only the ciphertext authenticates. */
function changeSignature(body: string): string {
  const response = parseObject(body)
  const name = typeof response?.sign === 'string' ? 'sign' : 'result'
  const text = response?.[name]
  return typeof text === 'string' ? JSON.stringify({ ...response, [name]: flipBit(text, 'hex') }) : body
}
