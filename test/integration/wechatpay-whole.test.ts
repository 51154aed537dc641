import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  type Complaint,
  ComplaintClient,
  type ComplaintEvent,
  type ComplaintNotification,
  type ComplaintRef,
  type ErrorCode,
  ComplaintError as Family,
  type HistoryEntry,
  type Operation,
  wechatpay,
} from '../../src/index.js'
import {
  type Sandbox,
  type SandboxFault,
  type SandboxFaultKind,
  type SandboxOptions,
  type SandboxRequest,
  startSandbox,
} from '../../src/sandbox/index.js'
import { failure } from '../support/failure.js'

const range = { from: '2026-01-05', to: '2026-03-30' } as const
const mchid = '1900000001'
const signings = ['publicKey', 'certificate', 'onRequest', 'alternate'] as const
const open: Sandbox[] = []

// How long a retry waits is chance; here it shall not be long.
beforeAll(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.01)
})
afterAll(async () => {
  vi.restoreAllMocks()
  await Promise.all(open.map((sandbox) => sandbox.close()))
})

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({
    ...range,
    complaints: { wechatpay: 240, huishouqian: 0, xiaoe: 0 },
    reuseKeys: true,
    quotas: false,
    ...options,
  })
  open.push(sandbox)
  return sandbox
}

const clientOf = (
  sandbox: Sandbox,
  options: { maxRetries?: number; timeoutMs?: number; onEvent?: (event: ComplaintEvent) => void } = {},
  more: object = {},
): ComplaintClient =>
  new ComplaintClient(wechatpay({ ...sandbox.wechatpay, rateLimit: false, ...more }), { maxRetries: 2, ...options })

async function drain(client: ComplaintClient): Promise<string[]> {
  const rows: Complaint[] = await client.list(range).toArray({ limit: 10_000 })
  return rows.map(({ id }) => id).sort()
}
const idsOf = (sandbox: Sandbox): string[] => sandbox.truth.map(({ id }) => id).sort()
const lengthOf = (sandbox: Sandbox, id: string): number => sandbox.historyOf('wechatpay', id).length
const downloads = (sandbox: Sandbox): number =>
  sandbox.requests.filter(({ operation }) => operation === 'certificates').length

describe('a platform certificate that rotates in the middle of a drain', () => {
  it.each(['certificate', 'onRequest', 'alternate'] as const)(
    'loses nothing and needs no restart (%s)',
    async (signing) => {
      let lists = 0
      const sandbox = await start({
        wechatpaySigning: signing,
        onRequest({ operation }, box) {
          // Twice; the second time the old certificates are no longer listed.
          if (operation === 'list' && ++lists % 3 === 0 && lists < 7) box.rotateCertificate({ dropOld: lists > 3 })
        },
      })
      const { publicKeyId: _, publicKey: __, ...certificatesOnly } = sandbox.wechatpay
      const client = new ComplaintClient(
        wechatpay({ ...(signing === 'onRequest' ? certificatesOnly : sandbox.wechatpay), rateLimit: false }),
        { maxRetries: 0 },
      )
      expect(await drain(client)).toEqual(idsOf(sandbox))
      expect(downloads(sandbox)).toBeGreaterThanOrEqual(2)
      expect(downloads(sandbox)).toBeLessThanOrEqual(5)
      expect(await drain(client)).toEqual(idsOf(sandbox))
    },
  )
})

/** What an attempt ends in when a fault strikes it; the other faults change pages or are merely slow. */
const failureOf: Partial<Record<SandboxFaultKind, ErrorCode>> = {
  rateLimit: 'RATE_LIMIT',
  serverError: 'API',
  packetTooLarge: 'API',
  reset: 'NETWORK',
  stall: 'TIMEOUT',
  truncate: 'NETWORK',
  tamperedSignature: 'SIGNATURE',
  tamperedBody: 'SIGNATURE',
  probeSignature: 'SIGNATURE',
  wrongSerial: 'SIGNATURE',
}
const onTheWay = ['rateLimit', 'serverError', 'reset', 'stall', 'truncate', 'slowBody'] as const
const ofSigned = ['tamperedSignature', 'tamperedBody', 'probeSignature', 'wrongSerial'] as const
const ofPages = ['packetTooLarge', 'clampPageSize', 'missingTotal'] as const

