import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js'

interface Report {
  ids: string[]
  entries: number
  files: number
  first: number
  resumed: number
  shown: { code: string | null; message: string; text: string }[]
  events: { type: string; warning?: string; message?: string }[]
}

const range = { from: '2026-01-01', to: '2026-02-10' }
let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox({ ...range, complaints: { wechatpay: 40, huishouqian: 40, xiaoe: 40 }, reuseKeys: true })
})
afterAll(() => sandbox.close())

async function work(order: 'before' | 'after', stacks: string): Promise<Report> {
  const file = fileURLToPath(new URL('application-child.mjs', import.meta.url))
  const child = spawn(process.execPath, ['--no-warnings', file], { stdio: 'pipe' })
  const { wechatpay, huishouqian, xiaoe } = sandbox
  child.stdin.end(JSON.stringify({ sandbox: { wechatpay, huishouqian, xiaoe }, range, order, stacks }))
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  expect(errors).toBe('')
  return JSON.parse(out) as Report
}

describe.each(['before', 'after'] as const)(
  'an application that changes every global %s it loads the package',
  (order) => {
    it.each(['text', 'list', 'json', 'throw', 'none'])(
      'with stacks as %s: reads everything, and no error shows a secret',
      async (stacks) => {
        const { ids, entries, files, first, resumed, shown, events } = await work(order, stacks)
        const truth = sandbox.truth.map(({ id }) => id).sort()
        expect(ids.slice(0, truth.length).sort()).toEqual(truth)
        expect(ids.slice(truth.length).sort()).toEqual(truth)
        expect(entries).toBeGreaterThan(0)
        expect(files).toBeGreaterThan(0)
        expect(first + resumed).toBe(truth.length)
        expect(shown.map(({ code }) => code)).toEqual([
          ...['CONFIG', 'CONFIG', 'CONFIG', 'CONFIG', 'QUERY', 'QUERY'],
          ...['NOT_FOUND', 'AUTHENTICATION', ...(stacks === 'throw' ? [] : ['NETWORK']), 'SIGNATURE'],
        ])
        const { secretKey } = sandbox.xiaoe as { secretKey: string }
        const { key } = sandbox.huishouqian as { key: string }
        for (const [index, error] of shown.entries())
          for (const secret of [secretKey, key, 'PRIVATE KEY', 'Invalid value', "the application's"])
            expect(`${error.message}\n${error.text}`, `error ${index}`).not.toContain(secret)
        expect(events.filter(({ warning }) => warning === 'listenerFailed')).toHaveLength(1)
        const phones = sandbox.truth.flatMap(({ payer }) => (payer.phone?.form === 'plain' ? [payer.phone.value] : []))
        const printed = JSON.stringify([shown, events])
        for (const secret of [secretKey, key, ...phones]) expect(printed).not.toContain(secret)
      },
    )
  },
)
