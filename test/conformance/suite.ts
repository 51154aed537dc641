import { afterEach, describe, expect, it } from 'vitest'
import {
  type Adapter,
  ApiError,
  type Complaint,
  ComplaintClient,
  type ComplaintError,
  type ComplaintEvent,
  type ComplaintQuery,
  NotFoundError,
  PaginationError,
  type ProviderName,
  QueryError,
} from '../../src/index.js'
import { type Sandbox, type SandboxComplaint, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js'
import { addDays, daysBetween } from '../../src/time.js'
import { expectNoSecrets } from '../helpers/secrets.js'

/** What one provider (and mode) tells the suite. The suite is the definition of "adapter". */
export interface Conformance {
  readonly provider: ProviderName
  readonly sandbox?: SandboxOptions
  adapter(sandbox: Sandbox, options?: { account?: string; baseUrl?: string; rateLimit?: false }): Adapter<Complaint>
  /** The same adapter, checking answers with a key that is not the provider's; null where answers are not signed. */
  withWrongKey: ((sandbox: Sandbox) => Adapter<Complaint>) | null
  /** What proves that a request was authorised afresh; null where the provider has nothing of the kind. */
  freshness: ((request: Sandbox['requests'][number]) => string) | null
  /** The first and last day of a list request, as the server understood it. */
  window(query: Readonly<Record<string, unknown>>): readonly [begin: string, end: string]
  /** Names of the errors that an answer changed on the way may end in. */
  readonly tamperedEndsIn: readonly string[]
  readonly knowsMerchants: boolean
  readonly pageSizes: readonly [max: number, tooLarge: number]
}

const range = { from: '2026-01-05', to: '2026-03-30' } as const
const orders = ['arrival', 'newest', 'oldest'] as const

export function describeConformance(name: string, given: Conformance): void {
  const { provider } = given
  const open: Sandbox[] = []
  afterEach(async () => {
    await Promise.all(open.splice(0).map((sandbox) => sandbox.close()))
  })

  const start = async (options: SandboxOptions = {}): Promise<Sandbox> => {
    const others = { wechatpay: 0, huishouqian: 0, xiaoe: 0 }
    const complaints = typeof options.complaints === 'number' ? options.complaints : 130
    const sandbox = await startSandbox({
      ...range,
      quotas: false,
      reuseKeys: true,
      ...given.sandbox,
      ...options,
      complaints: { ...others, [provider]: complaints },
    })
    open.push(sandbox)
    return sandbox
  }
  const clientOf = (sandbox: Sandbox, options: object = {}): ComplaintClient =>
    new ComplaintClient([given.adapter(sandbox, { rateLimit: false })], { maxRetries: 0, ...options })
  const own = (sandbox: Sandbox): SandboxComplaint[] =>
    sandbox.truth.filter((complaint) => complaint.provider === provider)
  const ids = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id).sort()
  const drain = (
    client: ComplaintClient,
    query: Partial<ComplaintQuery> = {},
    options: object = {},
  ): Promise<Complaint[]> => client.list({ ...range, ...query }, options).toArray({ limit: 100_000 })
  const failure = (promise: Promise<unknown>): Promise<ComplaintError> =>
    promise.then(
      () => expect.fail('should have failed'),
      (error: ComplaintError) => error,
    )
  const quiet = (ms = 60): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
  const lists = (sandbox: Sandbox): Sandbox['requests'] =>
    sandbox.requests.filter(({ operation }) => operation === 'list')
  const withoutRaw = ({ raw: _, ...mapped }: Complaint): object => mapped
  const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1)

  describe(`${name}: reading`, () => {
    it('delivers the whole truth, every field of it, with what the provider sent beside', async () => {
      const sandbox = await start()
      const rows = await drain(clientOf(sandbox))
      expect(rows.map(withoutRaw).sort((a, b) => byId(a as Complaint, b as Complaint))).toEqual(own(sandbox).sort(byId))
      expect(rows.every(({ raw }) => typeof raw === 'object' && raw !== null)).toBe(true)
    })

    it('an empty list is empty, and its only page says that nothing is left', async () => {
      const sandbox = await start({ complaints: 0 })
      expect(await drain(clientOf(sandbox))).toEqual([])
      const pages = []
      for await (const page of clientOf(sandbox).list(range).pages()) pages.push(page)
      expect(pages.every(({ items }) => items.length === 0)).toBe(true)
      expect(pages.at(-1)?.cursor ?? null).toBeNull()
    })

    it.each([1, 2, 7, 43, 50])(
      'pages of %i rows, last ones short or full, bring each complaint once',
      async (pageSize) => {
        const sandbox = await start({ complaints: pageSize === 1 ? 20 : 100 })
        const rows = await drain(clientOf(sandbox), { pageSize })
        expect(ids(rows)).toEqual(ids(own(sandbox)))
      },
    )

    it('a server that serves fewer rows than asked loses none', async () => {
      const sandbox = await start({ clampPageSize: 9 })
      expect(ids(await drain(clientOf(sandbox)))).toEqual(ids(own(sandbox)))
    })

    it('400 days are asked in windows without gap or overlap, none too long', async () => {
      const [from, to] = ['2025-01-01', '2026-02-04']
      const sandbox = await start({ from, to, complaints: 200 })
      expect(ids(await drain(clientOf(sandbox), { from, to }))).toEqual(ids(own(sandbox)))
      const windows = [...new Set(lists(sandbox).map(({ query }) => given.window(query).join(' ')))]
        .sort()
        .map((text) => text.split(' '))
      expect(windows[0]?.[0]).toBe(from)
      expect(windows.at(-1)?.[1]).toBe(to)
      for (const [index, [begin = '', end = '']] of windows.entries()) {
        expect(daysBetween(begin, end)).toBeLessThan(30)
        if (index > 0) expect(begin).toBe(addDays(windows[index - 1]?.[1] ?? '', 1))
      }
    })

    it('instants narrower than a day bring what lies between them', async () => {
      const sandbox = await start({ from: '2026-03-10', to: '2026-03-12' })
      const [from, to] = ['2026-03-11T06:00:00+08:00', new Date('2026-03-11T10:00:00Z')]
      const expected = own(sandbox).filter(({ createdAt }) => createdAt >= new Date(from) && createdAt < to)
      expect(expected.length).toBeGreaterThan(3)
      expect(ids(await drain(clientOf(sandbox), { from, to }))).toEqual(ids(expected))
    })

    it.each(['newest', 'oldest'] as const)('order %s is sorted by instant, then id', async (order) => {
      const sandbox = await start()
      const rows = await drain(clientOf(sandbox), { order })
      const sign = order === 'newest' ? -1 : 1
      const sorted = own(sandbox).sort((a, b) => sign * (a.createdAt.getTime() - b.createdAt.getTime() || byId(a, b)))
      expect(rows.map(({ id }) => id)).toEqual(sorted.map(({ id }) => id))
    })

    it('filters by state, one or several, and by order number, on what arrives', async () => {
      const sandbox = await start()
      for (const state of ['pending', ['processing', 'resolved']] as const) {
        const wanted = own(sandbox).filter((complaint) => [state].flat().includes(complaint.state as 'pending'))
        expect(wanted.length).toBeGreaterThan(0)
        expect(ids(await drain(clientOf(sandbox), { state }))).toEqual(ids(wanted))
      }
      const numberOf = (complaint: SandboxComplaint): string | undefined =>
        complaint.orders[0]?.merchantOrderNo ?? complaint.resource?.id
      const merchantOrderNo =
        own(sandbox)
          .map(numberOf)
          .find((number) => number !== undefined) ?? ''
      const found = await drain(clientOf(sandbox), { merchantOrderNo })
      expect(ids(found)).toEqual(ids(own(sandbox).filter((complaint) => numberOf(complaint) === merchantOrderNo)))
    })

    it('asks for a merchant where there are merchants, and says where there are none', async () => {
      const sandbox = await start()
      if (!given.knowsMerchants) {
        expect(() => clientOf(sandbox).list({ ...range, merchant: '1' })).toThrow(QueryError)
        return
      }
      const merchant = own(sandbox).find(({ merchantId }) => merchantId !== null)?.merchantId ?? ''
      const rows = await drain(clientOf(sandbox), { merchant })
      expect(rows.length).toBeGreaterThan(0)
      expect(rows.filter(({ merchantId }) => merchantId !== null && merchantId !== merchant)).toEqual([])
      expect(
        ids(own(sandbox).filter(({ merchantId }) => merchantId === merchant)).filter(
          (id) => !rows.some((row) => row.id === id),
        ),
      ).toEqual([])
    })

    it('get() reads one complaint, and tells an unknown one from an unknown account', async () => {
      const sandbox = await start({ complaints: 5 })
      const client = clientOf(sandbox)
      const [known] = own(sandbox)
      const complaint = await client.get(known as SandboxComplaint)
      expect({ ...withoutRaw(complaint), payer: { ...complaint.payer, openId: null } }).toEqual({
        ...known,
        payer: { ...known?.payer, openId: null },
      })
      const error = await failure(client.get({ ...(known as SandboxComplaint), id: '200201820200101080076619999' }))
      expect(error).toBeInstanceOf(NotFoundError)
      expect([error.provider, error.operation]).toEqual([provider, 'get'])
      expect(await failure(client.get({ ...(known as SandboxComplaint), account: 'nobody' }))).toBeInstanceOf(
        QueryError,
      )
    })

    it('page sizes beyond the provider and ranges beyond it, when they are to be rejected, are QueryErrors', async () => {
      const sandbox = await start({ complaints: 0 })
      const [max, tooLarge] = given.pageSizes
      expect(() => clientOf(sandbox).list({ ...range, pageSize: max })).not.toThrow()
      expect(() => clientOf(sandbox).list({ ...range, pageSize: tooLarge })).toThrow(
        new RegExp(`pageSize ${tooLarge} is more than .*\\(1 to ${max}\\)`),
      )
      expect(sandbox.requests.length).toBe(0)
    })
  })

  describe(`${name}: cursors and ends`, () => {
    it.each(orders)('from every cursor exactly the rest comes (%s)', async (order) => {
      const sandbox = await start({ complaints: 60 })
      const client = clientOf(sandbox)
      const query = { ...range, order, pageSize: 7 }
      const pages: { items: readonly Complaint[]; cursor: string | null }[] = []
      for await (const page of client.list(query).pages()) pages.push(page)
      expect(pages.at(-1)?.cursor).toBeNull()
      expect(ids(pages.flatMap(({ items }) => items))).toEqual(ids(own(sandbox)))
      for (const [index, { cursor }] of pages.entries()) {
        if (cursor === null) continue
        const rest = await client.list(query, { cursor }).toArray({ limit: 1000 })
        expect(ids(rest)).toEqual(ids(pages.slice(index + 1).flatMap(({ items }) => items)))
      }
    })

    it('maxPages ends in a PaginationError whose cursor goes on', async () => {
      const sandbox = await start()
      const seen: string[] = []
      const error = await failure(
        (async () => {
          for await (const { id } of clientOf(sandbox).list({ ...range, pageSize: 7 }, { maxPages: 3 })) seen.push(id)
        })(),
      )
      expect(error).toBeInstanceOf(PaginationError)
      const rest = await drain(clientOf(sandbox), { pageSize: 7 }, { cursor: error.cursor })
      expect([...seen, ...ids(rest)].sort()).toEqual(ids(own(sandbox)))
    })

    it('toArray() stops at its limit; each iteration starts afresh', async () => {
      const sandbox = await start()
      const list = clientOf(sandbox).list(range)
      expect((await list.toArray({ limit: 5 })).length).toBe(5)
      expect(ids(await list.toArray({ limit: 1000 }))).toEqual(ids(own(sandbox)))
      expect(ids(await list.toArray({ limit: 1000 }))).toEqual(ids(own(sandbox)))
    })

    it.each(orders)('break stops every request (%s)', async (order) => {
      const sandbox = await start({ latencyMs: 5 })
      for await (const _ of clientOf(sandbox).list({ ...range, order, pageSize: 5 })) break
      // What was under way may still arrive; nothing is sent after that.
      await quiet(20)
      const count = sandbox.requests.length
      await quiet()
      expect(sandbox.requests.length).toBe(count)
    })

    it('an abort rejects with the reason itself: before, during and between pages', async () => {
      const sandbox = await start({ latencyMs: 10 })
      const reason = new Error('enough')
      expect(await failure(drain(clientOf(sandbox), {}, { signal: AbortSignal.abort(reason) }))).toBe(reason)
      expect(sandbox.requests.length).toBe(0)

      const during = new AbortController()
      setTimeout(() => during.abort(reason), 15)
      expect(await failure(drain(clientOf(sandbox), { pageSize: 3 }, { signal: during.signal }))).toBe(reason)

      const between = new AbortController()
      const pages = clientOf(sandbox)
        .list({ ...range, pageSize: 5 }, { signal: between.signal })
        .pages()
        [Symbol.asyncIterator]()
      await pages.next()
      between.abort(reason)
      expect(await failure(pages.next())).toBe(reason)
      await quiet(20)
      const count = sandbox.requests.length
      await quiet()
      expect(sandbox.requests.length).toBe(count)
    })

    it('no more requests are in flight than allowed', async () => {
      let inFlight = 0
      let peak = 0
      const sandbox = await start({
        async onRequest() {
          inFlight += 1
          peak = Math.max(peak, inFlight)
          await quiet(3)
          inFlight -= 1
        },
      })
      await drain(clientOf(sandbox), { pageSize: 5 }, { concurrency: 3 })
      // The token is fetched while a page holds its place.
      expect(peak).toBe(3)
    })
  })

  describe(`${name}: faults`, () => {
    it('429 with Retry-After, 500, and a reset cost a retry each and no row, authorised afresh', async () => {
      for (const fault of [
        { kind: 'rateLimit', retryAfterSeconds: 0 },
        { kind: 'serverError' },
        { kind: 'reset' },
      ] as const) {
        const sandbox = await start({ complaints: 70, faults: [{ ...fault, operation: 'list', every: 2, times: 3 }] })
        const events: ComplaintEvent[] = []
        const rows = await drain(
          clientOf(sandbox, { maxRetries: 3, onEvent: (event: ComplaintEvent) => events.push(event) }),
        )
        expect(ids(rows)).toEqual(ids(own(sandbox)))
        expect(events.filter(({ type }) => type === 'retry').length).toBeGreaterThan(0)
        const { freshness } = given
        if (freshness !== null) expect(new Set(lists(sandbox).map(freshness)).size).toBe(lists(sandbox).length)
        expectNoSecrets(events, sandbox)
      }
    })

    it('a fault that stays ends in the right error, with nothing delivered and no secret shown', async () => {
      const expected = { rateLimit: 'RateLimitError', serverError: 'ApiError', reset: 'TransportError' } as const
      for (const [kind, error] of Object.entries(expected)) {
        const sandbox = await start({
          complaints: 20,
          faults: [{ kind: kind as 'reset', operation: 'list', retryAfterSeconds: 0 }],
        })
        const seen = await failure(drain(clientOf(sandbox, { maxRetries: 1 })))
        expect([seen.name, seen.retryable, seen.attempts, seen.provider, seen.operation]).toEqual([
          error,
          true,
          2,
          provider,
          'list',
        ])
        expectNoSecrets([seen], sandbox)
      }
    })

    it.each(['tamperedSignature', 'tamperedBody'] as const)(
      '%s once costs a retry and no row; always, it delivers nothing',
      async (kind) => {
        const once = await start({ complaints: 70, faults: [{ kind, operation: 'list', nth: 2 }] })
        expect(
          (await drain(clientOf(once, { maxRetries: 3 })))
            .map(withoutRaw)
            .sort((a, b) => byId(a as Complaint, b as Complaint)),
        ).toEqual(own(once).sort(byId))

        const always = await start({ complaints: 70, faults: [{ kind, operation: 'list' }] })
        const delivered: string[] = []
        const error = await failure(
          (async () => {
            for await (const { id } of clientOf(always, { maxRetries: 1 }).list(range)) delivered.push(id)
          })(),
        )
        expect(given.tamperedEndsIn).toContain(error.name)
        expect(delivered).toEqual([])
        expectNoSecrets([error], always)
      },
    )

    it("a key that is not the provider's makes it deliver nothing", async () => {
      const sandbox = await start()
      if (given.withWrongKey === null) return expect(given.tamperedEndsIn).not.toContain('SignatureError')
      const error = await failure(drain(new ComplaintClient([given.withWrongKey(sandbox)], { maxRetries: 0 })))
      expect(error.name).toBe('SignatureError')
      expectNoSecrets([error], sandbox)
    })

    it('a failure within the list says where to go on, and nothing is lost', async () => {
      const sandbox = await start({ faults: [{ kind: 'serverError', operation: 'list', nth: 6, times: 1 }] })
      const seen: string[] = []
      const error = await failure(
        (async () => {
          for await (const { id } of clientOf(sandbox).list({ ...range, pageSize: 10 })) seen.push(id)
        })(),
      )
      expect(error).toBeInstanceOf(ApiError)
      const rest = await drain(clientOf(sandbox), { pageSize: 10 }, { cursor: error.cursor })
      expect([...new Set([...seen, ...ids(rest)])].sort()).toEqual(ids(own(sandbox)))
    })

    it('an account that fails leaves the others alone', async () => {
      const broken = await start({ faults: [{ kind: 'serverError', operation: 'list' }] })
      const healthy = await start({ complaints: 40, seed: 7 })
      const adapters = [given.adapter(broken, { account: 'broken' }), given.adapter(healthy, { account: 'healthy' })]
      const errors: ComplaintError[] = []
      const rows = await drain(
        new ComplaintClient(adapters, { maxRetries: 0 }),
        {},
        { onAccountError: (error: ComplaintError) => errors.push(error) },
      )
      expect(ids(rows)).toEqual(ids(own(healthy)))
      expect(errors.map(({ account }) => account)).toEqual(['broken'])
    })

    it('two clients share nothing: one that fails leaves the other alone', async () => {
      const sandbox = await start({ complaints: 60 })
      const [one, other] = [clientOf(sandbox), clientOf(sandbox)]
      const controller = new AbortController()
      const aborted = drain(one, { pageSize: 5 }, { signal: controller.signal }).catch(() => 'aborted')
      const whole = drain(other, { pageSize: 5 })
      controller.abort()
      expect(await aborted).toBe('aborted')
      expect(ids(await whole)).toEqual(ids(own(sandbox)))
    })
  })

  describe(`${name}: a list that moves`, () => {
    it.each(orders)(
      'a complaint arrives before every page and states change: whatever stood is delivered once (%s)',
      async (order) => {
        const arrivals = { from: '2026-03-01', to: '2026-03-30' }
        let turn = 0
        const sandbox = await start({
          ...arrivals,
          complaints: 120,
          onRequest({ operation }, moving) {
            if (operation !== 'list') return
            turn += 1
            const createdAt = new Date(Date.parse('2026-03-30T10:00:00Z') + turn * 1000)
            moving.addComplaint(provider, { createdAt, state: 'pending' })
            const standing = own(moving)
            moving.changeState(
              provider,
              standing[(turn * 37) % standing.length]?.id ?? '',
              (['pending', 'processing', 'resolved'] as const)[turn % 3] ?? 'pending',
            )
          },
        })
        const stood = ids(own(sandbox))
        const rows = await drain(clientOf(sandbox), { ...arrivals, order, pageSize: 10 })
        expect(new Set(ids(rows)).size).toBe(rows.length)
        expect(stood.filter((id) => !rows.some((row) => row.id === id))).toEqual([])
        expect(turn).toBeGreaterThan(12)
      },
    )

    it('complaints that go away take no other with them', async () => {
      const days = { from: '2026-03-01', to: '2026-03-30' }
      let turn = 0
      const gone: string[] = []
      const sandbox = await start({
        ...days,
        complaints: 120,
        onRequest({ operation }, moving) {
          if (operation !== 'list' || ++turn % 3 !== 0 || turn > 9) return
          const [newest] = own(moving)
          gone.push(newest?.id ?? '')
          moving.removeComplaint(provider, newest?.id ?? '')
        },
      })
      const stood = ids(own(sandbox))
      const rows = await drain(clientOf(sandbox), { ...days, pageSize: 10 })
      expect(gone.length).toBe(3)
      expect(stood.filter((id) => !gone.includes(id) && !rows.some((row) => row.id === id))).toEqual([])
      expect(new Set(ids(rows)).size).toBe(rows.length)
    })
  })
}
