import { afterEach, describe, expect, it, vi } from 'vitest'
import { ConfigError } from '../../../src/errors.js'
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js'

const open: Sandbox[] = []
afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()))
})

async function start(arrivalsEveryMs: number | undefined): Promise<Sandbox> {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: Date.parse('2026-03-20T06:00:00Z') })
  const sandbox = await startSandbox({
    complaints: 10,
    reuseKeys: true,
    ...(arrivalsEveryMs === undefined ? {} : { arrivalsEveryMs }),
  })
  open.push(sandbox)
  return sandbox
}

/** Id and state of each complaint. */
const statesOf = ({ truth }: Sandbox): Map<string, string> => new Map(truth.map(({ id, state }) => [id, state]))

describe('arrivalsEveryMs', () => {
  it('adds and changes complaints of all providers, the same for the same seed, until the sandbox is closed', async () => {
    const sandbox = await start(30_000)
    const before = statesOf(sandbox)
    vi.advanceTimersByTime(29_999)
    expect(statesOf(sandbox)).toEqual(before)
    vi.advanceTimersByTime(40 * 30_000)
    const added = sandbox.truth.filter(({ id }) => !before.has(id))
    const changed = sandbox.truth.filter(({ id, state }) => before.has(id) && before.get(id) !== state)
    const reopened = changed.filter(({ id, state }) => before.get(id) === 'resolved' && state !== 'resolved')
    expect(added.length).toBeGreaterThan(10)
    expect(new Set(added.map(({ provider }) => provider)).size).toBe(5)
    expect(added.every(({ createdAt }) => createdAt.getTime() < Date.now())).toBe(true)
    expect(changed.length).toBeGreaterThan(3)
    expect(reopened.length).toBeGreaterThan(0)
    const other = await start(30_000)
    vi.advanceTimersByTime(30_000 * 40 + 29_999)
    expect([...statesOf(other).values()].sort()).toEqual([...statesOf(sandbox).values()].sort())
    const count = sandbox.truth.length
    await sandbox.close()
    vi.advanceTimersByTime(30_000 * 20)
    expect(sandbox.truth.length).toBe(count)
  })

  it('nothing moves without it, and a wrong value is a ConfigError', async () => {
    const sandbox = await start(undefined)
    const before = statesOf(sandbox)
    vi.advanceTimersByTime(86_400_000)
    expect(statesOf(sandbox)).toEqual(before)
    await expect(startSandbox({ arrivalsEveryMs: 0 })).rejects.toThrow(ConfigError)
  })
})