/** Milliseconds; short only where nothing else ends an attempt. */
const patience = (kind: SandboxFaultKind): number => (kind === 'stall' ? 1_000 : 15_000)

function once(kind: SandboxFaultKind, operation: Operation, nth: number): SandboxFault {
  const fault: SandboxFault = { kind, operation: operation as SandboxRequest['operation'], nth }
  return kind === 'rateLimit' ? { ...fault, retryAfterSeconds: 0 } : fault
}

/** That the fault struck, once: a test of a fault that never came shows nothing. */
function expectStruck(kind: SandboxFaultKind, operation: Operation, sandbox: Sandbox, events: ComplaintEvent[]): void {
  const attempts = events.filter((event) => event.type === 'request').filter((event) => event.operation === operation)
  const asked = sandbox.requests.filter((request) => request.operation === operation)
  const code = failureOf[kind]
  const failures = attempts.flatMap(({ failure }) => failure ?? [])
  // On a busy host another answer may be late for the short timeout of this one.
  expect(kind === 'stall' ? [...new Set(failures)] : failures).toEqual(code === undefined ? [] : [code])
  if (kind === 'slowBody') expect(Math.max(...attempts.map(({ durationMs }) => durationMs))).toBeGreaterThan(200)
  if (kind === 'clampPageSize' && operation === 'list')
    expect(asked.filter(({ query, served }) => query.limit === 50 && served.length === 5)).toHaveLength(1)
}

describe.concurrent.each(signings)('what goes wrong once in a list costs a retry and no row (%s)', (signing) => {
  it.each([...onTheWay, ...ofSigned, ...ofPages, 'shiftRows'] as const)('%s', async (kind) => {
    // Only the first page has a total.
    const faults = [once(kind, 'list', kind === 'missingTotal' ? 1 : 2)]
    const sandbox = await start({ wechatpaySigning: signing, faults })
    const stood = idsOf(sandbox)
    const events: ComplaintEvent[] = []
    const client = clientOf(sandbox, { timeoutMs: patience(kind), onEvent: (event) => events.push(event) })
    const ids: string[] = []
    const totals: (number | null)[] = []
    for await (const page of client.list(range).pages()) {
      ids.push(...page.items.map(({ id }) => id))
      totals.push(page.total)
    }
    // What arrives meanwhile may be among them.
    const arrived = idsOf(sandbox).filter((id) => !stood.includes(id))
    expect(ids.filter((id) => !arrived.includes(id)).sort()).toEqual(stood)
    expect(new Set(ids).size).toBe(ids.length)
    expectStruck(kind, 'list', sandbox, events)
    expect(arrived).toHaveLength(kind === 'shiftRows' ? 1 : 0)
    expect(totals[0] === null).toBe(kind === 'missingTotal')
  })
})

