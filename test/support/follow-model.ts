import { ApiError, NotFoundError } from '../../src/errors.js'
import type { DeadlineRule } from '../../src/following/deadline.js'
import type { ChangeStore } from '../../src/following/types.js'
import type { Complaint } from '../../src/model.js'
import type { Adapter } from '../../src/provider.js'
import { dayMs, startOfBeijingDay } from '../../src/time.js'
import { complaintOf } from './model-provider.js'

/** A provider whose complaints come, change and vanish. */
export interface FollowModel {
  readonly adapter: Adapter
  readonly complaints: Map<string, Complaint>
  /** `list begin..end skip` or `get id`, in the order of arrival. */
  readonly requests: string[]
  /** Adds a complaint, or changes one. */
  put(id: string, changes?: Partial<Complaint>): Complaint
  /** Throws before a request is answered. */
  failing: ((request: string) => Error | null) | null
  /** Milliseconds until a request is answered. */
  delay: ((request: string) => number) | null
}

export function followModel(account = 'a', pageSize = 50, deadlines?: DeadlineRule): FollowModel {
  const complaints = new Map<string, Complaint>()
  const requests: string[] = []
  const answer = async (request: string): Promise<void> => {
    requests.push(request)
    const delayMs = model.delay?.(request) ?? 0
    await (delayMs === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, delayMs)))
    const failure = model.failing?.(request) ?? null
    if (failure !== null) throw failure
  }
  const model: FollowModel = {
    complaints,
    requests,
    failing: null,
    delay: null,
    put(id, changes = {}) {
      const known = complaints.get(id) ?? complaintOf({ id, createdAt: Date.now() - 1_000, state: 'pending' }, account)
      const complaint = { ...known, ...changes } as Complaint
      complaints.set(id, complaint)
      return complaint
    },
    adapter: {
      provider: 'wechatpay',
      account,
      limits: {
        pageSize: { min: 1, max: pageSize, default: pageSize },
        windowDays: 30,
        maxSpanDays: null,
        concurrency: null,
        rateLimit: null,
      },
      capabilities: {
        history: false,
        media: false,
        notifications: false,
        merchant: true,
        merchantOrderNo: false,
        paging: { style: 'offset', totals: 'exact' },
      },
      deadlines,
      connect: () => ({
        async listPage({ begin, end, skip, limit }) {
          await answer(`list ${begin}..${end} ${skip}`)
          const [from, to] = [startOfBeijingDay(begin) ?? 0, (startOfBeijingDay(end) ?? 0) + dayMs]
          const rows = [...complaints.values()]
            .filter(({ createdAt }) => createdAt.getTime() >= from && createdAt.getTime() < to)
            .sort((one, other) => other.createdAt.getTime() - one.createdAt.getTime())
          const page = rows.slice(skip, skip + limit).map((row) => ({ ...row }))
          return { rows: page, received: page.length, total: rows.length, failures: [] }
        },
        async get(id) {
          await answer(`get ${id}`)
          const complaint = complaints.get(id)
          if (complaint === undefined) throw new NotFoundError('no such complaint')
          return { ...complaint }
        },
      }),
    },
  }
  return model
}

export function outage(): ApiError {
  return new ApiError('the provider is down', { retryable: true })
}

/** A store in memory that keeps JSON text, counts its calls and fails when it is made to. */
export interface CountingStore extends ChangeStore {
  readonly values: Map<string, string>
  /** `get key`, `set key` and `delete key`. */
  readonly calls: string[]
  /** Bytes written. */
  written: number
  failing: ((call: string) => Error | null) | null
  /** A call that fails has had its effect. */
  isLate: boolean
}

export function countingStore(): CountingStore {
  const values = new Map<string, string>()
  const calls: string[] = []
  const run = async <T>(call: string, effect: () => T): Promise<T> => {
    calls.push(call)
    await Promise.resolve()
    const failure = store.failing?.(call) ?? null
    if (failure === null) return effect()
    if (store.isLate) effect()
    throw failure
  }
  const store: CountingStore = {
    values,
    calls,
    written: 0,
    failing: null,
    isLate: false,
    get: (key: string) =>
      run(`get ${key}`, () => {
        const text = values.get(key)
        return text === undefined ? undefined : JSON.parse(text)
      }),
    set: (key: string, value: unknown) =>
      run(`set ${key}`, () => {
        const text = JSON.stringify(value)
        store.written += text.length
        values.set(key, text)
        return true
      }),
    delete: (key: string) => run(`delete ${key}`, () => values.delete(key)),
  }
  return store
}

export function writesOf({ calls }: CountingStore): string[] {
  return calls.filter((call) => !call.startsWith('get '))
}
