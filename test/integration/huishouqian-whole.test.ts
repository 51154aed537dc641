import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  type Complaint,
  ComplaintClient,
  type ComplaintNotification,
  type HistoryEntry,
  huishouqian,
} from '../../src/index.js'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js'

const range = { from: '2026-01-05', to: '2026-03-30' } as const
const modes = ['RSA2', 'CFCA'] as const
let open: Sandbox[] = []

afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(open.map((sandbox) => sandbox.close()))
  open = []
})

async function start(options: SandboxOptions): Promise<Sandbox> {
  vi.spyOn(Math, 'random').mockReturnValue(0.01)
  const sandbox = await startSandbox({
    ...range,
    complaints: { huishouqian: 120, wechatpay: 0, xiaoe: 0 },
    reuseKeys: true,
    ...options,
  })
  open.push(sandbox)
  return sandbox
}

const clientOf = (sandbox: Sandbox, more: object = {}): ComplaintClient =>
  new ComplaintClient(huishouqian({ ...sandbox.huishouqian, ...more }), { maxRetries: 1 })
const refOf = (sandbox: Sandbox, id: string): { provider: 'huishouqian'; account: string; id: string } => ({
  provider: 'huishouqian',
  account: sandbox.huishouqian.merchantNo,
  id,
})
const idsOf = (sandbox: Sandbox): string[] => sandbox.truth.map(({ id }) => id).sort()

async function drain(client: ComplaintClient): Promise<string[]> {
  const rows: Complaint[] = await client.list(range).toArray({ limit: 10_000 })
  return rows.map(({ id }) => id).sort()
}

async function historyOf(client: ComplaintClient, sandbox: Sandbox, id: string): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = []
  for await (const entry of client.history(refOf(sandbox, id))) entries.push(entry)
  return entries
}

describe.each(modes)('the experimental calls against the sandbox (%s)', (signType) => {
  it('histories are what happened, step by step, on pages however short', async () => {
    for (const more of [
      {},
      { clampPageSize: 4 },
      { huishouqianTotals: 'page' },
      { clampPageSize: 4, huishouqianTotals: 'page' },
    ] as const) {
      const sandbox = await start({ signType, ...more })
      const client = clientOf(sandbox)
      const histories = sandbox.truth.map(({ id }) => ({ id, entries: sandbox.historyOf('huishouqian', id) }))
      expect(Math.max(...histories.map(({ entries }) => entries.length))).toBeGreaterThan(3)
      for (const { id, entries } of histories.slice(0, 40)) {
        const read = await historyOf(client, sandbox, id)
        expect(read.map(({ raw: _, ...entry }) => entry)).toEqual(entries)
      }
    }
  })

  it('files come byte for byte', async () => {
    const sandbox = await start({ signType })
    const client = clientOf(sandbox)
    const files = sandbox.truth.flatMap(({ id }) => sandbox.mediaOf('huishouqian', id).map((file) => ({ ...file, id })))
    expect(files.length).toBeGreaterThan(3)
    for (const { id, url, bytes, contentType } of files.slice(0, 10)) {
      expect(await client.media(refOf(sandbox, id), url)).toEqual({ bytes: new Uint8Array(bytes), contentType })
    }
  })

  it('callbacks are believed as they were sent, and no otherwise', async () => {
    const sandbox = await start({ signType })
    const client = clientOf(sandbox)
    const received: ComplaintNotification[] = []
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      try {
        received.push(await client.parseNotification({ headers: request.headers, body: Buffer.concat(chunks) }))
        response.writeHead(200).end('SUCCESS')
      } catch {
        response.writeHead(400).end()
      }
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
      for (const { id } of sandbox.truth.slice(0, 5)) {
        expect(await sandbox.sendNotification(url, 'huishouqian', id)).toBe(200)
        expect(received.at(-1)).toMatchObject({ provider: 'huishouqian', complaintId: id, id: null })
        const { headers, body } = sandbox.notification('huishouqian', id)
        const at = body.indexOf('signContent=') + 20
        const changed = `${body.slice(0, at)}${body[at] === '0' ? '1' : '0'}${body.slice(at + 1)}`
        await expect(client.parseNotification({ headers, body: changed })).rejects.toMatchObject({ code: 'SIGNATURE' })
      }
    } finally {
      server.close()
    }
  })

  it('a platform certificate that rotates in the middle of a drain loses nothing', async () => {
    let lists = 0
    const sandbox = await start({
      signType,
      onRequest: ({ operation }, box) => {
        if (operation === 'list' && ++lists === 2) box.rotateCertificate({ provider: 'huishouqian' })
      },
    })
    const client = clientOf(sandbox, { platformCertificate: sandbox.huishouqianCertificates })
    expect(await drain(client)).toEqual(idsOf(sandbox))
    expect(lists).toBeGreaterThan(2)
    expect(await drain(client)).toEqual(idsOf(sandbox))
  })
})

it.each([
  { huishouqianSuccess: 'text', huishouqianNulls: 'absent' },
  { huishouqianSuccess: 'boolean', huishouqianNulls: 'empty' },
  { huishouqianSuccess: 'text', huishouqianNulls: 'null' },
] as const)('refusals are proven, and answers read, in every documented form: %j', async (options) => {
  const sandbox = await start(options)
  const client = clientOf(sandbox)
  expect(await drain(client)).toEqual(idsOf(sandbox))
  await expect(client.get(refOf(sandbox, '200210220269999999990000199'))).rejects.toMatchObject({
    code: 'NOT_FOUND',
    providerCode: '130003',
  })
})

const merchantsOf = (sandbox: Sandbox): string[] => [
  ...new Set(sandbox.truth.map(({ merchantId }) => merchantId ?? '')),
]
const idsOfMerchant = (sandbox: Sandbox, merchantNo: string): string[] =>
  idsOf({ ...sandbox, truth: sandbox.truth.filter(({ merchantId }) => merchantId === merchantNo) })

it('an agent lists the complaints of all its merchants, a merchant its own', async () => {
  const sandbox = await start({ huishouqianMerchants: 4 })
  expect(merchantsOf(sandbox)).toHaveLength(4)
  const own = await drain(clientOf(sandbox))
  expect(own).toEqual(idsOfMerchant(sandbox, sandbox.huishouqian.merchantNo))
  const agent = sandbox.truth.find(({ agentId }) => agentId !== null)?.agentId
  const all = await drain(clientOf(sandbox, { agentMerchantNo: agent }))
  expect(all).toEqual(idsOf(sandbox))
  expect(all.length).toBeGreaterThan(own.length)
})

it.each(modes)('every listed complaint can be got, of another merchant too (%s)', async (signType) => {
  const sandbox = await start({ signType, huishouqianMerchants: 3 })
  const agent = sandbox.truth.find(({ agentId }) => agentId !== null)?.agentId
  for (const client of [clientOf(sandbox), clientOf(sandbox, { agentMerchantNo: agent })]) {
    for (const merchant of merchantsOf(sandbox)) {
      const rows: Complaint[] = await client.list({ ...range, merchant }).toArray({ limit: 10_000 })
      expect(rows.map(({ id }) => id).sort()).toEqual(idsOfMerchant(sandbox, merchant))
      for (const row of rows.slice(0, 10)) expect(await client.get(row)).toEqual(row)
    }
  }
})
