import {
  type Adapter,
  type Complaint,
  ComplaintClient,
  ComplaintError,
  huishouqian,
  type ListOptions,
  type ProviderName,
  xiaoe,
} from '../../../src/index.js'
import { type Sandbox, type SandboxComplaint, startSandbox } from '../../../src/sandbox/index.js'
import { dice, faultsOf, furtherFaultsOf } from './faults.js'
import type { Mode } from './modes.js'

const month = { from: '2026-03-01', to: '2026-03-30' }
const states = ['pending', 'processing', 'resolved'] as const
const orders = ['arrival', 'newest', 'oldest'] as const
/** So often a broken drain is taken up again. */
const maxResumes = 60

export interface Outcome {
  /** How often a token or certificates were asked for in vain. */
  readonly besides: number
  /** How often the drain broke off and was taken up again. */
  readonly resumes: number
  /** Complaints that stood from start to end and were not delivered. */
  readonly missing: readonly string[]
  /** Complaints that came twice though nothing broke off. */
  readonly repeated: readonly string[]
  /** Complaints that are not as the server served them, or that it never served. */
  readonly wrong: readonly string[]
  /** Anything thrown that is not one of ours, or that leaves nowhere to go on from. */
  readonly strange: readonly unknown[]
}

/**
 * `list`: faults of lists alone, as the first plans had them. `all`: those of tokens, certificates and refusals too, by
 * account beside another account that none strikes, and rows that are removed from lists that are paged by number.
 */
export type Breadth = 'list' | 'all'

/** One fault plan over a list that moves, made from a seed. */
export async function runPlan(mode: Mode, seed: number, breadth: Breadth = 'all'): Promise<Outcome> {
  const roll = dice(seed)
  // Chance of its own: what `list` makes of a seed stays what it was.
  const further = dice(seed + 1_000_003)
  const { provider } = mode
  const isNumbered = mode.paging === 'number'
  const isWide = breadth === 'all'
  const neighbour = isWide && further(3) === 0 ? neighbourOf(provider) : null
  // Pages by number cannot show a removal that an arrival makes up for: there only one of both happens in a plan.
  const shrinks = isNumbered && isWide && further(2) === 0
  const removed = new Set<string>()
  const served = new Map<string, SandboxComplaint>()
  const note = (complaints: readonly SandboxComplaint[]): void => {
    for (const complaint of complaints) served.set(complaint.id, complaint)
  }
  const own = (sandbox: Sandbox): SandboxComplaint[] =>
    sandbox.truth.filter((complaint) => complaint.provider === provider)
  const all = (sandbox: Sandbox): SandboxComplaint[] =>
    sandbox.truth.filter((complaint) => [provider, neighbour].includes(complaint.provider))
  const restless = roll(3) > 0
  let moves = 20 + roll(30)
  const complaints = { [provider]: 20 + roll(80) }
  const faults = [...faultsOf(mode, roll), ...(isWide ? furtherFaultsOf(mode, further) : [])]
  const sandbox = await startSandbox({
    ...month,
    ...mode.sandbox,
    seed,
    complaints: neighbour === null ? complaints : { ...complaints, [neighbour]: 10 + further(30) },
    faults: shrinks ? faults.filter(({ kind }) => kind !== 'shiftRows') : faults,
    quotas: false,
    reuseKeys: true,
    onRequest({ operation, provider: asked }, box) {
      if (operation !== 'list' || asked !== provider || !restless || moves-- <= 0) return
      const standing = own(box)
      note(standing)
      const id = standing[roll(standing.length)]?.id
      const remove = (gone: string): void => {
        removed.add(gone)
        box.removeComplaint(provider, gone)
      }
      if (roll(2) === 0) {
        if (shrinks) return id === undefined ? undefined : remove(id)
        note([box.addComplaint(provider, { createdAt: new Date(Date.UTC(2026, 2, 2 + roll(27), roll(24))) })])
      } else if (id !== undefined && roll(4) > 0) box.changeState(provider, id, states[roll(3)] ?? 'pending')
      else if (id !== undefined && (!isNumbered || shrinks)) remove(id)
    },
  })
  try {
    const stood = all(sandbox)
    note(stood)
    const adapter = mode.adapter(sandbox)
    const adapters = [adapter, ...(neighbour === null ? [] : [neighbourAdapter(neighbour, sandbox)])]
    const client = new ComplaintClient(adapters, {
      maxRetries: roll(3),
      timeoutMs: 500,
      concurrency: 1 + roll(5),
    })
    const query = {
      ...month,
      order: orders[roll(3)] ?? 'arrival',
      pageSize: Math.min(5 + roll(20), adapter.limits.pageSize.max),
    }
    const delivered = new Map<string, Complaint>()
    const repeated: string[] = []
    const strange: unknown[] = []
    let cursor: string | null = null
    let resumes = 0
    for (;;) {
      const before = new Set(delivered.keys())
      const thisTime = new Set<string>()
      const failed: ComplaintError[] = []
      const onAccountError = (error: ComplaintError): void => {
        failed.push(error)
      }
      try {
        const options: ListOptions = {
          ...(cursor === null ? {} : { cursor }),
          ...(neighbour === null ? {} : { onAccountError }),
        }
        for await (const page of client.list(query, options).pages()) {
          for (const complaint of page.items) {
            if (thisTime.has(complaint.id) || (resumes === 0 && before.has(complaint.id))) repeated.push(complaint.id)
            thisTime.add(complaint.id)
            delivered.set(complaint.id, complaint)
          }
          cursor = page.cursor
        }
        strange.push(...failed.filter((error) => error.provider === neighbour))
        if (failed.length === 0) break
        if (cursor === null) {
          strange.push(new Error('an account failed, and no page says where it goes on'))
          break
        }
      } catch (error) {
        if (!ComplaintError.isInstance(error) || error.cursor === null) {
          strange.push(error)
          break
        }
        cursor = error.cursor
      }
      resumes += 1
      if (resumes > maxResumes) {
        strange.push(new Error(`not at the end after ${maxResumes} resumes`))
        break
      }
    }
    note(all(sandbox))
    const missing = stood.map(({ id }) => id).filter((id) => !removed.has(id) && !delivered.has(id))
    const wrong = [...delivered.values()].filter((complaint) => !isAsServed(complaint, served.get(complaint.id)))
    const isBeside = ({ operation, status }: Sandbox['requests'][number]): boolean =>
      (operation === 'token' || operation === 'certificates') && status !== 200
    const besides = sandbox.requests.filter(isBeside).length
    return { resumes, besides, missing, repeated, wrong: wrong.map(({ id }) => id), strange }
  } finally {
    await sandbox.close()
  }
}

function neighbourOf(provider: ProviderName): 'huishouqian' | 'xiaoe' {
  return provider === 'xiaoe' ? 'huishouqian' : 'xiaoe'
}

function neighbourAdapter(neighbour: 'huishouqian' | 'xiaoe', sandbox: Sandbox): Adapter<Complaint> {
  return neighbour === 'xiaoe'
    ? xiaoe({ ...sandbox.xiaoe, rateLimit: false })
    : huishouqian({ ...sandbox.huishouqian, rateLimit: false })
}

/** What never changes about a complaint; its state may be an earlier one. */
function isAsServed(complaint: Complaint, served: SandboxComplaint | undefined): boolean {
  return (
    served !== undefined &&
    served.detail === complaint.detail &&
    served.createdAt.getTime() === complaint.createdAt.getTime() &&
    served.merchantId === complaint.merchantId &&
    JSON.stringify(served.orders) === JSON.stringify(complaint.orders)
  )
}
