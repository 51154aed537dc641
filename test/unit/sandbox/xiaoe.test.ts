import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxComplaint, startSandbox } from '../../../src/sandbox/index.js'
import { send, xiaoeListPath, xiaoePost, xiaoeToken } from './raw.js'

interface Answer {
  code: number
  msg: string
  data: { list: Record<string, unknown>[]; total: number }
}

let sandbox: Sandbox
let token: string

beforeAll(async () => {
  sandbox = await startSandbox({ reuseKeys: true, seed: 11, complaints: 90, from: '2026-01-01', to: '2026-03-31' })
  token = await xiaoeToken(sandbox)
})
afterAll(() => sandbox.close())

const truth = (): SandboxComplaint[] => sandbox.truth.filter(({ provider }) => provider === 'xiaoe')

async function list(fields: object, where: Sandbox = sandbox): Promise<Answer> {
  const answer = await xiaoePost(where, { access_token: token, ...fields })
  expect(answer.status).toBe(200)
  return JSON.parse(answer.body) as Answer
}

async function drain(where: Sandbox): Promise<Record<string, unknown>[]> {
  const access_token = await xiaoeToken(where)
  const rows = []
  for (let page = 1; ; page += 1) {
    const { data } = await list({ access_token, page, page_size: 40 }, where)
    if (data.list.length === 0) return rows
    rows.push(...data.list)
  }
}

describe('Xiaoe, good requests', () => {
  it('serves exactly the truth', async () => {
    const rows = await drain(sandbox)
    const expected = truth()
    expect(rows.length).toBe(90)
    for (const [index, row] of rows.entries()) {
      expect(expected[index]).toMatchObject({
        id: row.complaint_id,
        account: sandbox.xiaoe.appId,
        providerState: String(row.state),
        state: ['pending', 'processing', 'resolved'][Number(row.state)],
        subject: null,
        detail: row.complaint_reason,
        channel: [null, 'shop', 'platform', 'wechatpay', 'alipay'][Number(row.channel_type)],
        payer: { phone: { value: row.complainant_phone, form: 'masked' }, openId: null },
        resource: {
          id: row.complaint_resource_id,
          type: row.complaint_resource_type === undefined ? null : String(row.complaint_resource_type),
        },
        overdue: row.is_overtime === 2,
        createdAt: instant(row.complaint_time),
        dueAt: instant(row.operate_end_time),
        closedAt: row.state === 2 ? instant(row.closed_at) : null,
      })
    }
    const open = rows.filter((row) => row.state !== 2).map((row) => row.closed_at)
    expect(open.length).toBeGreaterThan(10)
    const notClosed = ['1970-01-02 00:00:00', '0000-00-00 00:00:00', '-0001-11-30 00:00:00', '']
    expect(open.every((text) => notClosed.includes(String(text)))).toBe(true)
    expect(open).toContain('1970-01-02 00:00:00')
    expect(rows.every((row) => /^c_[0-9a-f]{13}_\w{8}$/.test(String(row.complaint_id)))).toBe(true)
  })

  it('is overdue only when it was closed after its deadline, or is open and the deadline has passed', () => {
    const late = truth().filter(({ overdue }) => overdue === true)
    expect(late.some(({ state }) => state === 'resolved')).toBe(true)
    for (const { overdue, closedAt, dueAt } of truth())
      expect(overdue).toBe((closedAt ?? new Date()).getTime() > (dueAt?.getTime() ?? 0))
    expect(truth().some(({ overdue }) => overdue === false)).toBe(true)
  })

  it('filters by time, state, channel, overtime and number', async () => {
    const start = truth()[40]?.createdAt ?? new Date()
    const { data } = await list({ start_time: text(start), end_time: text(start), page_size: 100 })
    expect(data.list.map((row) => row.complaint_id)).toContain(truth()[40]?.id)
    expect(data.list.length).toBeLessThan(3)
    const count = async (fields: object): Promise<number> => (await list(fields)).data.total
    expect(await count({ state: 0 })).toBe(truth().filter(({ state }) => state === 'pending').length)
    expect(await count({ channel_type: 3 })).toBe(truth().filter(({ channel }) => channel === 'wechatpay').length)
    expect(await count({ is_overtime: 2 })).toBe(truth().filter(({ overdue }) => overdue === true).length)
    expect(await count({ channel_type: 0, is_overtime: 0 })).toBe(90)
    expect(await count({ complaint_id: truth()[3]?.id })).toBe(1)
    expect(await count({ complaint_id: 'c_0000000000000_unknown0' })).toBe(0)
  })

  it('writes six integers as text when asked to', async () => {
    const other = await startSandbox({ reuseKeys: true, complaints: 20, xiaoeNumbers: 'text' })
    const rows = await drain(other)
    for (const name of ['current_step', 'is_overtime', 'state', 'time_limit', 'complaint_type']) {
      expect(rows.every((row) => typeof row[name] === 'string')).toBe(true)
    }
    expect(rows.every((row) => typeof row.channel_type === 'number')).toBe(true)
    await other.close()
  })

  it('clamps pages in silence without losing a row', async () => {
    const other = await startSandbox({ reuseKeys: true, complaints: 50, clampPageSize: 15 })
    const ids = (await drain(other)).map((row) => row.complaint_id)
    expect(ids).toEqual(other.truth.filter(({ provider }) => provider === 'xiaoe').map(({ id }) => id))
    await other.close()
  })
})

