import { Agent } from 'node:http'
import { afterEach, expect, vi } from 'vitest'
import {
  type Adapter,
  type ClientOptions,
  type Complaint,
  ComplaintClient,
  type ComplaintError,
  type ComplaintEvent,
  type ComplaintQuery,
  type ListOptions,
  type ProviderName,
} from '../../src/index.js'
import { type Sandbox, type SandboxComplaint, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js'
import { type Meddle, type MeddlingProxy, type PassingAnswer, startProxy } from '../support/proxy.js'
import { serverOf } from '../support/sandbox-server.js'
import { expectNoSecrets } from '../support/secrets.js'

/** What one provider (and mode) gives the suite. The suite is the definition of "adapter". */
export interface Conformance {
  readonly provider: ProviderName
  readonly sandbox?: SandboxOptions
  adapter(sandbox: Sandbox, options?: { account?: string; baseUrl?: string; rateLimit?: false }): Adapter<Complaint>
  /** The same adapter, checking answers with a key that is not the provider's; null where answers are not signed. */
  readonly withWrongKey: ((sandbox: Sandbox) => Adapter<Complaint>) | null
  /** What proves that a request was authorised afresh; null where the provider has nothing of the kind. */
  readonly freshness: ((request: Sandbox['requests'][number]) => string) | null
  /** From when on an answer is too old to be believed; null where answers carry no time. */
  readonly staleAfterMs: number | null
  /** The first and last day of a list request, as the server understood it. */
  window(query: Readonly<Record<string, unknown>>): readonly [begin: string, end: string]
  /** Names of the errors that an answer changed on the way may end in. */
  readonly tamperedEndsIn: readonly string[]
  readonly knowsMerchants: boolean
  readonly pageSizes: readonly [max: number, tooLarge: number]
  /** The longest that filters may be, where the provider sees them and says. */
  readonly filterLengths: { readonly merchant?: number; readonly merchantOrderNo?: number }
  /** The longest documented span in days, end − begin; null: none. */
  readonly maxSpanDays: number | null
  /** What a row calls its id, its state, and some number. */
  readonly fields: { readonly id: string; readonly state: string; readonly number: string }
  /** Finds a field of rows in JSON; absent: by its name, which nothing within a row repeats. */
  readonly fieldPattern?: (field: string) => RegExp
  /** Names of the errors that an HTML page with status 200 ends in. */
  readonly htmlEndsIn: readonly string[]
  /** The provider's answers with other contents, proven as the provider would. */
  readonly forged: {
    adapter(sandbox: Sandbox, baseUrl: string): Adapter<Complaint>
    answer(sandbox: Sandbox, answer: PassingAnswer, change: (json: string) => string): PassingAnswer
  }
  /** A refusal in the provider's form that says `text`. */
  refusal(text: string): PassingAnswer
}

export const range = { from: '2026-01-05', to: '2026-03-30' } as const
/** Fits into one window of every provider. */
export const month = { from: '2026-03-01', to: '2026-03-30' } as const
export const orders = ['arrival', 'newest', 'oldest'] as const

export const ids = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id).sort()
export const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1)
/** Complaints as `truth` has them, in one order. */
export const mapped = (rows: readonly Complaint[]): SandboxComplaint[] =>
  rows.map(({ raw: _, ...rest }) => rest).sort(byId)
export const quiet = (ms = 60): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
export const jsonAnswer = (value: unknown, status = 200): PassingAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(value)),
})

export interface Harness {
  readonly given: Conformance
  start(options?: SandboxOptions): Promise<Sandbox>
  /** Changes answers of everything but tokens. */
  proxy(sandbox: Sandbox, meddle: Meddle): Promise<MeddlingProxy>
  /** A client without retries, of an adapter or of the sandbox's; all its events are checked for secrets. */
  clientOf(of: Sandbox | Adapter<Complaint>, options?: ClientOptions): ComplaintClient
  drain(client: ComplaintClient, query?: Partial<ComplaintQuery>, options?: ListOptions): Promise<Complaint[]>
  /** The error of what must fail; checked for secrets. */
  failure(promise: Promise<unknown>): Promise<ComplaintError>
  /** What a list delivers before it fails, and the error. */
  brokenOff(
    client: ComplaintClient,
    query?: Partial<ComplaintQuery>,
    options?: ListOptions,
  ): Promise<{ delivered: Complaint[]; error: ComplaintError }>
  own(sandbox: Sandbox): SandboxComplaint[]
  lists(sandbox: Sandbox): Sandbox['requests']
  /** Asserts that from now on no client starts a request. */
  expectSilence(): Promise<void>
}

