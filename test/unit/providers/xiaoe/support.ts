import { inspect } from 'node:util'
import { expect } from 'vitest'
import type { ComplaintError } from '../../../../src/errors.js'
import type { ComplaintEvent } from '../../../../src/events.js'
import { createRuntime } from '../../../../src/http/runtime.js'
import type { XiaoeComplaint } from '../../../../src/model.js'
import type { CallOptions, Connection, ListPageRequest, WireRequest, WireResponse } from '../../../../src/provider.js'
import { type XiaoeOptions, xiaoe } from '../../../../src/providers/xiaoe/index.js'

/** Made up, with every character that a URL, a form or a JSON text writes in its own way. */
export const secretKey = 'made+up/secret=&"1'
export const application: { appId: string; clientId: string; secretKey: string } = {
  appId: 'appMadeUp1',
  clientId: 'xopMadeUp1',
  secretKey,
}

const request: ListPageRequest = {
  begin: '2026-01-01',
  end: '2026-01-01',
  merchant: undefined,
  merchantOrderNo: undefined,
  skip: 0,
  limit: 50,
}
export const callOptions: CallOptions = { signal: undefined, timeoutMs: 1000, maxRetries: 0 }

/** An answer as it stands on the wire: HTTP 200 whatever it says. */
export function answer(body: unknown, status = 200): WireResponse {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  return { status, headers: {}, body: bytes }
}

export const tokenAnswer = (token: string, seconds: unknown = 7200): WireResponse =>
  answer({ code: 0, msg: 'ok', data: { access_token: token, expires_in: seconds } })
export const emptyList = (): WireResponse => answer({ code: 0, msg: 'ok', data: { list: [], total: 0 } })
export const refusal = (code: number, msg = '拒绝'): WireResponse => answer({ code, msg, data: [] })

type Reply = WireResponse | Error | Promise<WireResponse>

/** The other side, a clock, and what passed between. */
export interface Bench {
  readonly connection: Connection<XiaoeComplaint>
  readonly events: ComplaintEvent[]
  /** Of `/token`. */
  readonly tokenRequests: WireRequest[]
  readonly listRequests: WireRequest[]
  /** The tokens that the list calls carried. */
  carried(): string[]
  /** The signals that token fetches were given. */
  readonly tokenSignals: (AbortSignal | undefined)[]
  list(options?: Partial<CallOptions>): Promise<unknown>
}

/** Shared by benches that play two processes at the same time. */
export interface Clock {
  now: number
}

export const aClock = (): Clock => ({ now: Date.parse('2026-01-02T00:00:00Z') })

export function bench({
  token = (count) => tokenAnswer(`made-up-token-${count}`),
  list = emptyList,
  options = application,
  clock = aClock(),
}: {
  token?: (count: number) => Reply
  list?: (token: string, count: number) => Reply
  options?: XiaoeOptions
  clock?: Clock
} = {}): Bench {
  const events: ComplaintEvent[] = []
  const tokenRequests: WireRequest[] = []
  const listRequests: WireRequest[] = []
  const tokenSignals: (AbortSignal | undefined)[] = []
  const carriedBy = ({ body = '' }: WireRequest): string => JSON.parse(body).access_token
  const adapter = xiaoe(options)
  const runtime = createRuntime({
    provider: 'xiaoe',
    account: adapter.account,
    rateLimit: null,
    async transport(sent, { signal }) {
      signal?.throwIfAborted()
      const isToken = new URL(sent.url).pathname.endsWith('/token')
      const requests = isToken ? tokenRequests : listRequests
      requests.push(sent)
      if (isToken) tokenSignals.push(signal)
      const reply = isToken ? token(requests.length) : list(carriedBy(sent), requests.length)
      if (reply instanceof Error) throw reply
      return reply
    },
    onEvent: (event) => events.push(event),
    now: () => clock.now,
    random: () => 0,
  })
  const connection = adapter.connect(runtime)
  return {
    connection,
    events,
    tokenRequests,
    listRequests,
    tokenSignals,
    carried: () => listRequests.map(carriedBy),
    list: (more = {}) => connection.listPage(request, { ...callOptions, ...more }),
  }
}

/** What a promise rejects with; fails when it does not. */
export const failureOf = (promise: Promise<unknown>): Promise<ComplaintError> =>
  promise.then(
    () => expect.fail('should have failed'),
    (error: ComplaintError) => error,
  )

/** Everything that a log could show of a value. */
export function shown(value: unknown): string {
  const own = value instanceof Error ? `${value.stack}${value.message}${inspect(value.cause, { depth: Infinity })}` : ''
  return `${inspect(value, { depth: Infinity, showHidden: true })}${JSON.stringify(value)}${own}`
}

/** No form of the secret, and no token of the benches, can be seen. */
export function expectNoSecret(...values: readonly unknown[]): void {
  const text = values.map(shown).join('\n')
  const form = new URLSearchParams({ '': secretKey }).toString().slice(1)
  for (const secret of [secretKey, encodeURIComponent(secretKey), form, 'made-up-token', 'made+up', 'made%2Bup'])
    expect(text).not.toContain(secret)
}

/** A promise to be settled later. */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } {
  let settle: { resolve: (value: T) => void; reject: (error: unknown) => void } | undefined
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject }
  })
  return { promise, resolve: (value) => settle?.resolve(value), reject: (error) => settle?.reject(error) }
}

/** Lets everything happen that waits for no time. */
export async function rest(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
