import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Sandbox,
  type SandboxHistoryEntry,
  type SandboxOptions,
  startSandbox,
} from '../../../src/sandbox/index.js'
import { ask, fieldsOf, idsOf, peers, postFields, provenResult } from './huishouqian-peer.js'

const path = '/complaint/queryHistory'
const options: SandboxOptions = {
  seed: 7,
  complaints: { wechatpay: 1, huishouqian: 24, xiaoe: 1 },
  from: '2026-01-01',
  to: '2026-01-31',
  reuseKeys: true,
}

interface Row extends Record<string, unknown> {
  logId: string
  operateTime: string
  imageList?: string[] | null
}
interface Page {
  data?: Row[] | null
  offset: number
  totalSize: number
}

async function pageOf(sandbox: Sandbox, business: object): Promise<Page> {
  return provenResult(sandbox, await ask(sandbox, path, business)) as Page
}

async function drain(sandbox: Sandbox, complaintId: string, limit: number): Promise<Row[]> {
  const rows: Row[] = []
  for (;;) {
    const { data } = await pageOf(sandbox, { complaintId, limit, offset: rows.length })
    rows.push(...(data ?? []))
    if ((data ?? []).length < limit) return rows
  }
}

function entryOf(row: Row): SandboxHistoryEntry {
  const urls = row.imageList ?? []
  return {
    id: row.logId,
    at: new Date(row.operateTime.replace(/(....)(..)(..)(..)(..)(..)/, '$1-$2-$3T$4:$5:$6+08:00')),
    operator: String(row.operator),
    action: String(row.operateType),
    text: (row.operateDetails as string | null | undefined) ?? null,
    media: urls.length === 0 ? [] : [{ kind: 'imageList', urls }],
  }
}

const longest = (sandbox: Sandbox): string => {
  const [id = ''] = [...idsOf(sandbox)].sort(
    (one, other) => sandbox.historyOf('huishouqian', other).length - sandbox.historyOf('huishouqian', one).length,
  )
  return id
}

const variants = [
  { signType: 'RSA2', huishouqianKeyBits: 2048 },
  { signType: 'CFCA', huishouqianKeyBits: 1024 },
] as const

