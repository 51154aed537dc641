import { inspect } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  type Complaint,
  ComplaintClient,
  type ComplaintEvent,
  type ComplaintRef,
  type HistoryEntry,
  NotFoundError,
  xiaoe,
} from '../../src/index.js'
import { type Sandbox, type SandboxFaultKind, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js'
import { failure } from '../support/failure.js'

const range = { from: '2026-01-05', to: '2026-03-30' } as const
const rules = ['kept', 'minted'] as const
let open: Sandbox[] = []

afterEach(async () => {
  vi.restoreAllMocks()
  vi.useRealTimers()
  await Promise.all(open.map((sandbox) => sandbox.close()))
  open = []
})

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  // How long a retry waits is chance; here it shall not be long.
  vi.spyOn(Math, 'random').mockReturnValue(0.01)
  const sandbox = await startSandbox({
    ...range,
    complaints: { wechatpay: 0, huishouqian: 0, xiaoe: 30 },
    reuseKeys: true,
    ...options,
  })
  open.push(sandbox)
  return sandbox
}

type ClientOptions = ConstructorParameters<typeof ComplaintClient>[1]

const clientOf = (sandbox: Sandbox, options: ClientOptions = {}, more: object = {}): ComplaintClient =>
  new ComplaintClient(xiaoe({ ...sandbox.xiaoe, ...more }), { maxRetries: 0, ...options })

const drain = (client: ComplaintClient, pageSize = 5): Promise<Complaint[]> =>
  client.list({ ...range, pageSize }).toArray({ limit: 1000 })

const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id).sort()

async function historyOf(client: ComplaintClient, complaint: ComplaintRef): Promise<Omit<HistoryEntry, 'raw'>[]> {
  const entries: Omit<HistoryEntry, 'raw'>[] = []
  for await (const { raw: _, ...entry } of client.history(complaint)) entries.push(entry)
  return entries
}

/** Every complaint and its history: both calls that carry a token. */
async function readAll(sandbox: Sandbox, client: ComplaintClient = clientOf(sandbox)): Promise<void> {
  const complaints = await drain(client)
  expect(idsOf(complaints)).toEqual(idsOf(sandbox.truth))
  for (const complaint of complaints)
    expect(await historyOf(client, complaint)).toEqual(sandbox.historyOf('xiaoe', complaint.id))
}

const oneOf = ({ truth: [complaint] }: Sandbox): ComplaintRef => complaint ?? expect.fail('there is no complaint')

const count = (sandbox: Sandbox, ...operations: string[]): number =>
  sandbox.requests.filter(({ operation }) => operations.includes(operation)).length

describe('histories', () => {
  it.each(['number', 'text'] as const)('are what the sandbox made (numbers as %s)', async (xiaoeNumbers) => {
    const sandbox = await start({ xiaoeNumbers })
    await readAll(sandbox)
    const made = sandbox.truth.map(({ id }) => sandbox.historyOf('xiaoe', id))
    expect(made.filter((entries) => entries.length === 1).length).toBeGreaterThan(3)
    expect(made.filter((entries) => entries.length > 2).length).toBeGreaterThan(3)
    expect(made.flat().some(({ media }) => media.length > 0)).toBe(true)
  })

  it('of a complaint that is gone are a NotFoundError', async () => {
    const sandbox = await start()
    const client = clientOf(sandbox)
    const complaint = oneOf(sandbox)
    sandbox.removeComplaint('xiaoe', complaint.id)
    expect(await failure(historyOf(client, complaint))).toBeInstanceOf(NotFoundError)
    expect(await failure(client.get(complaint))).toBeInstanceOf(NotFoundError)
  })

  const kinds: readonly SandboxFaultKind[] = ['rateLimit', 'serverError', 'reset', 'stall', 'truncate', 'slowBody']
  it.each(kinds)('cost a retry and no entry when something goes wrong once (%s)', async (kind) => {
    const sandbox = await start({
      complaints: { wechatpay: 0, huishouqian: 0, xiaoe: 6 },
      faults: [{ kind, operation: 'history', nth: 3, ...(kind === 'rateLimit' ? { retryAfterSeconds: 0 } : {}) }],
    })
    await readAll(sandbox, clientOf(sandbox, { maxRetries: 1, timeoutMs: 1000 }))
    expect(count(sandbox, 'history')).toBe(kind === 'slowBody' ? 6 : 7)
  })
})

