import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js'
import { send, xiaoePost } from './raw.js'

const start = Date.parse('2026-03-01T12:00:00+08:00')
const sandboxes: Sandbox[] = []

afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(sandboxes.splice(0).map((sandbox) => sandbox.close()))
})

/** Only the clock is ours: the servers' timers must run. */
async function open(options: SandboxOptions): Promise<Sandbox> {
  vi.useFakeTimers({ toFake: ['Date'], now: start })
  const sandbox = await startSandbox({ complaints: 1, reuseKeys: true, ...options })
  sandboxes.push(sandbox)
  return sandbox
}

function at(seconds: number): void {
  vi.setSystemTime(start + seconds * 1000)
}

async function fetchToken({ xiaoe }: Sandbox): Promise<{ access_token: string; expires_in: number }> {
  const query = new URLSearchParams({
    app_id: xiaoe.appId,
    client_id: xiaoe.clientId,
    secret_key: xiaoe.secretKey,
    grant_type: 'client_credential',
  })
  return JSON.parse((await send(`${xiaoe.baseUrl}/token?${query}`)).body).data
}

async function codeWith(access_token: string, sandbox: Sandbox): Promise<number> {
  return JSON.parse((await xiaoePost(sandbox, { access_token })).body).code
}

describe('Xiaoe, tokens that are kept', () => {
  it('brings the same one while more than 30 minutes remain', async () => {
    const sandbox = await open({})
    const first = await fetchToken(sandbox)
    expect(first.expires_in).toBe(7200)
    at(5399)
    expect(await fetchToken(sandbox)).toEqual({ access_token: first.access_token, expires_in: 1801 })
    at(5400)
    const second = await fetchToken(sandbox)
    expect(second.access_token).not.toBe(first.access_token)
    expect(second.expires_in).toBe(7200)
  })

  it('lets the one before live for 5 minutes more', async () => {
    const sandbox = await open({ xiaoeTokens: 'kept' })
    const first = await fetchToken(sandbox)
    at(6000)
    const second = await fetchToken(sandbox)
    at(6299)
    expect(await codeWith(first.access_token, sandbox)).toBe(0)
    at(6300)
    expect(await codeWith(first.access_token, sandbox)).toBe(2008)
    expect(await codeWith(second.access_token, sandbox)).toBe(0)
  })

  it('dies when its time is over, also when nobody asked for another', async () => {
    const sandbox = await open({ xiaoeTokenSeconds: 2400 })
    const { access_token: token, expires_in: seconds } = await fetchToken(sandbox)
    expect(seconds).toBe(2400)
    at(2399)
    expect(await codeWith(token, sandbox)).toBe(0)
    at(2400)
    expect(await codeWith(token, sandbox)).toBe(2008)
  })

  it('brings a new one each time when tokens live for no more than 30 minutes', async () => {
    const sandbox = await open({ xiaoeTokenSeconds: 60 })
    const first = await fetchToken(sandbox)
    const second = await fetchToken(sandbox)
    expect(second.access_token).not.toBe(first.access_token)
    at(59)
    expect(await codeWith(first.access_token, sandbox)).toBe(0)
    at(60)
    expect(await codeWith(first.access_token, sandbox)).toBe(2008)
  })
})

describe('Xiaoe, tokens that are minted', () => {
  it('brings a new one each time, and each old one dies 5 minutes after it was replaced', async () => {
    const sandbox = await open({ xiaoeTokens: 'minted' })
    const first = await fetchToken(sandbox)
    at(100)
    const second = await fetchToken(sandbox)
    at(200)
    const third = await fetchToken(sandbox)
    expect(new Set([first, second, third].map((each) => each.access_token)).size).toBe(3)
    expect([first, second, third].map((each) => each.expires_in)).toEqual([7200, 7200, 7200])
    const codes = (): Promise<number[]> =>
      Promise.all([first, second, third].map((each) => codeWith(each.access_token, sandbox)))
    at(399)
    expect(await codes()).toEqual([0, 0, 0])
    at(400)
    expect(await codes()).toEqual([2008, 0, 0])
    at(500)
    expect(await codes()).toEqual([2008, 2008, 0])
    at(7399)
    expect(await codes()).toEqual([2008, 2008, 0])
    at(7400)
    expect(await codes()).toEqual([2008, 2008, 2008])
  })

  it('kills the current one alone: the one before still has its 5 minutes', async () => {
    const sandbox = await open({ xiaoeTokens: 'minted' })
    const first = await fetchToken(sandbox)
    const second = await fetchToken(sandbox)
    sandbox.killToken()
    expect(await codeWith(first.access_token, sandbox)).toBe(0)
    expect(await codeWith(second.access_token, sandbox)).toBe(2008)
    const third = await fetchToken(sandbox)
    expect(await codeWith(third.access_token, sandbox)).toBe(0)
    expect(await codeWith(second.access_token, sandbox)).toBe(2008)
  })
})

it('refuses rules and lives that are none', async () => {
  for (const wrong of [{ xiaoeTokens: 'new' }, { xiaoeTokenSeconds: 0 }, { xiaoeTokenSeconds: 1.5 }])
    await expect(startSandbox(wrong as SandboxOptions)).rejects.toThrow(Object.keys(wrong)[0])
})