describe.each(variants)("Huishouqian's histories, $signType with $huishouqianKeyBits bits", (variant) => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await startSandbox({ ...options, ...variant })
  })
  afterAll(() => sandbox.close())

  it('say what the truth says, newest first, whatever the limit', async () => {
    for (const id of idsOf(sandbox)) {
      const expected = sandbox.historyOf('huishouqian', id)
      expect((await drain(sandbox, id, 200)).map(entryOf)).toEqual(expected)
      expect(new Set(expected.map((entry) => entry.id)).size).toBe(expected.length)
      const times = expected.map(({ at }) => at.getTime())
      expect(times).toEqual([...times].sort((one, other) => other - one))
      expect(expected.at(-1)).toMatchObject({
        action: 'USER_CREATE_COMPLAINT',
        at: sandbox.truth.find((complaint) => complaint.id === id)?.createdAt,
      })
    }
  })

  it.each(Object.entries(peers))('are understood by and from %s', async (_, peer) => {
    const [complaintId = ''] = idsOf(sandbox)
    const envelope = await ask(sandbox, path, { limit: 2, offset: 0, complaintId }, peer)
    const { length } = sandbox.historyOf('huishouqian', complaintId)
    expect(provenResult(sandbox, envelope, peer)).toMatchObject({ offset: 0, totalSize: length })
  })

  it('come in pages: 100 unless asked otherwise', async () => {
    const complaintId = longest(sandbox)
    const { length } = sandbox.historyOf('huishouqian', complaintId)
    expect(length).toBeGreaterThan(110)
    const page = await pageOf(sandbox, { complaintId })
    expect([page.data?.length, page.offset, page.totalSize]).toEqual([100, 0, length])
    expect((await pageOf(sandbox, { complaintId, limit: 7, offset: 7 })).data?.map(({ logId }) => logId)).toEqual(
      sandbox
        .historyOf('huishouqian', complaintId)
        .slice(7, 14)
        .map(({ id }) => id),
    )
    expect(sandbox.requests.at(-1)).toMatchObject({
      operation: 'history',
      query: { complaintId, limit: 7, offset: 7 },
      served: [complaintId],
    })
    const empty = [900, 901, 902].map(async (offset) => (await pageOf(sandbox, { complaintId, limit: 1, offset })).data)
    expect(await Promise.all(empty)).toEqual(expect.arrayContaining([null, undefined, []]))
  })

  it('take numbers as text, as the one known client sends them', async () => {
    const complaintId = longest(sandbox)
    expect((await pageOf(sandbox, { limit: '3', offset: '2', complaintId })).data?.length).toBe(3)
  })

  const [complaintId] = ['200210220000101000000000000']
  const wrong: [string, unknown, string][] = [
    ['an unknown complaint', { complaintId }, '130003'],
    ['no complaint', { limit: 1, offset: 0 }, '130010'],
    ['an empty number', { complaintId: '' }, '130002'],
    ['a number that is none', { complaintId: 1 }, '130002'],
    ['limit 0', { complaintId, limit: 0 }, '130002'],
    ['limit 501 as text', { complaintId, limit: '501' }, '130002'],
    ['a limit that is no number', { complaintId, limit: '1e1' }, '130002'],
    ['a negative offset', { complaintId, offset: -1 }, '130002'],
    ['a date', { complaintId, beginDate: '2026-01-01' }, '130002'],
    ['a field of the prototype', '{"complaintId":"1","constructor":"1"}', '130002'],
  ]
  it.each(wrong)('refuse %s', async (_, business, errorCode) => {
    expect(await ask(sandbox, path, business)).toMatchObject({ success: false, errorCode, result: null })
  })

  it("refuse another call's method", async () => {
    const fields = fieldsOf(sandbox, '/complaint/query', { complaintId: idsOf(sandbox)[0] })
    expect(JSON.parse((await postFields(sandbox, path, fields)).body)).toMatchObject({ errorCode: '130002' })
  })
})

describe("Huishouqian's histories", () => {
  it('hold steps without words or pictures in both spellings, and an action that is documented nowhere', async () => {
    const sandbox = await startSandbox(options)
    const rows = (await Promise.all(idsOf(sandbox).map((id) => drain(sandbox, id, 500)))).flat()
    for (const name of ['operateDetails', 'imageList']) {
      expect(rows.some((row) => row[name] === null)).toBe(true)
      expect(rows.some((row) => !(name in row))).toBe(true)
      expect(rows.some((row) => (row[name] ?? null) !== null)).toBe(true)
    }
    expect(rows.map((row) => row.operateType)).toContain('SANDBOX_FUTURE_OPERATION')
    await sandbox.close()
  })

  it('are the same for the same seed, and stay when the state changes', async () => {
    const [one, same] = await Promise.all([startSandbox(options), startSandbox(options)])
    const historyText = (sandbox: Sandbox): string =>
      JSON.stringify(idsOf(sandbox).map((id) => sandbox.historyOf('huishouqian', id))).replaceAll(
        sandbox.huishouqian.baseUrl,
        '',
      )
    const before = historyText(one)
    expect(historyText(same)).toBe(before)
    for (const id of idsOf(one)) one.changeState('huishouqian', id, 'resolved')
    expect(historyText(one)).toBe(before)
    expect(() => one.historyOf('huishouqian', '1')).toThrow('the sandbox has no complaint 1')
    await Promise.all([one.close(), same.close()])
  })

  it('are clamped, counted by the page and left without a total when asked to', async () => {
    const sandbox = await startSandbox({
      ...options,
      clampPageSize: 4,
      huishouqianTotals: 'page',
      faults: [{ kind: 'missingTotal', nth: 2 }],
    })
    const complaintId = longest(sandbox)
    const page = await pageOf(sandbox, { complaintId, limit: 500 })
    expect([page.data?.length, page.totalSize]).toEqual([4, 4])
    const without = await pageOf(sandbox, { complaintId, limit: 500, offset: 4 })
    expect([without.data?.length, without.totalSize]).toEqual([4, undefined])
    await sandbox.close()
  })
})