describe('Xiaoe, tokens', () => {
  it('gives the same token again while it lives long, and a new one after it was killed', async () => {
    const other = await startSandbox({ reuseKeys: true, complaints: 1 })
    const first = await xiaoeToken(other)
    expect(await xiaoeToken(other)).toBe(first)
    expect((await list({ access_token: first }, other)).code).toBe(0)
    other.killToken()
    expect((await list({ access_token: first }, other)).code).toBe(2008)
    const second = await xiaoeToken(other)
    expect(second).not.toBe(first)
    expect((await list({ access_token: second }, other)).code).toBe(0)
    await other.close()
  })

  it('checks every parameter', async () => {
    const { appId, clientId, secretKey, baseUrl } = sandbox.xiaoe
    const good = { app_id: appId, client_id: clientId, secret_key: secretKey, grant_type: 'client_credential' }
    const code = async (fields: Record<string, string>): Promise<number> => {
      const { body, status } = await send(`${baseUrl}/token?${new URLSearchParams(fields)}`)
      expect(status).toBe(200)
      return JSON.parse(body).code
    }
    expect(await code(good)).toBe(0)
    expect(await code({ ...good, app_id: 'x' })).toBe(2002)
    expect(await code({ ...good, secret_key: 'x' })).toBe(2004)
    expect(await code({ ...good, grant_type: 'authorization_code' })).toBe(2006)
    expect(await code({ ...good, client_id: 'x' })).toBe(2020)
    expect(await code({ ...good, extra: '1' })).toBe(1002)
    const { expires_in } = JSON.parse((await send(`${baseUrl}/token?${new URLSearchParams(good)}`)).body).data
    expect(expires_in).toBeGreaterThan(7100)
    expect(expires_in).toBeLessThanOrEqual(7200)
  })

  it('keeps token and secret out of the log', async () => {
    await xiaoeToken(sandbox)
    await list({})
    const log = JSON.stringify(sandbox.requests)
    expect(log).toContain('[secret]')
    expect(log).not.toContain(sandbox.xiaoe.secretKey)
    expect(log).not.toContain(token)
  })
})

describe('Xiaoe, bad requests', () => {
  const wrong: [string, object, number][] = [
    ['page 0', { page: 0 }, 1002],
    ['a page as text', { page: '1' }, 1002],
    ['page_size 0', { page_size: 0 }, 1002],
    ['page_size 101', { page_size: 101 }, 1002],
    ['a state that is none', { state: 3 }, 1002],
    ['a state as text', { state: '0' }, 1002],
    ['an empty state', { state: '' }, 1002],
    ['an empty complaint_id', { complaint_id: '' }, 1002],
    ['channel_type 5', { channel_type: 5 }, 1002],
    ['is_overtime 3', { is_overtime: 3 }, 1002],
    ['a date for a time', { start_time: '2026-01-01' }, 1002],
    ['31 February', { end_time: '2026-02-31 00:00:00' }, 1002],
    ['reversed times', { start_time: '2026-01-02 00:00:00', end_time: '2026-01-01 00:00:00' }, 1002],
    ['an unknown field', { order: 'asc' }, 1002],
    ['null', { complaint_id: null }, 1002],
    ['an unknown token', { access_token: 'x' }, 2008],
    ['an empty token', { access_token: '' }, 2007],
    ['no token', { access_token: undefined }, 2007],
  ]
  it.each(wrong)('refuses %s', async (_, fields, code) => {
    expect(await list(fields)).toMatchObject({ code, data: [] })
  })

  it('refuses tokens in header or query, other types, methods and paths', async () => {
    const json = { 'Content-Type': 'application/json' }
    const url = `${sandbox.xiaoe.baseUrl}${xiaoeListPath}`
    const body = JSON.stringify({ access_token: token })
    const code = async (answer: ReturnType<typeof send>): Promise<number> => JSON.parse((await answer).body).code
    expect(await code(xiaoePost(sandbox, { access_token: token }, { ...json, access_token: token }))).toBe(1002)
    expect(await code(xiaoePost(sandbox, { access_token: token }, { ...json, Authorization: token }))).toBe(1002)
    expect(await code(xiaoePost(sandbox, { access_token: token }, { 'Content-Type': 'text/plain' }))).toBe(1002)
    expect(await code(send(`${url}?access_token=${token}`, { method: 'POST', headers: json, body }))).toBe(1002)
    expect(await code(send(url, { method: 'POST', headers: json, body: '{' }))).toBe(1002)
    expect(await code(send(url, { method: 'PUT', headers: json, body }))).toBe(2055)
    expect(
      await code(send(`${sandbox.xiaoe.baseUrl}/xe.complaint.info.get/2.0.0`, { method: 'POST', headers: json, body })),
    ).toBe(2052)
  })
})

function instant(text: unknown): Date {
  return new Date(`${String(text).replace(' ', 'T')}+08:00`)
}

function text(at: Date): string {
  return new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}
