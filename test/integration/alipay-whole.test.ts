import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  type Adapter,
  alipayRisk,
  alipayTrade,
  type Complaint,
  ComplaintClient,
  type ComplaintEvent,
  type HistoryEntry,
  NotFoundError,
  QueryError,
  SignatureError,
} from '../../src/index.js'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js'
import { failure } from '../support/failure.js'
import { expectNoSecrets } from '../support/secrets.js'

const range = { from: '2026-01-05', to: '2026-03-30' } as const
const providers = ['alipay-trade', 'alipay-risk'] as const
type Provider = (typeof providers)[number]
let open: Sandbox[] = []

afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(open.map((sandbox) => sandbox.close()))
  open = []
})

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  // How long a retry waits is chance; here it shall not be long.
  vi.spyOn(Math, 'random').mockReturnValue(0.01)
  const complaints = { 'alipay-trade': 60, 'alipay-risk': 60 }
  const sandbox = await startSandbox({ ...range, complaints, reuseKeys: true, quotas: false, ...options })
  open.push(sandbox)
  return sandbox
}

const adapterOf = (sandbox: Sandbox, provider: Provider, more: object = {}): Adapter<Complaint> =>
  provider === 'alipay-trade'
    ? alipayTrade({ ...sandbox.alipayTrade, rateLimit: false, ...more })
    : alipayRisk({ ...sandbox.alipayRisk, rateLimit: false, ...more })

type ClientOptions = ConstructorParameters<typeof ComplaintClient>[1]

const clientOf = (sandbox: Sandbox, provider: Provider, options: ClientOptions = {}, more: object = {}) =>
  new ComplaintClient(adapterOf(sandbox, provider, more), { maxRetries: 0, ...options })

const drain = (client: ComplaintClient): Promise<Complaint[]> => client.list(range).toArray({ limit: 1000 })
const own = (sandbox: Sandbox, provider: Provider) => sandbox.truth.filter((each) => each.provider === provider)
const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id).sort()
const plain = ({ raw: _, ...complaint }: Complaint): object => complaint

async function historyOf(client: ComplaintClient, id: string): Promise<Omit<HistoryEntry, 'raw'>[]> {
  const entries: Omit<HistoryEntry, 'raw'>[] = []
  const [info] = client.accounts
  const ref = { provider: info?.provider ?? 'alipay-trade', account: info?.account ?? '', id }
  for await (const { raw: _, ...entry } of client.history(ref)) entries.push(entry)
  return entries
}

const spellings: readonly SandboxOptions[] = [
  {},
  { alipaySlashes: 'escaped' },
  { alipaySlashes: 'escapedAfterSigning' },
  { alipayIds: 'text', alipayUnknownId: 'code', alipayMessages: 'gbk' },
  { alipayEndTime: 'excluded', alipaySigning: 'certificate', alipayServiceProvider: true },
]

