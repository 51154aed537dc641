import { describe, expect, it, type TestContext } from 'vitest'
import type { Provider } from '../../support/troubled-server/format.js'
import { TroubledList } from '../../support/troubled-server/list.js'
import { readList } from '../../support/troubled-server/read.js'
import { month, rowsOver } from '../../support/troubled-server/rows.js'
import { type ServerOptions, startTroubledServer, type TroubledServer } from '../../support/troubled-server/server.js'

const rows = rowsOver(month, 30)
const ids = rows.map(({ id }) => id)
const headers = { 'Retry-After': '2' }

async function serve(
  { onTestFinished }: TestContext,
  provider: Provider,
  refuse: NonNullable<ServerOptions['refuse']> = () => null,
): Promise<TroubledServer> {
  const server = await startTroubledServer(provider, new TroubledList(rows), { refuse })
  onTestFinished(server.close)
  return server
}

const waitMs = ({ requests: [first, second] }: TroubledServer): number =>
  (second?.receivedAt ?? 0) - (first?.receivedAt ?? 0)

describe.concurrent('Retry-After: 2', () => {
  it.for([
    ['wechatpay', 503],
    ['wechatpay', 429],
    ['wechatpay', 502],
    ['xiaoe', 503],
    ['huishouqian', 503],
  ] as const)('L12 %s is asked again after 2 s when it answers %i', async ([provider, status], context) => {
    const server = await serve(context, provider, (request) => (request === 1 ? { status, headers } : null))
    const outcome = await readList(server.adapter(), month)
    expect(outcome).toMatchObject({ ids, error: null })
    expect(waitMs(server)).toBeGreaterThanOrEqual(1_990)
    expect(waitMs(server)).toBeLessThan(4_000)
  })

  it('L12 a backup host is asked at once', async (context) => {
    const first = await serve(context, 'wechatpay', () => ({ status: 503, headers }))
    const backup = await serve(context, 'wechatpay')
    const outcome = await readList(first.adapter({ backupBaseUrl: backup.url }), month)
    expect(outcome).toMatchObject({ ids, error: null })
    const [refused] = first.requests
    const [answered] = backup.requests
    expect((answered?.receivedAt ?? 0) - (refused?.receivedAt ?? 0)).toBeLessThan(1_000)
  })
})
