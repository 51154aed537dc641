import { createSign, generateKeyPairSync, type KeyObject, type KeyPairKeyObjectResult } from 'node:crypto'
import type { ComplaintEvent } from '../../../../src/events.js'
import { createRuntime } from '../../../../src/http/runtime.js'
import type { AlipayRiskComplaint, AlipayTradeComplaint, Complaint } from '../../../../src/model.js'
import type { Adapter, CallOptions, Connection, WireRequest, WireResponse } from '../../../../src/provider.js'
import { type AlipayOptions, alipayRisk, alipayTrade } from '../../../../src/providers/alipay/index.js'

export { failure } from '../../../support/failure.js'

/** Made for this run: nothing of it is a secret of anybody. */
export const app: KeyPairKeyObjectResult = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const platform: KeyPairKeyObjectResult = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const appId = '2021000000000001'
export const options: AlipayOptions = { appId, privateKey: app.privateKey, alipayPublicKey: platform.publicKey }
export const callOptions: CallOptions = { signal: undefined, timeoutMs: 1000, maxRetries: 0 }
export const tradeList = 'alipay.merchant.tradecomplain.batchquery'
export const tradeQuery = 'alipay.merchant.tradecomplain.query'
export const riskList = 'alipay.security.risk.complaint.info.batchquery'
export const riskQuery = 'alipay.security.risk.complaint.info.query'
export const page = {
  begin: '2026-09-01',
  end: '2026-09-30',
  merchant: undefined,
  merchantOrderNo: undefined,
  skip: 0,
  limit: 20,
} as const

export const memberName = (method: string): string => `${method.replaceAll('.', '_')}_response`

/** SHA256withRSA in base64, as Alipay's server signs. */
export function signText(text: string | Uint8Array, key: KeyObject = platform.privateKey): string {
  return createSign('RSA-SHA256').update(text).sign(key, 'base64')
}

export function wireResponse(body: string | Buffer, status = 200, headers: Record<string, string> = {}): WireResponse {
  return { status, headers, body: Buffer.from(body) }
}

/** A signed response as the gateway writes it. */
export function signed(method: string, member: object | string, more: Record<string, unknown> = {}): WireResponse {
  const text = typeof member === 'string' ? member : JSON.stringify(member)
  const rest = Object.entries(more).map(([name, value]) => `,"${name}":${JSON.stringify(value)}`)
  return wireResponse(`{"${memberName(method)}":${text}${rest.join('')},"sign":"${signText(text)}"}`)
}

export const success = (fields: object): object => ({ code: '10000', msg: 'Success', ...fields })

export const tradeRow = (change: object = {}): Record<string, unknown> => ({
  complain_event_id: '2020092300102000000001459758',
  status: 'MERCHANT_PROCESSING',
  gmt_create: '2026-09-10 12:00:00',
  ...change,
})
export const riskRow = (change: object = {}): Record<string, unknown> => ({
  id: 123456,
  status: 'WAIT_PROCESS',
  gmt_complain: '2026-09-10 12:00:00',
  ...change,
})

export interface Bench<C extends Complaint> {
  readonly connection: Connection<C>
  readonly sent: WireRequest[]
  readonly events: ComplaintEvent[]
}

/** A connection whose other side answers in turn; the last answer repeats. */
export function bench<C extends Complaint>(
  adapter: Adapter<C>,
  answers: readonly (WireResponse | Error)[] = [],
  now: () => number = () => Date.parse('2026-09-30T15:59:59Z'),
): Bench<C> {
  const sent: WireRequest[] = []
  const events: ComplaintEvent[] = []
  const runtime = createRuntime({
    provider: adapter.provider,
    account: adapter.account,
    rateLimit: null,
    requestIdHeader: adapter.requestIdHeader,
    async transport(request) {
      sent.push(request)
      const answer = answers[Math.min(sent.length, answers.length) - 1]
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer')
      return answer
    },
    onEvent: (event) => events.push(event),
    now,
    random: () => 0,
  })
  return { connection: adapter.connect(runtime), sent, events }
}

export const trade = (
  answers: readonly (WireResponse | Error)[],
  more: Partial<AlipayOptions> = {},
): Bench<AlipayTradeComplaint> => bench(alipayTrade({ ...options, ...more } as AlipayOptions), answers)
export const risk = (
  answers: readonly (WireResponse | Error)[],
  more: Partial<AlipayOptions> = {},
): Bench<AlipayRiskComplaint> => bench(alipayRisk({ ...options, ...more } as AlipayOptions), answers)

/** The parameters of a request, from its URL and its body. */
export function parametersOf({ url, body = '' }: WireRequest): Record<string, string> {
  return Object.fromEntries([...new URL(url).searchParams, ...new URLSearchParams(body)])
}

export const contentOf = (request: WireRequest): Record<string, unknown> =>
  JSON.parse(parametersOf(request).biz_content ?? '')