describe.each(providers)('%s', (provider) => {
  it.each(spellings)('lists and single calls tell the truth under %j', async (options) => {
    const sandbox = await start(options)
    const client = clientOf(sandbox, provider)
    const truth = new Map(own(sandbox, provider).map((each) => [each.id, each]))
    const rows = await drain(client)
    expect(rows.map(plain)).toEqual(rows.map(({ id }) => truth.get(id)))
    expect(idsOf(rows)).toEqual([...truth.keys()].sort())
    for (const row of rows.slice(0, 20))
      expect(plain(await client.get(row))).toEqual(sandbox.complaintOf(provider, row.id))
    const gone = rows[0] ?? expect.fail('no rows')
    sandbox.removeComplaint(provider, gone.id)
    expect(await failure(client.get(gone))).toBeInstanceOf(NotFoundError)
  })

  it.each<SandboxOptions>([
    { ties: 40 },
    { hiddenRows: 4 },
    { order: 'updated' },
    { dayZone: 'utc' },
    { clampPageSize: 7 },
    { ignoredDates: true },
    { ties: 60, clampPageSize: 13, order: 'updated' },
  ])('a list that behaves like %j ends with everything, or says what is missing', async (options) => {
    const sandbox = await start(options)
    const rows: Complaint[] = []
    const warnings: string[] = []
    const onEvent = (event: ComplaintEvent): void => {
      if (event.type === 'warning') warnings.push(event.warning)
    }
    const ended = await (async () => {
      for await (const row of clientOf(sandbox, provider, { onEvent }).list(range)) rows.push(row)
    })().catch((error: unknown) => error)
    const missing = own(sandbox, provider).filter(({ id }) => !rows.some((row) => row.id === id))
    if (ended !== undefined) expect(ended).toMatchObject({ name: 'PaginationError' })
    else if (missing.length > 0) expect(warnings).toContain('totalMismatch')
    // Only where all share one second and a page cannot be asked for with another size does anything stay behind.
    if (options.ties !== 60) expect(missing).toEqual([])
    expect(new Set(idsOf(rows)).size).toBe(rows.length)
  })

  it.each<SandboxOptions>([{ ignoredPages: true }, { deepCap: 15 }, { maxOffset: 15 }])(
    'a list that serves no later page (%j) is read in shorter windows',
    async (options) => {
      const sandbox = await start(options)
      expect(idsOf(await drain(clientOf(sandbox, provider)))).toEqual(idsOf(own(sandbox, provider)))
    },
  )

  it('rows without id, time or state are told and hide nothing', async () => {
    const sandbox = await start({ poisonRows: { id: 2, time: 1, state: 1 } })
    const told: unknown[] = []
    const options = { onRowError: (error: unknown): void => void told.push(error) }
    const rows = await clientOf(sandbox, provider).list(range, options).toArray({ limit: 1000 })
    expect(idsOf(rows)).toEqual(idsOf(own(sandbox, provider)))
    expect(told).toHaveLength(4)
  })

  it('errors in GBK are readable', async () => {
    const sandbox = await start({
      alipayMessages: 'gbk',
      faults: [{ kind: 'refusal', code: 'PARAM_ILLEGAL', operation: 'list' }],
    })
    expect(await failure(drain(clientOf(sandbox, provider)))).toMatchObject({
      name: 'ApiError',
      providerCode: 'PARAM_ILLEGAL',
      providerMessage: expect.stringContaining('参数不合法'),
      verified: true,
    })
  })

  it.each([
    ['isp.unknow-error', 'ApiError', true],
    ['aop.invalid-app-auth-token', 'AuthenticationError', false],
    ['isv.invalid-signature', 'AuthenticationError', false],
    ['isv.invalid-timestamp', 'AuthenticationError', false],
    ['isv.invalid-auth-relations', 'PermissionError', false],
    ['isv.insufficient-isv-permissions', 'PermissionError', false],
    ['AUTHORITY_ILLEGAL', 'PermissionError', false],
    ['SYSTEM_ERROR', 'ApiError', true],
    ['isv.method-call-limited', 'RateLimitError', true],
    ['isv.invalid-method', 'ApiError', false],
  ])('%s is a %s (retryable: %s)', async (code, name, retryable) => {
    const sandbox = await start({ faults: [{ kind: 'refusal', code, operation: 'list' }] })
    expect(await failure(drain(clientOf(sandbox, provider)))).toMatchObject({ name, retryable, providerCode: code })
  })

  it('a wrong key: the gateway repeats the text, and no token of it reaches an error or event', async () => {
    const sandbox = await start({ alipayServiceProvider: true })
    const events: ComplaintEvent[] = []
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const client = clientOf(sandbox, provider, { onEvent: (event) => events.push(event) }, { privateKey })
    const error = await failure(drain(client))
    expect(error).toMatchObject({ name: 'AuthenticationError', providerCode: 'isv.invalid-signature', verified: true })
    expect(error.requestId).toMatch(/^[0-9a-f]{32}$/)
    expectNoSecrets([error, events, client], sandbox)
  })

  it('a certificate that Alipay renewed: the error says so, and the new one reads', async () => {
    const sandbox = await start({ alipaySigning: 'certificate' })
    const client = clientOf(sandbox, provider)
    expect((await drain(client)).length).toBe(60)
    sandbox.rotateCertificate({ provider })
    const error = await failure(drain(client))
    expect(error).toBeInstanceOf(SignatureError)
    expect(error.message).toMatch(/renewed/)
    client.replace(adapterOf(sandbox, provider) as never)
    expect((await drain(client)).length).toBe(60)
  })

  it("a merchant's token that timed out is asked for again", async () => {
    const fault = { kind: 'refusal', code: 'aop.app-auth-token-time-out', operation: 'list', nth: 2 } as const
    const sandbox = await start({ alipayServiceProvider: true, faults: [fault] })
    const { appAuthToken = '' } = provider === 'alipay-trade' ? sandbox.alipayTrade : sandbox.alipayRisk
    let asked = 0
    const token = async (): Promise<string> => {
      asked += 1
      return appAuthToken
    }
    const rows = await drain(clientOf(sandbox, provider, {}, { appAuthToken: token }))
    expect(idsOf(rows)).toEqual(idsOf(own(sandbox, provider)))
    expect(asked).toBeGreaterThan(1)
  })

  it('keeps to its own pace, which the quota of the sandbox allows', async () => {
    const sandbox = await start({ quotas: true, complaints: { [provider]: 60 } })
    const adapter = provider === 'alipay-trade' ? alipayTrade(sandbox.alipayTrade) : alipayRisk(sandbox.alipayRisk)
    const client = new ComplaintClient<Adapter<Complaint>>(adapter, { maxRetries: 0 })
    const rows = await client.list({ ...range, pageSize: 5 }).toArray({ limit: 1000 })
    expect(rows.length).toBe(60)
    expect(sandbox.requests.every(({ status }) => status === 200)).toBe(true)
  })
})

