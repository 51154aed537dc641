import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { sleep } from '../../../../../src/async/abort.js'
import { createRuntime } from '../../../../../src/http/runtime.js'
import { xiaoe } from '../../../../../src/providers/xiaoe/index.js'
import { settle } from '../../../../support/runtime.js'
import { application, callOptions, emptyList, tokenAnswer } from '../support.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('requests that waited for a slow token keep the quota', async () => {
  const adapter = xiaoe({ ...application, rateLimit: { requests: 4, perMs: 500 } })
  const begun = performance.now()
  const starts: number[] = []
  const runtime = createRuntime({
    provider: 'xiaoe',
    account: application.appId,
    rateLimit: adapter.limits.rateLimit,
    transport: async ({ url }, { signal }) => {
      if (url.includes('/token?')) {
        await sleep(520, signal)
        return tokenAnswer('t-1')
      }
      starts.push(performance.now() - begun)
      return emptyList()
    },
    onEvent: () => {},
    now: Date.now,
    random: () => 0.5,
  })
  const connection = adapter.connect(runtime)
  const all = Array.from({ length: 8 }, (_, id) => connection.get(`${id + 1}`, callOptions).catch(() => {}))
  await settle(...all)
  expect(starts).toEqual([520, 520, 520, 520, 1045, 1045, 1045, 1045])
})
