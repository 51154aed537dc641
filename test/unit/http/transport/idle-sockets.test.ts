import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ComplaintClient, type ComplaintEvent, type WechatPayComplaint, wechatpay } from '../../../../src/index.js'
import { type Sandbox, startSandbox } from '../../../../src/sandbox/index.js'

/** A network between the client and the sandbox. */
interface Network {
  readonly url: string
  /** Connections opened so far. */
  readonly connections: Set<Socket>
  /** The connections of now are dead: there is no FIN, and the next byte is answered by a reset. */
  killSilently(): void
  freeze(): void
  resume(): void
}

let sandbox: Sandbox
let network: Network
const sockets = new Set<Socket>()
const servers = new Set<ReturnType<typeof createServer>>()

async function startNetwork(target: string): Promise<Network> {
  const { port } = new URL(target)
  const connections = new Set<Socket>()
  const dead = new Set<Socket>()
  let isFrozen = false
  const held: (() => void)[] = []
  const pass = (step: () => void): void => {
    if (isFrozen) held.push(step)
    else step()
  }
  const server = createServer((near) => {
    const far = connect(Number(port), '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
    }
    connections.add(near)
    near.on('data', (bytes) => (dead.has(near) ? near.resetAndDestroy() : pass(() => far.write(bytes))))
    far.on('data', (bytes) => pass(() => near.write(bytes)))
    near.on('close', () => far.destroy())
    far.on('close', () => {
      if (!dead.has(near)) near.destroy()
    })
  })
  servers.add(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections,
    killSilently: () => {
      for (const socket of connections) dead.add(socket)
    },
    freeze: () => {
      isFrozen = true
    },
    resume: () => {
      isFrozen = false
      for (const step of held.splice(0)) step()
    },
  }
}

const range = { from: '2026-01-01', to: '2026-01-30' }

beforeEach(async () => {
  const days = { from: '2026-01-01', to: '2026-01-30' }
  sandbox = await startSandbox({ ...days, complaints: { wechatpay: 400, huishouqian: 0, xiaoe: 0 }, reuseKeys: true })
  network = await startNetwork(sandbox.wechatpay.baseUrl)
})
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  for (const server of servers) server.close()
  sockets.clear()
  servers.clear()
  await sandbox.close()
})

function createClient(options: object = {}): { client: ComplaintClient; outcomes: (string | null)[] } {
  const outcomes: (string | null)[] = []
  const onEvent = (event: ComplaintEvent): void => {
    if (event.type === 'request') outcomes.push(event.failure)
  }
  const adapter = wechatpay({ ...sandbox.wechatpay, baseUrl: network.url, decryptPhone: false })
  return { client: new ComplaintClient(adapter, { onEvent, ...options }), outcomes }
}

describe('C3: sockets that die without a sign', () => {
  it('cost one attempt: the next one takes a fresh connection', async () => {
    const { client, outcomes } = createClient()
    const rows = await client.list(range).toArray({ limit: 400 })
    expect(network.connections.size).toBeGreaterThanOrEqual(4)
    outcomes.length = 0
    network.killSilently()
    const complaint = (await client.get(rows[0] as WechatPayComplaint)) as WechatPayComplaint
    expect(complaint.id).toBe(rows[0]?.id)
    expect(outcomes).toEqual(['NETWORK', null])
  })

  it('cost a list one attempt for each request in flight', async () => {
    const { client, outcomes } = createClient()
    await client.list(range).toArray({ limit: 400 })
    outcomes.length = 0
    network.killSilently()
    expect(await client.list(range).toArray({ limit: 400 })).toHaveLength(400)
    expect(outcomes.filter((failure) => failure !== null).length).toBeLessThanOrEqual(4)
  })

  it('cost one timeout where bytes vanish', async () => {
    const { client, outcomes } = createClient({ timeoutMs: 400 })
    const [row] = await client.list(range).toArray({ limit: 400 })
    outcomes.length = 0
    network.freeze()
    const reading = client.get(row as WechatPayComplaint)
    while (outcomes.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    network.resume()
    expect((await reading).id).toBe(row?.id)
    expect(outcomes).toEqual(['TIMEOUT', null])
  })
})

it('a network that freezes and resumes costs no row', async () => {
  const { client } = createClient({ timeoutMs: 300, maxRetries: 10 })
  const reading = client.list(range).toArray({ limit: 400 })
  await new Promise((resolve) => setTimeout(resolve, 30))
  network.freeze()
  await new Promise((resolve) => setTimeout(resolve, 900))
  network.resume()
  expect(await reading).toHaveLength(400)
})