describe('trade complaints', () => {
  it('have the negotiation as history, oldest first, with ids that stay', async () => {
    const sandbox = await start()
    const client = clientOf(sandbox, 'alipay-trade')
    let silent = 0
    for (const { id } of own(sandbox, 'alipay-trade').slice(0, 30)) {
      const entries = await historyOf(client, id)
      const known = sandbox.historyOf('alipay-trade', id)
      const withoutIds = entries.map(({ id: _, ...entry }) => entry)
      expect(withoutIds).toEqual(known.map(({ id: _, ...entry }) => entry))
      expect(new Set(entries.map((entry) => entry.id)).size).toBe(entries.length)
      expect(await historyOf(client, id)).toEqual(entries)
      silent += entries.filter(({ text }) => text === null).length
    }
    expect(silent).toBeGreaterThan(3)
  })

  it('an entry keeps its id when others come', async () => {
    const sandbox = await start()
    const client = clientOf(sandbox, 'alipay-trade')
    const { id } = own(sandbox, 'alipay-trade').find(({ state }) => state === 'pending') ?? expect.fail('none')
    const before = await historyOf(client, id)
    sandbox.changeState('alipay-trade', id, 'resolved')
    const after = await historyOf(client, id)
    expect(after.length).toBeGreaterThan(before.length)
    expect(after.slice(0, before.length)).toEqual(before)
  })

  it('of some apps only', async () => {
    const sandbox = await start()
    const targets = [{ type: 'PUBLICID', id: '2015000000000001' }]
    const rows = await drain(clientOf(sandbox, 'alipay-trade', {}, { targets }))
    const expected = own(sandbox, 'alipay-trade').filter(({ resource }) => resource?.type === 'PUBLICID')
    expect(idsOf(rows)).toEqual(idsOf(expected))
    expect(rows.length).toBeGreaterThan(0)
  })

  it('that the server filters by another time than that of the complaint are warned of', async () => {
    const sandbox = await start({ alipayFilteredTime: 'modified', complaints: { 'alipay-trade': 500 } })
    const warnings: unknown[] = []
    const onEvent = (event: ComplaintEvent): void => {
      if (event.type === 'warning') warnings.push(event.warning)
    }
    // Three windows: rows of one come with the next.
    await drain(clientOf(sandbox, 'alipay-trade', { onEvent }))
    expect(warnings).toContain('rowOutsideWindow')
    // One window: rows made before it come with it, and belong to no other; rows of its last day come with the day
    // after it, and are delivered.
    warnings.length = 0
    const list = clientOf(sandbox, 'alipay-trade', { onEvent }).list({ from: '2026-02-01', to: '2026-02-20' })
    await list.toArray({ limit: 1000 })
    expect(warnings).toEqual(['rowOutsideWindow', 'rowOutsideWindow'])
  })
})