describe.concurrent.each(['publicKey', 'certificate'] as const)(
  'what goes wrong once costs a retry (%s)',
  (signing) => {
    const begin = async (
      kind: SandboxFaultKind,
      operation: Operation,
    ): Promise<{ sandbox: Sandbox; client: ComplaintClient; events: ComplaintEvent[] }> => {
      const sandbox = await start({
        wechatpaySigning: signing,
        complaints: { wechatpay: 40, huishouqian: 0, xiaoe: 0 },
        faults: [once(kind, operation, 1)],
      })
      const events: ComplaintEvent[] = []
      return {
        sandbox,
        client: clientOf(sandbox, { timeoutMs: patience(kind), onEvent: (event) => events.push(event) }),
        events,
      }
    }
    const refOf = ({ id }: { id: string }): ComplaintRef => ({ provider: 'wechatpay', account: mchid, id })

    it.each([...onTheWay, ...ofSigned])('of get: %s', async (kind) => {
      const { sandbox, client, events } = await begin(kind, 'get')
      const [expected] = sandbox.truth
      const complaint = await client.get(refOf(expected ?? expect.fail('no complaint')))
      expect([complaint.id, complaint.detail]).toEqual([expected?.id, expected?.detail])
      expectStruck(kind, 'get', sandbox, events)
    })

    it.each([...onTheWay, ...ofSigned, ...ofPages])('of a history: %s', async (kind) => {
      const { sandbox, client, events } = await begin(kind, 'history')
      // One page, also of half the size, and more than a clamped one.
      const chosen = sandbox.truth.find((one) => lengthOf(sandbox, one.id) > 5 && lengthOf(sandbox, one.id) < 50)
      const { id } = chosen ?? expect.fail('no such history')
      const entries: Omit<HistoryEntry, 'raw'>[] = []
      for await (const { raw: _, ...entry } of client.history(refOf({ id }))) entries.push(entry)
      expect(entries).toEqual(sandbox.historyOf('wechatpay', id))
      expectStruck(kind, 'history', sandbox, events)
      const asked = sandbox.requests.filter(({ operation }) => operation === 'history')
      if (kind === 'clampPageSize') expect(asked[1]?.query.offset).toBe(5)
      // Without a total the client must ask whether there is more.
      else expect(asked.length).toBeGreaterThanOrEqual(kind === 'slowBody' ? 1 : 2)
    })

    it.each(onTheWay)('of an image: %s', async (kind) => {
      const { sandbox, client, events } = await begin(kind, 'media')
      const ref = sandbox.truth.map(refOf).find(({ id }) => sandbox.mediaOf('wechatpay', id).length > 0)
      const { id } = ref ?? expect.fail('no image')
      const [made] = sandbox.mediaOf('wechatpay', id)
      const file = await client.media(refOf({ id }), made?.url ?? '')
      expect(Buffer.from(file.bytes).equals(Buffer.from(made?.bytes ?? []))).toBe(true)
      expectStruck(kind, 'media', sandbox, events)
    })
  },
)

describe.concurrent('what goes wrong once in a download of certificates costs a retry and no row', () => {
  it.each([...onTheWay, ...ofSigned])('%s', async (kind) => {
    const sandbox = await start({ wechatpaySigning: 'certificate', faults: [once(kind, 'certificates', 1)] })
    const events: ComplaintEvent[] = []
    const client = clientOf(sandbox, { timeoutMs: patience(kind), onEvent: (event) => events.push(event) })
    expect(await drain(client)).toEqual(idsOf(sandbox))
    expectStruck(kind, 'certificates', sandbox, events)
    expect(downloads(sandbox)).toBeGreaterThanOrEqual(kind === 'slowBody' ? 1 : 2)
  })
})

describe.concurrent.each([
  ['publicKey', 'list'],
  ['certificate', 'list'],
  ['certificate', 'certificates'],
] as const)('what stays ends in its error, with nothing delivered (%s, %s)', (signing, operation) => {
  const kinds = [...onTheWay, ...ofSigned, ...(operation === 'list' ? (['packetTooLarge'] as const) : [])]

  it.each(kinds.filter((kind) => kind !== 'slowBody'))('%s', async (kind) => {
    const { nth: _, ...always } = once(kind, operation, 1)
    const sandbox = await start({ wechatpaySigning: signing, faults: [always] })
    const rows: unknown[] = []
    const error = await failure(
      (async () => {
        for await (const row of clientOf(sandbox, { timeoutMs: 300, maxRetries: 1 }).list(range)) rows.push(row)
      })(),
    )
    expect([error.code, error.operation, rows.length]).toEqual([failureOf[kind], operation, 0])
  })
})