describe.each(rules)('a token that dies (%s)', (xiaoeTokens) => {
  it('at any request of a drain and of its histories costs at most one more fetch, and no row', async () => {
    const small: SandboxOptions = { xiaoeTokens, complaints: { wechatpay: 0, huishouqian: 0, xiaoe: 12 } }
    const undisturbed = await start(small)
    await readAll(undisturbed)
    const calls = count(undisturbed, 'list', 'history')
    expect(calls).toBeGreaterThan(14)
    expect(count(undisturbed, 'token')).toBe(1)
    for (let dies = 1; dies <= calls; dies += 1) {
      let seen = 0
      const sandbox = await start({
        ...small,
        onRequest({ operation }, box) {
          if (operation === 'token') return
          seen += 1
          if (seen === dies) box.killToken()
        },
      })
      // Without retries: the renewal alone must do.
      await readAll(sandbox)
      expect(count(sandbox, 'token'), `dead at request ${dies}`).toBe(2)
    }
  })

  it('of old age in the middle of a drain is renewed before, so no call is refused', async () => {
    // Only the clock is ours, and each request takes 200 s of it: tokens live for 7200 s.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-04-01T00:00:00+08:00') })
    const onRequest = (): void => void vi.setSystemTime(Date.now() + 200_000)
    const sandbox = await start({ xiaoeTokens, onRequest })
    const client = clientOf(sandbox, { concurrency: 1 })
    for (let times = 0; times < 2; times += 1) await readAll(sandbox, client)
    const calls = count(sandbox, 'list', 'history')
    expect(calls).toBeGreaterThan(70)
    expect(count(sandbox, 'token')).toBeGreaterThan(1)
    expect(count(sandbox, 'token')).toBeLessThanOrEqual(Math.ceil((calls * 200) / 6900) + 1)
    expect(refused(sandbox)).toEqual([])
  })

  it('is not fetched again while it lives, however often it is needed', async () => {
    const sandbox = await start({ xiaoeTokens })
    const client = clientOf(sandbox)
    for (let times = 0; times < 3; times += 1) await drain(client)
    expect(count(sandbox, 'token')).toBe(1)
  })

  it('costs two processes that share nothing no row', async () => {
    const sandbox = await start({ xiaoeTokens })
    await Promise.all([readAll(sandbox), readAll(sandbox)])
    expect(count(sandbox, 'token')).toBe(2)
    expect(refused(sandbox)).toEqual([])
  })
})

it('believes what is left of a token that another process fetched long ago', async () => {
  const begin = Date.parse('2026-04-01T00:00:00+08:00')
  vi.useFakeTimers({ toFake: ['Date'], now: begin })
  const sandbox = await start({ xiaoeTokens: 'kept' })
  await drain(clientOf(sandbox))
  // 1860 s remain: the same token comes back.
  vi.setSystemTime(begin + 5_340_000)
  const client = clientOf(sandbox)
  await drain(client)
  expect(count(sandbox, 'token')).toBe(2)
  // A client that took it for 7200 s would still use it here, dead.
  vi.setSystemTime(begin + 7_201_000)
  await drain(client)
  expect(count(sandbox, 'token')).toBe(3)
  expect(refused(sandbox)).toEqual([])
})

