import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  type Complaint,
  ComplaintClient,
  type ComplaintError,
  type ComplaintEvent,
  type ComplaintNotification,
  ComplaintError as Family,
  type HistoryEntry,
  wechatpay,
} from '../../src/index.js'
import { type Sandbox, type SandboxFaultKind, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js'

const range = { from: '2026-01-05', to: '2026-03-30' } as const
const signings = ['publicKey', 'certificate', 'onRequest', 'alternate'] as const
let open: Sandbox[] = []

afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(open.map((sandbox) => sandbox.close()))
  open = []
})

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  // How long a retry waits is chance; here it shall not be long.
  vi.spyOn(Math, 'random').mockReturnValue(0.01)
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
const failure = (promise: Promise<unknown>): Promise<ComplaintError> =>
  promise.then(
    () => expect.fail('should have failed'),
    (error: ComplaintError) => error,
  )
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

describe.each(signings)('what goes wrong once costs a retry and no row (%s)', (signing) => {
  const kinds: readonly SandboxFaultKind[] = [
    'rateLimit',
    'serverError',
    'packetTooLarge',
    'reset',
    'stall',
    'truncate',
    'slowBody',
    'tamperedSignature',
    'tamperedBody',
    'probeSignature',
    'wrongSerial',
    'clampPageSize',
    'missingTotal',
    'shiftRows',
  ]

  it.each(kinds)('%s', async (kind) => {
    const sandbox = await start({
      wechatpaySigning: signing,
      faults: [
        { kind, operation: 'list', nth: 2, times: 1, ...(kind === 'rateLimit' ? { retryAfterSeconds: 0 } : {}) },
      ],
    })
    const stood = idsOf(sandbox)
    expect(await drain(clientOf(sandbox, { timeoutMs: 1000 }))).toEqual(expect.arrayContaining(stood))
  })
})

it.each([
  ['rateLimit', 'RATE_LIMIT'],
  ['serverError', 'API'],
  ['packetTooLarge', 'API'],
  ['reset', 'NETWORK'],
  ['stall', 'TIMEOUT'],
  ['truncate', 'NETWORK'],
  ['tamperedSignature', 'SIGNATURE'],
  ['tamperedBody', 'SIGNATURE'],
  ['probeSignature', 'SIGNATURE'],
  ['wrongSerial', 'SIGNATURE'],
] as const)('%s that stays ends in %s, with nothing delivered from it', async (kind, code) => {
  const sandbox = await start({ faults: [{ kind, ...(kind === 'rateLimit' ? { retryAfterSeconds: 0 } : {}) }] })
  const rows: unknown[] = []
  const error = await failure(
    (async () => {
      for await (const row of clientOf(sandbox, { timeoutMs: 300, maxRetries: 1 }).list(range)) rows.push(row)
    })(),
  )
  expect([error.code, rows.length]).toEqual([code, 0])
})

it('probes are told by an event each', async () => {
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
    const told = [...complaint.media, ...entries.flatMap(({ media }) => media)].flatMap(({ urls }) => urls)
    const made = sandbox.mediaOf('wechatpay', complaint.id)
    expect(new Set(made.map(({ url }) => url))).toEqual(new Set(told))
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