/** Call it within `describe`: what it starts ends with each test, and what was seen is then searched for secrets. */
export function createHarness(given: Conformance): Harness {
  const { provider } = given
  let sandboxes: Sandbox[] = []
  let proxies: MeddlingProxy[] = []
  let witnessed: unknown[] = []
  let started = 0
  /** Counts where requests start: a server may hear late of one that started early. */
  const countingAgent = (): Agent => {
    const agent = new Agent({ keepAlive: true, timeout: 7_000 })
    const { addRequest } = agent as Agent & { addRequest(...given: unknown[]): void }
    return Object.assign(agent, {
      addRequest(...request: unknown[]) {
        started += 1
        addRequest.apply(agent, request)
      },
    })
  }
  afterEach(async () => {
    vi.restoreAllMocks()
    started = 0
    const [seen, open, between] = [witnessed, sandboxes, proxies]
    witnessed = []
    sandboxes = []
    proxies = []
    await Promise.all([...between, ...open].map((server) => server.close()))
    const requests = [...open.flatMap((box) => box.requests), ...between.flatMap((proxy) => proxy.requests)]
    for (const sandbox of open) expectNoSecrets(seen, sandbox, requests)
  })

  const clientOf: Harness['clientOf'] = (of, options = {}) => {
    const adapter = 'connect' in of ? of : given.adapter(of, { rateLimit: false })
    const onEvent = (event: ComplaintEvent): void => {
      witnessed.push(event)
      options.onEvent?.(event)
    }
    const axios = { httpAgent: countingAgent() }
    return new ComplaintClient([adapter], { maxRetries: 0, axios, ...options, onEvent })
  }
  /** Pages as large as asked, or as large as the provider allows. */
  const allowed = (query: Partial<ComplaintQuery>): Partial<ComplaintQuery> =>
    query.pageSize === undefined ? query : { ...query, pageSize: Math.min(query.pageSize, given.pageSizes[0]) }
  const failure: Harness['failure'] = (promise) =>
    promise.then(
      () => expect.fail('should have failed'),
      (error: ComplaintError) => {
        witnessed.push(error)
        return error
      },
    )
  return {
    given,
    async start(options = {}) {
      // How long a retry waits is chance; here it shall not be long.
      vi.spyOn(Math, 'random').mockReturnValue(0.01)
      const complaints = typeof options.complaints === 'number' ? options.complaints : 130
      const sandbox = await startSandbox({
        ...range,
        quotas: false,
        reuseKeys: true,
        ...given.sandbox,
        ...options,
        complaints: { [provider]: complaints },
      })
      sandboxes.push(sandbox)
      return sandbox
    },
    async proxy(sandbox, meddle) {
      const proxy = await startProxy(serverOf(sandbox, provider), (asked, ask) =>
        asked.url.startsWith('/token') ? ask() : meddle(asked, ask),
      )
      proxies.push(proxy)
      return proxy
    },
    clientOf,
    drain: (client, query = {}, options = {}) =>
      client.list({ ...range, ...allowed(query) }, options).toArray({ limit: 100_000 }),
    failure,
    async brokenOff(client, query = {}, options = {}) {
      const delivered: Complaint[] = []
      const error = await failure(
        (async () => {
          for await (const complaint of client.list({ ...range, ...allowed(query) }, options)) delivered.push(complaint)
        })(),
      )
      return { delivered, error }
    },
    own: (sandbox) => sandbox.truth.filter((complaint) => complaint.provider === provider),
    lists: (sandbox) => sandbox.requests.filter(({ operation }) => operation === 'list'),
    async expectSilence() {
      const before = started
      expect(before).toBeGreaterThan(0)
      await quiet()
      expect(started).toBe(before)
    },
  }
}