describe('refusals', () => {
  type Call = 'token' | 'get'
  const codes: [number, Call, string, boolean, RegExp][] = [
    [2001, 'token', 'AuthenticationError', false, /appId, clientId and secretKey/],
    [2002, 'token', 'AuthenticationError', false, /appId, clientId and secretKey/],
    [2003, 'token', 'AuthenticationError', false, /appId, clientId and secretKey/],
    [2004, 'token', 'AuthenticationError', false, /appId, clientId and secretKey/],
    [2005, 'token', 'AuthenticationError', false, /appId, clientId and secretKey/],
    [2006, 'token', 'AuthenticationError', false, /appId, clientId and secretKey/],
    [2020, 'token', 'AuthenticationError', false, /appId, clientId and secretKey/],
    [2051, 'token', 'PermissionError', false, /allow-list/],
    [1001, 'get', 'ApiError', true, /busy/],
    [1002, 'get', 'ApiError', false, /parameters/],
    [2007, 'get', 'AuthenticationError', false, /token/],
    [2008, 'get', 'AuthenticationError', false, /tokenStore/],
    [2017, 'get', 'PermissionError', false, /投诉管理-查询/],
    [2052, 'get', 'ApiError', false, /baseUrl/],
    [2053, 'get', 'RateLimitError', false, /quota/],
    [2054, 'get', 'RateLimitError', true, /too many/],
    [2055, 'get', 'ApiError', false, /baseUrl/],
    [2999, 'get', 'ApiError', false, /2999/],
    [-1, 'get', 'ApiError', false, /-1/],
  ]

  it.each(codes)('%i at the %s call is a %s', async (xiaoeRefusal, call, name, retryable, hint) => {
    const sandbox = await start({ xiaoeRefusal })
    const events: ComplaintEvent[] = []
    const client = clientOf(sandbox, { onEvent: (event) => events.push(event) })
    const error = await failure(client.get(oneOf(sandbox)))
    expect(error).toMatchObject({
      name,
      retryable,
      provider: 'xiaoe',
      account: sandbox.xiaoe.appId,
      operation: call,
      providerCode: String(xiaoeRefusal),
      status: 200,
    })
    expect(error.message).toMatch(hint)
    expect(error.providerMessage).not.toBe('')
    const shown = inspect([error, events], { depth: 9, showHidden: true })
    for (const secret of [sandbox.xiaoe.secretKey, 'sandbox_token_']) expect(shown).not.toContain(secret)
    // Only a token that is said to be dead is worth a second try.
    expect([count(sandbox, 'token'), count(sandbox, 'get')]).toEqual(
      call === 'token' ? [1, 0] : xiaoeRefusal === 2008 ? [2, 2] : [1, 1],
    )
  })

  it.each([
    [1001, 2],
    [2054, 2],
    [2053, 1],
    [2017, 1],
    [2051, 1],
  ])('%i is asked %i times when a retry is allowed', async (xiaoeRefusal, times) => {
    const sandbox = await start({ xiaoeRefusal })
    const error = await failure(clientOf(sandbox, { maxRetries: 1 }).get(oneOf(sandbox)))
    expect(error).toMatchObject({ providerCode: String(xiaoeRefusal), attempts: times })
    expect(count(sandbox, xiaoeRefusal === 2051 ? 'token' : 'get')).toBe(times)
  })

  it.each([2017, 2051, 2053])('%i is the same for lists, for one complaint and for a history', async (xiaoeRefusal) => {
    const sandbox = await start({ xiaoeRefusal })
    const { appId, baseUrl } = sandbox.xiaoe
    // Whose address is refused fetches no token, but may bring one.
    const withOwnToken = new ComplaintClient(xiaoe({ appId, baseUrl, accessToken: 'made-up' }), { maxRetries: 0 })
    const client = xiaoeRefusal === 2051 ? withOwnToken : clientOf(sandbox)
    const complaint = oneOf(sandbox)
    for (const [operation, ask] of [
      ['list', () => drain(client)],
      ['get', () => client.get(complaint)],
      ['history', () => historyOf(client, complaint)],
    ] as const)
      expect(await failure(ask())).toMatchObject({ operation, providerCode: String(xiaoeRefusal) })
  })

  it.each([
    [{ appId: 'appOther' }, '2002'],
    [{ clientId: 'xopOther' }, '2020'],
    [{ secretKey: 'made-up' }, '2004'],
  ])('of wrong credentials say which the service found wrong', async (wrong, providerCode) => {
    const sandbox = await start()
    expect(await failure(drain(clientOf(sandbox, {}, wrong)))).toMatchObject({
      name: 'AuthenticationError',
      providerCode,
    })
  })
})

/** Calls that were turned away: the server then understood nothing of them. */
function refused({ requests }: Sandbox): string[] {
  return requests
    .filter(({ operation, query }) => operation !== 'token' && Object.keys(query).length === 0)
    .map(({ operation }) => operation)
}