it('probes are reported by an event each', async () => {
  const sandbox = await start({ faults: [{ kind: 'probeSignature', every: 3 }] })
  const events: ComplaintEvent[] = []
  const client = clientOf(sandbox, { onEvent: (event) => events.push(event) })
  expect(await drain(client)).toEqual(idsOf(sandbox))
  const probes = events.filter((event) => event.type === 'warning' && event.warning === 'verificationProbe')
  expect(probes.length).toBeGreaterThan(1)
})

it('a first host that is down costs one request a minute, a drain runs on the backup', async () => {
  const sandbox = await start({ faults: [{ kind: 'serverError', host: 'primary' }] })
  const client = clientOf(sandbox, {}, { backupBaseUrl: sandbox.wechatpayBackupUrl })
  expect(await drain(client)).toEqual(idsOf(sandbox))
  expect(sandbox.requests.filter(({ host }) => host === 'primary').length).toBeLessThanOrEqual(3)
  expect(sandbox.requests.filter(({ host }) => host === 'backup').length).toBeGreaterThan(5)
})

it('answers that are too large shrink the page, and keep the place', async () => {
  const sandbox = await start({ wechatpayPacketRows: 11 })
  expect(await drain(clientOf(sandbox))).toEqual(idsOf(sandbox))
})

it.each(signings)('histories and images are what the sandbox made (%s)', async (signing) => {
  const sandbox = await start({ wechatpaySigning: signing, complaints: { wechatpay: 40, huishouqian: 0, xiaoe: 0 } })
  const client = clientOf(sandbox)
  let images = 0
  for (const complaint of await client.list(range).toArray({ limit: 40 })) {
    const entries: Omit<HistoryEntry, 'raw'>[] = []
    for await (const { raw: _, ...entry } of client.history(complaint)) entries.push(entry)
    expect(entries).toEqual(sandbox.historyOf('wechatpay', complaint.id))
    expect((await client.get(complaint)).payer.openId).toMatch(/^o/)
    const listedUrls = [...complaint.media, ...entries.flatMap(({ media }) => media)].flatMap(({ urls }) => urls)
    const made = sandbox.mediaOf('wechatpay', complaint.id)
    expect(new Set(made.map(({ url }) => url))).toEqual(new Set(listedUrls))
    for (const { url, bytes, contentType } of made.slice(0, 2)) {
      const file = await client.media(complaint, url)
      expect(Buffer.from(file.bytes).equals(Buffer.from(bytes))).toBe(true)
      expect(file.contentType).toBe(contentType)
      images += 1
    }
  }
  expect(images).toBeGreaterThan(5)
})

it.each(signings)('callbacks posted to a server of the user are verified and read there (%s)', async (signing) => {
  const sandbox = await start({ wechatpaySigning: signing })
  const client = clientOf(sandbox)
  const read: ComplaintNotification[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const message = { headers: request.headers, body: Buffer.concat(chunks) }
    await client.parseNotification(message).then(
      (notification) => {
        read.push(notification)
        response.writeHead(204).end()
      },
      (error: unknown) => response.writeHead(Family.isInstance(error) ? 401 : 500).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const [complaint] = sandbox.truth
    const id = complaint?.id ?? ''
    for (const action of ['CREATE_COMPLAINT', 'USER_RESPONSE']) {
      expect(await sandbox.sendNotification(url, 'wechatpay', id, { action, id: `event ${action}` })).toBe(204)
    }
    expect(read).toMatchObject([
      { provider: 'wechatpay', id: 'event CREATE_COMPLAINT', complaintId: id, action: 'CREATE_COMPLAINT' },
      { provider: 'wechatpay', id: 'event USER_RESPONSE', complaintId: id, action: 'USER_RESPONSE' },
    ])
    const { headers, body } = sandbox.notification('wechatpay', id)
    const forged = await fetch(url, { method: 'POST', headers, body: `${body} ` })
    expect([forged.status, read.length]).toEqual([401, 2])
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
})
