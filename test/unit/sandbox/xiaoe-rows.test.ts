import { expect, it } from 'vitest'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js'
import { xiaoePost, xiaoeToken } from './raw.js'

interface Page {
  code: number
  msg: string
  data: { list: Record<string, unknown>[]; total: number }
}

/** Page 1 of a sandbox of its own. */
async function read(options: SandboxOptions, fields: object = {}): Promise<{ page: Page; sandbox: Sandbox }> {
  const sandbox = await startSandbox({
    seed: 3,
    complaints: 90,
    from: '2026-01-01',
    to: '2026-03-31',
    reuseKeys: true,
    ...options,
  })
  try {
    const access_token = await xiaoeToken(sandbox)
    const { status, body } = await xiaoePost(sandbox, { access_token, page_size: 100, ...fields })
    expect(status).toBe(200)
    return { page: JSON.parse(body), sandbox }
  } finally {
    await sandbox.close()
  }
}

const contradicted = ['complaint_resource_type', 'complaint_type', 'current_step', 'is_overtime', 'state', 'time_limit']

it.each([
  ['number', 'number'],
  ['text', 'string'],
] as const)('writes the six fields that page and sample disagree on as %s', async (xiaoeNumbers, type) => {
  const { page } = await read({ xiaoeNumbers })
  expect(page.data.list.length).toBe(90)
  for (const row of page.data.list) {
    const present = contradicted.filter((name) => row[name] !== undefined)
    expect(present.length).toBeGreaterThanOrEqual(5)
    for (const name of present) {
      expect(typeof row[name]).toBe(type)
      expect(String(row[name])).toMatch(/^\d+$/)
    }
    expect([typeof row.channel_type, typeof row.complaint_from]).toEqual(['number', 'number'])
    expect(typeof row.complaint_id).toBe('string')
  }
})

it('says in four ways that a complaint is not closed, and closes none that is open', async () => {
  const { page, sandbox } = await read({ complaints: 100 })
  const open = page.data.list.filter(({ state }) => state !== 2)
  expect(new Set(open.map((row) => row.closed_at))).toEqual(
    new Set(['1970-01-02 00:00:00', '0000-00-00 00:00:00', '-0001-11-30 00:00:00', '']),
  )
  const closed = page.data.list.filter(({ state }) => state === 2)
  expect(closed.length).toBeGreaterThan(10)
  expect(closed.every((row) => /^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d$/.test(String(row.closed_at)))).toBe(true)
  const truth = new Map(sandbox.truth.map((each) => [each.id, each.closedAt]))
  for (const row of open) expect(truth.get(String(row.complaint_id))).toBeNull()
})

it('knows both numbers of the mailbox for complaints', async () => {
  const { page } = await read({ complaints: 100 })
  const sources = new Set(page.data.list.map((row) => row.complaint_from))
  expect(sources).toContain(10)
  expect(sources).toContain(210)
})

it('serves fewer rows than asked for without a word, and the same total', async () => {
  const whole = (await read({})).page
  const clamped = (await read({ clampPageSize: 15 })).page
  expect(clamped).toEqual({ ...whole, data: { list: whole.data.list.slice(0, 15), total: 90 } })
  const once = (await read({ faults: [{ kind: 'clampPageSize', provider: 'xiaoe', rows: 7 }] }, { page: 2 })).page
  expect(once.data).toEqual({ list: whole.data.list.slice(7, 14), total: 90 })
})

it('leaves a handled time on what nobody touched', async () => {
  const { page } = await read({})
  const pending = page.data.list.filter(({ state }) => state === 0)
  expect(pending.length).toBeGreaterThan(10)
  expect(pending.every((row) => row.operate_time === row.complaint_time)).toBe(true)
})
