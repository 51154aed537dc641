import { afterEach, describe, expect, it } from 'vitest'
import {
  type Adapter,
  type Complaint,
  ComplaintClient,
  huishouqian,
  type ListOptions,
  wechatpay,
  xiaoe,
} from '../../src/index.js'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js'

const days = { from: '2026-01-05', to: '2026-03-30' }
const orders = ['arrival', 'newest', 'oldest'] as const

let open: Sandbox[] = []
afterEach(async () => {
  const closing = open
  open = []
  await Promise.all(closing.map((sandbox) => sandbox.close()))
})

async function start(options: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox({ ...days, reuseKeys: true, quotas: false, ...options })
  open.push(sandbox)
  return sandbox
}

/** Two accounts of each provider, from two sandboxes; the second under names of their own. */
async function sixAccounts(first: SandboxOptions = {}): Promise<{ adapters: Adapter[]; truth: string[] }> {
  const one = await start({ complaints: { wechatpay: 120, huishouqian: 90, xiaoe: 60 }, ...first })
  const other = await start({ complaints: { wechatpay: 30, huishouqian: 140, xiaoe: 0 }, seed: 2, signType: 'CFCA' })
  const adapters = [
    wechatpay({ ...one.wechatpay, rateLimit: false }),
    huishouqian(one.huishouqian),
    xiaoe(one.xiaoe),
    wechatpay({ ...other.wechatpay, account: 'second', rateLimit: false }),
    huishouqian({ ...other.huishouqian, account: 'second' }),
    xiaoe({ ...other.xiaoe, account: 'second' }),
  ]
  const named = (sandbox: Sandbox, account?: string): string[] =>
    sandbox.truth.map((complaint) => keyOf({ ...complaint, account: account ?? complaint.account }))
  return { adapters, truth: [...named(one), ...named(other, 'second')].sort() }
}

const keyOf = ({ provider, account, id }: Pick<Complaint, 'provider' | 'account' | 'id'>): string =>
  `${provider}:${account}:${id}`

describe('several accounts in one stream', () => {
  it.each(orders)('deliver exactly the truth of all of them, and pages say whose they are (%s)', async (order) => {
    const { adapters, truth } = await sixAccounts()
    const rows: Complaint[] = []
    for await (const { items, provider, account } of new ComplaintClient(adapters).list({ ...days, order }).pages()) {
      rows.push(...items)
      if (order === 'arrival') {
        expect(items.every((row) => row.provider === provider && row.account === account)).toBe(true)
      } else {
        expect([provider, account]).toEqual([null, null])
        expect(items.length).toBeLessThanOrEqual(100)
      }
    }
    expect(rows.map(keyOf).sort()).toEqual(truth)
    if (order === 'arrival') return
    const sign = order === 'newest' ? -1 : 1
    const instants = rows.map(({ createdAt }) => sign * createdAt.getTime())
    expect(instants).toEqual([...instants].sort((a, b) => a - b))
  })

  it.each(orders)('go on from every cursor with exactly the rest (%s)', async (order) => {
    const { adapters, truth } = await sixAccounts()
    const client = new ComplaintClient(adapters)
    const query = { ...days, order, pageSize: 40 }
    const pages: { items: readonly Complaint[]; cursor: string | null }[] = []
    for await (const page of client.list(query).pages()) pages.push(page)
    expect(pages.flatMap(({ items }) => items.map(keyOf)).sort()).toEqual(truth)
    expect(pages.at(-1)?.cursor).toBeNull()
    for (const [index, { cursor }] of pages.entries()) {
      if (cursor === null) continue
      const rest = await new ComplaintClient([...adapters].reverse()).list(query, { cursor }).toArray({ limit: 9999 })
      const expected = pages.slice(index + 1).flatMap(({ items }) => items)
      expect(rest.map(keyOf).sort()).toEqual(expected.map(keyOf).sort())
    }
  })

  it('a slow account holds up nobody under "arrival"', async () => {
    const slow = await start({ complaints: { wechatpay: 40, huishouqian: 0, xiaoe: 0 }, latencyMs: 150 })
    const fast = await start({ complaints: { wechatpay: 0, huishouqian: 80, xiaoe: 80 } })
    const client = new ComplaintClient([wechatpay(slow.wechatpay), huishouqian(fast.huishouqian), xiaoe(fast.xiaoe)])
    const rows = await client.list(days).toArray({ limit: 9999 })
    expect(rows.length).toBe(200)
    expect(rows.findIndex(({ provider }) => provider === 'wechatpay')).toBeGreaterThanOrEqual(80)
  })

  it.each(orders)('one that fails is reported, the others end, and its cursor asks it again (%s)', async (order) => {
    const { adapters, truth } = await sixAccounts({
      faults: [{ kind: 'serverError', provider: 'huishouqian', operation: 'list', nth: 3 }],
    })
    const client = new ComplaintClient(adapters, { maxRetries: 0, concurrency: 1 })
    const seen: string[] = []
    const failed: string[] = []
    const onAccountError = ({ provider, account }: { provider: string | null; account: string | null }): void => {
      failed.push(`${provider}:${account}`)
    }
    let cursor: string | null = null
    for (let rounds = 0; rounds < 4 && (rounds === 0 || cursor !== null); rounds += 1) {
      const options: ListOptions = cursor === null ? { onAccountError } : { onAccountError, cursor }
      for await (const page of client.list({ ...days, order }, options).pages()) {
        seen.push(...page.items.map(keyOf))
        cursor = page.cursor
      }
    }
    expect(cursor).toBeNull()
    expect(failed).toEqual(['huishouqian:800000000001'])
    expect(seen.sort()).toEqual(truth)
  })

  it('names the accounts, and asks one of them by its ref', async () => {
    const { adapters } = await sixAccounts()
    const client = new ComplaintClient(adapters)
    expect(new Set(client.accounts.map(({ provider, account }) => `${provider}:${account}`)).size).toBe(6)
    const [first] = await client.list({ ...days, accounts: ['wechatpay:second'] }).toArray({ limit: 1 })
    expect(first?.account).toBe('second')
    const again = await client.get(first ?? expect.fail('no complaint'))
    expect(keyOf(again)).toBe(keyOf(first ?? again))
  })
})
