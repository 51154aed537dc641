import { afterEach, describe, expect, it } from 'vitest'
import { ComplaintClient, xiaoe } from '../../../../../src/index.js'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../../../src/sandbox/index.js'

const range = { from: '2026-01-05', to: '2026-03-30' }

let open: Sandbox[] = []
afterEach(async () => {
  await Promise.all(open.map((sandbox) => sandbox.close()))
  open = []
})

async function drained(onRequest: SandboxOptions['onRequest'], concurrency = 4): Promise<Sandbox> {
  const sandbox = await startSandbox({
    ...range,
    complaints: { wechatpay: 0, huishouqian: 0, xiaoe: 90 },
    reuseKeys: true,
    ...(onRequest === undefined ? {} : { onRequest }),
  })
  open.push(sandbox)
  // Without retries: the renewal alone must do.
  const client = new ComplaintClient([xiaoe(sandbox.xiaoe)], { maxRetries: 0, concurrency })
  const complaints = await client.list({ ...range, pageSize: 5 }).toArray({ limit: 1000 })
  expect(complaints.map(({ id }) => id).sort()).toEqual(sandbox.truth.map(({ id }) => id).sort())
  return sandbox
}

const count = (sandbox: Sandbox, operation: string): number =>
  sandbox.requests.filter((request) => request.operation === operation).length

describe('a token that dies at any request of a drain', () => {
  it('costs one more fetch, and no row', async () => {
    const undisturbed = await drained(undefined)
    const lists = count(undisturbed, 'list')
    expect(lists).toBeGreaterThan(12)
    expect(count(undisturbed, 'token')).toBe(1)
    for (let dies = 1; dies <= lists; dies += 1) {
      let seen = 0
      const sandbox = await drained(({ operation }, box) => {
        if (operation !== 'list') return
        seen += 1
        if (seen === dies) box.killToken()
      })
      expect(count(sandbox, 'token'), `dead at request ${dies}`).toBe(2)
    }
  })

  it('and at every eighth, as where another process keeps fetching, costs no row either', async () => {
    let seen = 0
    let killed = 0
    const sandbox = await drained(({ operation }, box) => {
      if (operation !== 'list') return
      seen += 1
      if (seen % 8 !== 0) return
      killed += 1
      box.killToken()
      // One at a time: a request that meets two dead tokens is given up, and rightly.
    }, 1)
    expect(killed).toBeGreaterThan(1)
    expect(count(sandbox, 'token')).toBeLessThanOrEqual(1 + killed)
  })
})
