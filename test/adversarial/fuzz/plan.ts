import { type Complaint, ComplaintClient, ComplaintError, type ComplaintRef } from '../../../src/index.js'
import { type Dice, dice, pick } from './dice.js'
import { pollution, strangeComplaint, strangeEntry, strangeError } from './judge.js'
import { mutate } from './mutate.js'
import { accounts, adapterOf, type Mode, sealResource, sealWechatPay } from './platform.js'
import { month } from './rows.js'
import { askableId, type HostileServer, hostilityOf, startHostileServer } from './server.js'

/** What came of one hostile server. */
export interface Outcome {
  readonly rows: number
  /** How often each class of error was thrown. */
  readonly errors: Readonly<Record<string, number>>
  /** What must not happen, in words; empty: nothing did. */
  readonly wrong: readonly string[]
}

/** Anything that takes longer hangs: there is no network, and no retry waits. */
const maxMs = 15_000
const maxPages = 12
/**
 * Pages, those asked for ahead of them, and empty ones in each of five rounds. `maxPages` does not end a sorted window: of
 * 87 rows in pages of two, the first scan alone takes 44.
 */
const maxListsOf = { arrival: 100, sorted: 200 }

/** One hostile server, made from a seed, and every call of the library against it. */
export async function runPlan(mode: Mode, seed: number): Promise<Outcome> {
  const roll = dice(seed)
  const hostility = hostilityOf(roll)
  const errors: Record<string, number> = {}
  const wrong: string[] = []
  let rows = 0
  const server = await startHostileServer(mode, hostility, dice(roll(2 ** 31)))
  const client = new ComplaintClient(adapterOf(mode, server.baseUrl), {
    maxRetries: 0,
    timeoutMs: 5_000,
    concurrency: 1 + roll(4),
  })
  const note = (found: string | null): void => {
    if (found !== null) wrong.push(found)
  }
  const attempt = async (what: string, call: () => Promise<unknown>): Promise<void> => {
    const startedAt = performance.now()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('hangs')), maxMs)
    })
    try {
      await Promise.race([call(), late])
    } catch (error) {
      note(strangeError(error))
      const name = ComplaintError.isInstance(error) ? error.name : 'strange'
      errors[name] = (errors[name] ?? 0) + 1
    } finally {
      clearTimeout(timer)
      const tookMs = performance.now() - startedAt
      if (tookMs > maxMs) wrong.push(`${what} took ${Math.round(tookMs)} ms`)
      note(pollution())
    }
  }
  const see = (row: Complaint): void => {
    rows += 1
    note(strangeComplaint(row, accounts[mode]))
  }
  // Sorted, a window is read to its end or its own ceiling of 10,000 pages, whatever maxPages says: where there is no
  // end that takes longer than a plan may, and has a test of its own (test/unit/listing/account.test.ts).
  const orders = hostility.paging === 'endless' ? (['arrival'] as const) : (['arrival', 'newest', 'oldest'] as const)
  const order = pick(roll, orders)
  try {
    await attempt('list', async () => {
      const max = client.accounts[0]?.limits.pageSize.max ?? 1
      const query = { ...month, order, pageSize: Math.min(2 + roll(20), max) }
      for await (const row of client.list(query, { maxPages })) see(row)
    })
    const ref: ComplaintRef = {
      provider: client.accounts[0]?.provider ?? 'xiaoe',
      account: accounts[mode],
      id: askableId(mode, roll),
    }
    await attempt('get', async () => see(await client.get(ref)))
    if (client.accounts[0]?.capabilities.history) {
      await attempt('history', async () => {
        for await (const entry of client.history(ref)) note(strangeEntry(entry))
      })
    }
    if (mode === 'wechatpay publicKey') await attempt('notification', () => callback(client, roll, note))
    note(overdone(server.counts, order === 'arrival' ? maxListsOf.arrival : maxListsOf.sorted))
  } finally {
    await server.close()
  }
  return { rows, errors, wrong: [...new Set(wrong)] }
}

/** A callback whose content, or envelope, was changed before it was signed. */
async function callback(client: ComplaintClient, roll: Dice, note: (found: string | null) => void): Promise<void> {
  const content = { complaint_id: '200201820200101080076610000', action_type: 'CREATE_COMPLAINT' }
  const inside = roll(2) === 0
  const envelope = {
    id: 'EV-2018022511223320873',
    create_time: '2026-03-05T10:34:56+08:00',
    resource_type: 'encrypt-resource',
    event_type: 'COMPLAINT.CREATE',
    resource: {
      original_type: 'complaint',
      ...sealResource(inside ? mutate(content, roll) : Buffer.from(JSON.stringify(content))),
    },
  }
  const { headers, body } = sealWechatPay(
    'wechatpay publicKey',
    inside ? Buffer.from(JSON.stringify(envelope)) : mutate(envelope, roll),
  )
  const { id, complaintId, action, createdAt, raw } = await client.parseNotification({ headers, body })
  const texts = [id ?? 'none', complaintId, action].every((text) => typeof text === 'string' && text !== '')
  if (!texts || (createdAt !== null && Number.isNaN(createdAt.getTime()))) note('a strange notification')
  if (Object.getPrototypeOf(raw) !== Object.prototype) note('the raw of a notification has another prototype')
}

/** More requests than any answer may provoke. */
function overdone(
  { list, get, history, token, certificates }: HostileServer['counts'],
  maxLists: number,
): string | null {
  const tooMany = list > maxLists || get > 4 || history > 220 || token > 100 || certificates > 100
  return tooMany ? `too many requests: ${JSON.stringify({ list, get, history, token, certificates })}` : null
}