describe('notifications', () => {
  const parse = async (sandbox: Sandbox, options: Parameters<Sandbox['notification']>[2] = {}) => {
    const { id = '' } = own(sandbox, 'alipay-trade')[0] ?? {}
    return clientOf(sandbox, 'alipay-trade').parseNotification(sandbox.notification('alipay-trade', id, options))
  }

  it.each([{}, { signsType: true }, { charset: 'utf-8' }, { charset: 'utf-8', signsType: true }] as const)(
    'are verified and read (%j)',
    async (options) => {
      for (const alipaySigning of ['publicKey', 'certificate'] as const) {
        const sandbox = await start({ alipaySigning })
        const { createdAt, ...notification } = await parse(sandbox, { ...options, id: 'n-1' })
        expect(notification).toMatchObject({
          provider: 'alipay-trade',
          account: sandbox.alipayTrade.appId,
          id: 'n-1',
          complaintId: own(sandbox, 'alipay-trade')[0]?.id,
          action: 'alipay.merchant.tradecomplain.changed',
        })
        expect(Math.abs((createdAt?.getTime() ?? 0) - Date.now())).toBeLessThan(5000)
      }
    },
  )

  it('about something else are a QueryError', async () => {
    const error = await failure(parse(await start(), { action: 'alipay.fund.trans.order.changed' }))
    expect(error).toBeInstanceOf(QueryError)
  })

  it('that were changed, doubled, unsigned, or signed by another are a SignatureError', async () => {
    const sandbox = await start()
    const { id = '' } = own(sandbox, 'alipay-trade')[0] ?? {}
    const { headers, body } = sandbox.notification('alipay-trade', id)
    const form = new URLSearchParams(body)
    const changed = new URLSearchParams({ ...Object.fromEntries(form), biz_content: '{"complain_event_id":"1"}' })
    const doubled = `${body}&biz_content=${encodeURIComponent('{"complain_event_id":"1"}')}`
    const unsigned = new URLSearchParams(Object.entries(Object.fromEntries(form)).filter(([name]) => name !== 'sign'))
    const text = [...unsigned]
      .filter(([name]) => name !== 'sign_type')
      .sort()
      .map((pair) => pair.join('='))
      .join('&')
    const forged = sign('sha256', Buffer.from(text), createPrivateKey(sandbox.alipayTrade.privateKey))
    const bySomebody = new URLSearchParams({ ...Object.fromEntries(unsigned), sign: forged.toString('base64') })
    for (const wrong of [changed, doubled, unsigned, bySomebody]) {
      const client = clientOf(sandbox, 'alipay-trade')
      const error = await failure(client.parseNotification({ headers, body: String(wrong) }))
      expect(error, String(wrong).slice(0, 40)).toBeInstanceOf(SignatureError)
      expectNoSecrets([error], sandbox)
    }
  })

  it('of another app are refused though Alipay signed them', async () => {
    const sandbox = await start()
    const { id = '' } = own(sandbox, 'alipay-trade')[0] ?? {}
    const client = clientOf(sandbox, 'alipay-trade', {}, { appId: '2021000000000077', account: 'other' })
    const error = await failure(client.parseNotification(sandbox.notification('alipay-trade', id)))
    expect(['SignatureError', 'QueryError']).toContain(error.name)
  })
})
