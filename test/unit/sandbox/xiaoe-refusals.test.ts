import { afterEach, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js'
import { send, xiaoePost, xiaoeToken } from './raw.js'

interface Refusal {
  code: number
  msg: string
  data: unknown
}

const sandboxes: Sandbox[] = []

afterEach(async () => {
  await Promise.all(sandboxes.splice(0).map((sandbox) => sandbox.close()))
})

async function open(options: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox({ complaints: 3, reuseKeys: true, ...options })
  sandboxes.push(sandbox)
  return sandbox
}

const good = ({ xiaoe }: Sandbox): Record<string, string> => ({
  app_id: xiaoe.appId,
  client_id: xiaoe.clientId,
  secret_key: xiaoe.secretKey,
  grant_type: 'client_credential',
})

async function token(sandbox: Sandbox, fields: Record<string, string> = good(sandbox)): Promise<Refusal> {
  const answer = await send(`${sandbox.xiaoe.baseUrl}/token?${new URLSearchParams(fields)}`)
  expect(answer.status).toBe(200)
  return JSON.parse(answer.body)
}

async function list(sandbox: Sandbox, access_token: string): Promise<Refusal> {
  return JSON.parse((await xiaoePost(sandbox, { access_token })).body)
}

async function detail(sandbox: Sandbox, access_token: string): Promise<Refusal> {
  const complaint_id = sandbox.truth.find(({ provider }) => provider === 'xiaoe')?.id
  const answer = await send(`${sandbox.xiaoe.baseUrl}/xe.complaint.info.get/1.0.0`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ access_token, complaint_id }),
  })
  return JSON.parse(answer.body)
}

describe('Xiaoe, the codes of the token call', () => {
  const cases: [string, Record<string, string>, number, string][] = [
    ['no app_id', { app_id: '' }, 2001, '缺少app_id'],
    ['a wrong app_id', { app_id: 'appOther' }, 2002, '无效的app_id'],
    ['no secret_key', { secret_key: '' }, 2003, '缺少secret_key'],
    ['a wrong secret_key', { secret_key: 'x' }, 2004, 'secret_key错误'],
    ['no grant_type', { grant_type: '' }, 2005, '缺少grant_type'],
    ['a wrong grant_type', { grant_type: 'authorization_code' }, 2006, '无效的grant_type'],
    ['no client_id', { client_id: '' }, 2020, 'client_id'],
    ['a wrong client_id', { client_id: 'xopOther' }, 2020, 'client_id'],
  ]
  it.each(cases)('%s', async (_, fields, code, text) => {
    const sandbox = await open({})
    expect(await token(sandbox, { ...good(sandbox), ...fields })).toEqual({
      code,
      msg: expect.stringContaining(text),
      data: null,
    })
    const present = Object.entries({ ...good(sandbox), ...fields }).filter(([, value]) => value !== '')
    expect((await token(sandbox, Object.fromEntries(present))).code).toBe(code)
  })

  it('misses everything when there is no query, and takes no other method', async () => {
    const sandbox = await open({})
    expect(JSON.parse((await send(`${sandbox.xiaoe.baseUrl}/token`)).body).code).toBe(2001)
    expect(JSON.parse((await send(`${sandbox.xiaoe.baseUrl}/token?app_id`)).body).code).toBe(1002)
    const posted = await send(`${sandbox.xiaoe.baseUrl}/token`, { method: 'POST', body: '{}' })
    expect(JSON.parse(posted.body).code).toBe(2055)
  })

  it('allows 100 fetches in 10 minutes', async () => {
    const sandbox = await open({})
    const codes = []
    for (let call = 0; call < 101; call += 1) codes.push((await token(sandbox)).code)
    expect(codes.slice(0, 100).every((code) => code === 0)).toBe(true)
    expect(codes[100]).toBe(2053)
  })
})

describe('Xiaoe, refusals by option', () => {
  it.each([2001, 2002, 2003, 2004, 2005, 2006, 2020])('%i when a token is fetched', async (code) => {
    const sandbox = await open({ xiaoeRefusal: code })
    expect(await token(sandbox)).toEqual({
      code,
      msg: expect.stringMatching(/app_id|secret_key|grant|client/),
      data: null,
    })
  })

  it.each([
    [1001, '系统繁忙'],
    [2017, '没有权限调用该接口'],
    [2053, '接口调用次数已达上限'],
    [2054, '接口请求突增'],
    [-1, '请求被拒绝'],
    [2999, '请求被拒绝'],
  ])('%i at every call but the fetching of tokens', async (code, msg) => {
    const sandbox = await open({ xiaoeRefusal: code })
    const access_token = await xiaoeToken(sandbox)
    expect(access_token).toMatch(/^sandbox_token_/)
    expect(await list(sandbox, access_token)).toEqual({ code, msg, data: [] })
    expect(await detail(sandbox, access_token)).toEqual({ code, msg, data: [] })
    expect((await list(sandbox, 'x')).code).toBe(2008)
  })

  it('2051 everywhere', async () => {
    const sandbox = await open({ xiaoeRefusal: 2051 })
    expect(await token(sandbox)).toEqual({ code: 2051, msg: 'ip不在白名单内', data: null })
    expect(await list(sandbox, 'any')).toEqual({ code: 2051, msg: 'ip不在白名单内', data: [] })
    expect(await detail(sandbox, 'any')).toEqual({ code: 2051, msg: 'ip不在白名单内', data: [] })
  })

  it('refuses 0 and what is no integer', async () => {
    for (const xiaoeRefusal of [0, 2.5]) await expect(startSandbox({ xiaoeRefusal })).rejects.toThrow('xiaoeRefusal')
  })
})
