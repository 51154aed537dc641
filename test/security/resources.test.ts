import { getEventListeners } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { ComplaintClient, xiaoe } from '../../src/index.js'
import { startSandbox } from '../../src/sandbox/index.js'
import { ask } from './ask.js'
import { startTunnelWorld } from './tunnel.js'

const providers = ['wechatpay', 'huishouqian', 'xiaoe', 'alipayTrade'] as const
const range = { from: '2026-03-01', to: '2026-03-20' } as const

const expected: Readonly<Record<string, string | number>> = {
  end: 12,
  'a page whose phones other threads decrypt': 12,
  'break while other threads decrypt': 'break',
  'limit of toArray': 2,
  break: 'break',
  'break of pages, sorted': 'break',
  throw: 'of the consumer',
  'never read': 'return',
  abort: 'enough',
  'abort while waiting': 'enough',
  'abort between retries': 'enough',
  'abort while the provider asks to wait': 'enough',
  'abort while the quota is used up': 'enough',
  'maxPages reached': 'PAGINATION',
  timeout: 'TIMEOUT',
  'nobody there': 'NETWORK',
  'through a proxy, to the end': 12,
  'through a proxy, break': 'break',
  'through a proxy, abort': 'enough',
  'a proxy that says nothing, timeout': 'TIMEOUT',
  'a proxy that says nothing, abort': 'enough',
  'a proxy that floods': 'NETWORK',
  'a proxy that refuses': 'NETWORK',
}

it('after any kind of end, no socket, timer or listener is left, and the process exits', async () => {
  const sandbox = await startSandbox({
    ...range,
    complaints: 12,
    reuseKeys: true,
    quotas: false,
    latencyMs: 2,
    alipayServiceProvider: true,
    faults: [{ kind: 'stall', operation: 'get' }],
  })
  const faults = [{ kind: 'rateLimit', operation: 'list', retryAfterSeconds: 30 }] as const
  const refusing = await startSandbox({ ...range, complaints: 1, reuseKeys: true, faults })
  const worlds = await Promise.all(providers.map((provider) => startTunnelWorld(sandbox[provider].baseUrl)))
  const tunnels = Object.fromEntries(providers.map((provider, index) => [provider, worlds[index]]))
  onTestFinished(async () => {
    for (const world of worlds) world.close()
    await Promise.all([sandbox, refusing].map((server) => server.close()))
  })
  const { ends, doneAt } = await ask<{
    ends: Record<string, { end: string | number; left: string[]; listeners: number }>
    doneAt: number
  }>(new URL('resources-child.mjs', import.meta.url), { sandbox, refusing, tunnels, range })
  // Idle connections are kept for 7 s; they must not delay the exit.
  expect(Date.now() - doneAt).toBeLessThan(3000)
  const wanted = providers.flatMap((provider) =>
    Object.entries(expected).map(([way, end]) => [`${provider}: ${way}`, { end, left: [], listeners: 0 }]),
  )
  expect(ends).toEqual(Object.fromEntries(wanted))
  for (const world of worlds) expect(world.tunnels()).toBeGreaterThan(0)
})

it('ten thousand calls with one signal leave no listener, and have few while they run', async () => {
  const warnings: Error[] = []
  const onWarning = (warning: Error): number => warnings.push(warning)
  process.on('warning', onWarning)
  let asked = 0
  const server = createServer((request, response) => {
    asked += 1
    request.resume()
    // Some requests fail and some are cut off.
    if (asked % 97 === 0) request.socket.destroy()
    else response.writeHead(asked % 13 === 0 ? 500 : 200).end('{"code":0,"data":{"list":[],"total":0}}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    process.off('warning', onWarning)
    server.closeAllConnections()
    server.close()
  })
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const adapter = xiaoe({ appId: 'app0000', accessToken: 'token-of-nobody', baseUrl, rateLimit: false })
  const client = new ComplaintClient(adapter, { maxRetries: 0, concurrency: 16 })
  const { signal } = new AbortController()
  const listeners = (): number => getEventListeners(signal, 'abort').length
  const codes = new Set<unknown>()
  const ref = { provider: 'xiaoe', account: 'app0000', id: '1' } as const
  for (let calls = 0; calls < 10_000; calls += 250) {
    const batch = Array.from({ length: 250 }, () =>
      client.get(ref, { signal }).catch((error: { code: string }) => codes.add(error.code)),
    )
    await Promise.race(batch)
    // A few listeners for each call in flight or waiting for the semaphore.
    expect(listeners()).toBeLessThanOrEqual(750)
    await Promise.all(batch)
    expect(listeners()).toBe(0)
  }
  expect(asked).toBe(10_000)
  expect([...codes].sort()).toEqual(['API', 'NETWORK', 'NOT_FOUND'])
  expect(warnings).toEqual([])
})
