import { markPageTooLarge } from '../../src/adapter-kit/page-too-large.js'
import { ApiError } from '../../src/errors.js'
import type { Complaint } from '../../src/model.js'
import type { Adapter, AdapterCapabilities, ListPageRequest } from '../../src/provider.js'
import { dayMs, startOfBeijingDay } from '../../src/time.js'

/** A row of the model list. */
export interface ModelRow {
  id: string
  createdAt: number
  state: 'pending' | 'processing' | 'resolved'
}

/** How the list moves, at the moment when a request is answered. */
export type Change =
  | { kind: 'insert'; at: number; row: ModelRow }
  | { kind: 'remove'; at: number }
  | { kind: 'move'; from: number; to: number }
  | { kind: 'state'; at: number; state: ModelRow['state'] }

export interface ModelOptions {
  account?: string
  style: 'offset' | 'page'
  totals?: 'exact' | 'hint'
  /** What the server says the total is; undefined: nothing. */
  tell?: (total: number, received: number, request: number, skip: number) => number | null
  /** Never serve more rows than this. */
  clamp?: number
  /** Refuse pages of more rows than this as too large. */
  tooLargeAbove?: number
  maxPageSize?: number
  windowDays?: number
  changes?: (request: number) => readonly Change[]
  /** Turns of the event loop before and after a request is answered. */
  latency?: (request: number) => readonly [before: number, after: number]
  failAt?: (request: number) => boolean
}

export interface ModelProvider {
  adapter: Adapter
  rows: ModelRow[]
  requests: ListPageRequest[]
  /** Rows that have stood in the list since the first request began, in the same state. */
  stood(): ModelRow[]
  peakInFlight(): number
  inFlight(): number
}

export function modelProvider(initial: readonly ModelRow[], options: ModelOptions): ModelProvider {
  const rows = [...initial]
  const requests: ListPageRequest[] = []
  const touched = new Set<string>()
  const account = options.account ?? 'model'
  let inFlight = 0
  let peak = 0
  const capabilities: AdapterCapabilities = {
    history: false,
    media: false,
    notifications: false,
    merchant: false,
    merchantOrderNo: false,
    paging: { style: options.style, totals: options.totals ?? (options.style === 'offset' ? 'exact' : 'hint') },
  }

  const apply = (change: Change): void => {
    if (change.kind === 'insert') {
      touched.add(change.row.id)
      rows.splice(Math.min(change.at, rows.length), 0, { ...change.row })
      return
    }
    if (rows.length === 0) return
    const index = (change.kind === 'move' ? change.from : change.at) % rows.length
    const row = rows[index] as ModelRow
    if (change.kind === 'remove') {
      touched.add(row.id)
      rows.splice(index, 1)
    } else if (change.kind === 'move') {
      rows.splice(index, 1)
      rows.splice(change.to % (rows.length + 1), 0, row)
    } else {
      if (row.state !== change.state) touched.add(row.id)
      row.state = change.state
    }
  }

  const turns = async (count: number, signal: AbortSignal | undefined): Promise<void> => {
    for (let turn = 0; turn < count; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve))
      signal?.throwIfAborted()
    }
  }

  const adapter: Adapter = {
    provider: 'wechatpay',
    account,
    limits: {
      pageSize: { min: 1, max: options.maxPageSize ?? 50, default: Math.min(options.maxPageSize ?? 50, 50) },
      windowDays: options.windowDays ?? 30,
      maxSpanDays: null,
      concurrency: null,
      rateLimit: null,
    },
    capabilities,
    connect: () => ({
      get: () => Promise.reject(new Error('not modelled')),
      async listPage(request, call) {
        call.signal?.throwIfAborted()
        const giveBack = await call.semaphore?.acquire(call.signal)
        requests.push(request)
        const number = requests.length
        inFlight += 1
        peak = Math.max(peak, inFlight)
        try {
          const [before, after] = options.latency?.(number) ?? [0, 0]
          await turns(before, call.signal)
          if (options.tooLargeAbove !== undefined && request.limit > options.tooLargeAbove) {
            throw markPageTooLarge(new ApiError('too large', { attempts: 1 }))
          }
          for (const change of options.changes?.(number) ?? []) apply(change)
          if (options.failAt?.(number) === true) throw new ApiError('made to fail', { attempts: 1, retryable: true })
          const [begin, end] = [startOfBeijingDay(request.begin) ?? 0, (startOfBeijingDay(request.end) ?? 0) + dayMs]
          const inside = rows.filter(({ createdAt }) => createdAt >= begin && createdAt < end)
          const limit = Math.min(request.limit, options.clamp ?? Number.POSITIVE_INFINITY)
          const skip = options.style === 'offset' ? request.skip : request.skip * limit
          const served = inside.slice(skip, skip + limit).map((row) => complaintOf(row, account))
          const total =
            options.tell === undefined
              ? inside.length
              : options.tell(inside.length, served.length, number, request.skip)
          await turns(after, call.signal)
          return { rows: served, received: served.length, total, failures: [] }
        } finally {
          inFlight -= 1
          giveBack?.()
        }
      },
    }),
  }
  return {
    adapter,
    rows,
    requests,
    stood: () => initial.filter(({ id }) => !touched.has(id)),
    peakInFlight: () => peak,
    inFlight: () => inFlight,
  }
}

export function complaintOf(row: ModelRow, account: string): Complaint {
  return {
    provider: 'wechatpay',
    account,
    id: row.id,
    state: row.state,
    providerState: row.state,
    createdAt: new Date(row.createdAt),
    closedAt: null,
    dueAt: null,
    subject: null,
    detail: '',
    channel: 'wechatpay',
    merchantId: null,
    agentId: null,
    payer: { phone: null, openId: null },
    orders: [],
    resource: null,
    refund: { wanted: null, amount: null, completed: null },
    awaitingReply: null,
    overdue: null,
    urgent: null,
    inPlatformService: null,
    timesComplained: null,
    tags: [],
    media: [],
    raw: {} as never,
  }
}

/** Rows spread over `days` Beijing days up to the end of 2026-03-31, newest first. */
export function modelRows(count: number, days = 30, prefix = 'c'): ModelRow[] {
  const end = Date.parse('2026-03-31T15:59:00Z')
  return Array.from({ length: count }, (_, index) => ({
    id: `${prefix}${index}`,
    createdAt: end - Math.floor((index / Math.max(1, count)) * days * dayMs),
    state: 'pending' as const,
  }))
}
