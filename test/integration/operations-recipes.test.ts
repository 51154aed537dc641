import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { trace } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { type Logger, pino } from 'pino'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ComplaintClient, type ComplaintEvent, wechatpay, xiaoe } from '../../src/index.js'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'

const root = new URL('../..', import.meta.url).pathname
const range = { from: '2026-01-01', to: '2026-01-30' }
let folder: string
let sandbox: Sandbox

beforeAll(async () => {
  mkdirSync(join(root, 'reports'), { recursive: true })
  folder = mkdtempSync(join(root, 'reports/operations-'))
  sandbox = await startSandbox({ ...range, complaints: { wechatpay: 60, huishouqian: 0, xiaoe: 20 }, reuseKeys: true })
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await sandbox.close()
})

/** What the block of a document exports that holds a text; only the package's address is changed. */
async function exportsOf(document: string, text: string): Promise<Record<string, unknown>> {
  const blocks = [...readFileSync(join(root, document), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)]
  const [, code = ''] = blocks.find(([, each = '']) => each.includes(text)) ?? []
  const file = join(folder, `${text.replace(/\W/g, '')}.ts`)
  writeFileSync(file, code.replaceAll("'unified-complaints'", "'../../src/index.js'"))
  return import(/* @vite-ignore */ pathToFileURL(file).href)
}

describe('the recipes of docs/operations.md', () => {
  it('Prometheus counts requests by outcome, and warnings', async () => {
    const registry = new Registry()
    const { createMetrics } = await exportsOf('docs/operations.md', 'createMetrics')
    const onEvent = (createMetrics as (registry: Registry) => (event: ComplaintEvent) => void)(registry)
    const client = new ComplaintClient([wechatpay(sandbox.wechatpay), xiaoe(sandbox.xiaoe)], { onEvent })
    const rows = await client.list(range).toArray({ limit: 100 })
    expect(rows).toHaveLength(80)
    await client.get({ provider: 'wechatpay', account: sandbox.wechatpay.mchid, id: 'nobodys' }).catch(() => {})
    onEvent({ type: 'warning', warning: 'clockSkew', provider: 'xiaoe', account: 'a', message: '' })
    onEvent({ type: 'accountError', failure: 'SIGNATURE', provider: 'xiaoe', account: 'a', message: '' })
    const text = await registry.metrics()
    expect(text).toMatch(/_count\{provider="wechatpay",account="\d+",operation="list",failure="none"\} 2\n/)
    expect(text).toMatch(/_count\{provider="wechatpay",account="\d+",operation="get",failure="NOT_FOUND"\} 1\n/)
    expect(text).toContain('complaints_warnings_total{provider="xiaoe",account="a",warning="clockSkew"} 1')
    expect(text).toContain('complaints_account_failures_total{provider="xiaoe",account="a",failure="SIGNATURE"} 1')
    for (const { id, detail } of rows) for (const hidden of [id, detail]) expect(text).not.toContain(hidden)
  })

  it('OpenTelemetry gets a span for each attempt', async () => {
    const exporter = new InMemorySpanExporter()
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }))
    const { traceRequests } = await exportsOf('docs/operations.md', 'traceRequests')
    ;(traceRequests as () => void)()
    const client = new ComplaintClient(wechatpay(sandbox.wechatpay))
    const before = sandbox.requests.length
    await client.list(range).toArray({ limit: 100 })
    await client.get({ provider: 'wechatpay', account: sandbox.wechatpay.mchid, id: 'nobodys' }).catch(() => {})
    const spans = exporter.getFinishedSpans()
    expect(spans).toHaveLength(sandbox.requests.length - before)
    const host = new URL(sandbox.wechatpay.baseUrl).host
    for (const { attributes } of spans)
      expect(attributes).toMatchObject({ 'server.address': host, 'complaints.attempt': 1 })
    expect(spans.map(({ name, attributes }) => [name, attributes['http.response.status_code']])).toEqual([
      ['wechatpay list', 200],
      ['wechatpay list', 200],
      ['wechatpay get', 404],
    ])
    expect(spans.at(-1)?.status.message).toContain('RESOURCE_NOT_EXISTS')
  })

  it('pino prints masked complaints', async () => {
    const { logger } = await exportsOf('docs/recipes.md', "from 'pino'")
    const serializers = (logger as Logger)[pino.symbols.serializersSym as never] as Record<string, never>
    let printed = ''
    const destination = new Writable({
      write(chunk, _, done) {
        printed += chunk
        done()
      },
    })
    const [row] = await new ComplaintClient(xiaoe(sandbox.xiaoe)).list(range).toArray({ limit: 1 })
    const phone = { value: '13800138000', form: 'plain' } as const
    pino({ serializers }, destination).info({ complaint: { ...row, payer: { openId: null, phone } } }, 'new')
    expect(JSON.parse(printed).complaint.payer.phone).toEqual({ value: '138****8000', form: 'masked' })
    expect(printed).not.toContain('13800138000')
  })
})
