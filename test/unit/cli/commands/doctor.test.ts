import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../../src/sandbox/index.js'
import { cli, type Outcome, sandboxEnvironment } from '../../../support/cli.js'

const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-doctor-'))
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
afterAll(() => rmSync(folder, { recursive: true }))

/** The variables of one provider. */
function only(provider: string, env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith(provider)))
}

/** Runs doctor on one provider of a sandbox, in both languages. */
async function examine(
  provider: 'WECHATPAY' | 'HUISHOUQIAN' | 'XIAOE',
  options: SandboxOptions,
  change: (env: Record<string, string>, sandbox: Sandbox) => Record<string, string> = (env) => env,
  now: () => number = Date.now,
): Promise<{ en: Outcome; zh: Outcome }> {
  const sandbox = await startSandbox({ complaints: 2, reuseKeys: true, quotas: false, ...options })
  try {
    const env = change(only(provider, sandboxEnvironment(sandbox, file)), sandbox)
    return { en: await cli(['doctor'], { env, now }), zh: await cli(['doctor', '--lang', 'zh'], { env, now }) }
  } finally {
    await sandbox.close()
  }
}

async function withServer<T>(answer: RequestListener, use: (baseUrl: string) => Promise<T>): Promise<T> {
  const server: Server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

describe('doctor says what to fix when a request is rejected', () => {
  it.each([
    [
      'a wrong publicKeyId',
      'WECHATPAY',
      {},
      { WECHATPAY_PUBLIC_KEY_ID: 'PUB_KEY_ID_0119000000012024010100000000000009' },
      /Wechatpay-Serial.*what to do: publicKeyId \(PUB_KEY_ID_…\) must be the id/s,
      /处理建议：请核对微信支付公钥 ID/,
    ],
    [
      'a merchant and an agent that do not belong together',
      'HUISHOUQIAN',
      { faults: [{ kind: 'refusal', code: '130004' }] },
      {},
      /130004.*what to do: merchantNo and agentMerchantNo must be right and belong together/s,
      /处理建议：该商户没有查询这些投诉的权限/,
    ],
    [
      'an unknown merchant',
      'HUISHOUQIAN',
      { faults: [{ kind: 'refusal', code: '130005' }] },
      {},
      /130005.*what to do: Huishouqian has no such merchant/s,
      /处理建议：慧收钱查不到该商户号/,
    ],
    [
      'a merchant without keys',
      'HUISHOUQIAN',
      { faults: [{ kind: 'refusal', code: '130011' }] },
      {},
      /130011.*what to do: the merchant has no keys of this kind: check signType first/s,
      /处理建议：该商户在这种加密方式下没有密钥，请先核对加密方式/,
    ],
    [
      'a missing permission',
      'XIAOE',
      { xiaoeRefusal: 2017 },
      {},
      /2017.*what to do: grant the application 投诉管理-查询/s,
      /处理建议：请在小鹅通云服务控制台为该应用授予“投诉管理-查询”权限/,
    ],
    [
      'an address that is not on the allow-list',
      'XIAOE',
      { xiaoeRefusal: 2051 },
      {},
      /2051.*what to do: add this host's public IP address to the application's IP allow-list/s,
      /处理建议：请在小鹅通云服务控制台将本机出口 IP 加入该应用的 IP 白名单/,
    ],
  ] as const)('%s', async (_, provider, options, change, english, chinese) => {
    const { en, zh } = await examine(provider, options, (env) => ({ ...env, ...change }))
    expect(en).toMatchObject({ code: 1, out: expect.stringMatching(english) })
    expect(zh).toMatchObject({ code: 1, out: expect.stringMatching(chinese) })
    expect(en.out).not.toContain('all checks passed')
    expect(zh.out).not.toContain('全部正常')
  })

  it('a missing permission at WeChat Pay', async () => {
    const refuse: RequestListener = (_, reply) =>
      reply
        .writeHead(403, { 'Content-Type': 'application/json', 'Request-Id': '08F78BB5AF0610D302' })
        .end(JSON.stringify({ code: 'NO_AUTH', message: '商户号该产品权限未开通,请前往商户平台>产品中心检查后重试' }))
    const { en, zh } = await withServer(refuse, (baseUrl) =>
      examine('WECHATPAY', {}, (env) => ({ ...env, WECHATPAY_BASE_URL: baseUrl })),
    )
    expect(en.code).toBe(1)
    expect(en.out).toMatch(/NO_AUTH.*08F78BB5AF0610D302.*what to do: this merchant may not call the complaint API/s)
    expect(zh.out).toMatch(/处理建议：该商户号没有投诉接口权限/)
  })
})

describe('doctor checks an APIv3 key that the list does not need', () => {
  const wrong = 'z'.repeat(32)

  it('a wrong key is found even if everything else is right', async () => {
    const { en, zh } = await examine('WECHATPAY', { wechatpaySigning: 'onRequest' }, (env) => ({
      ...env,
      WECHATPAY_API_V3_KEY: wrong,
    }))
    expect(en.code).toBe(1)
    expect(en.out).toMatch(
      /✓ a signed request succeeded.*✗ .*apiV3Key does not decrypt.*what to do: use the APIv3 key/s,
    )
    expect(zh.out).toMatch(/处理建议：APIv3 密钥不正确/)
    expect(en.out + zh.out).not.toContain(wrong)
  })

  it('the right key is confirmed', async () => {
    const { en } = await examine('WECHATPAY', { wechatpaySigning: 'onRequest' })
    expect(en).toMatchObject({ code: 0, out: expect.stringContaining('✓ the APIv3 key is right') })
    expect(en.out).toMatch(/\nall checks passed\n$/)
  })

  it('the key of a merchant without certificates is reported as not checked', async () => {
    const { en, zh } = await examine('WECHATPAY', {}, (env) => ({ ...env, WECHATPAY_API_V3_KEY: wrong }))
    expect(en).toMatchObject({ code: 0, out: expect.stringContaining('- the APIv3 key was not checked') })
    expect(en.out).toMatch(/all checks passed, except those marked -/)
    expect(zh.out).toMatch(/- 未能检查 APIv3 密钥/)
  })

  it('an account without a key has no such check', async () => {
    const { en } = await examine('WECHATPAY', {}, ({ WECHATPAY_API_V3_KEY: _, ...env }) => env)
    expect(en.out).not.toContain('APIv3')
  })
})

describe('doctor compares the clock', () => {
  const ahead = (): number => Date.now() + 600_000

  it('reports an error for WeChat Pay, which rejects a wrong time', async () => {
    const { en } = await examine('WECHATPAY', {}, undefined, ahead)
    expect(en.code).toBe(1)
    expect(en.out).toMatch(
      /✗ this host's clock is (?:599|600|601) s ahead\n +what to do: synchronize it \(NTP\): requests .* are rejected/,
    )
  })

  it.each(['HUISHOUQIAN', 'XIAOE'] as const)(
    'only warns for %s, and does not say that all checks passed',
    async (of) => {
      const { en, zh } = await examine(of, {}, undefined, ahead)
      expect(en.code).toBe(0)
      expect(en.out).toMatch(/! this host's clock is (?:599|600|601) s ahead\n +what to do: synchronize it/)
      expect(en.out).not.toMatch(/rejected|all checks passed/)
      expect(zh.out).toMatch(/! 本机时钟快了 (?:599|600|601) 秒/)
      expect(zh.out).not.toMatch(/被拒绝|全部正常/)
    },
  )

  it('uses the proxy of the account', async () => {
    const asked: string[] = []
    const proxy: RequestListener = ({ url = '' }, reply) => {
      asked.push(url)
      reply.writeHead(404).end()
    }
    const { out } = await withServer(proxy, (baseUrl) => {
      const { port } = new URL(baseUrl)
      const account = { provider: 'xiaoe', appId: 'app', accessToken: 'token-of-nobody', baseUrl: 'http://127.0.0.1:9' }
      const axios = { proxy: { host: '127.0.0.1', port: Number(port) } }
      const config = file('proxy.json', JSON.stringify({ accounts: [account], client: { axios } }))
      return cli(['doctor', '--config', config])
    })
    expect(out).toContain("✓ this host's clock is right")
    expect(asked.some((url) => url.startsWith('http://127.0.0.1:9/'))).toBe(true)
  })

  it('of an adapter that a module made by the response to its request', async () => {
    const { out } = await withServer(
      (_, reply) => reply.writeHead(502).end(),
      (baseUrl) => {
        const index = new URL('../../../../src/index.ts', import.meta.url).href
        const options = JSON.stringify({ appId: 'app', accessToken: 'token-of-nobody', baseUrl })
        const config = file(
          'made.mjs',
          `import { xiaoe } from '${index}'; export default { accounts: [xiaoe(${options})] }`,
        )
        return cli(['doctor', '--config', config])
      },
    )
    expect(out).toContain("✓ this host's clock is right")
  })

  it('reports the clock as not checked if the provider does not respond', async () => {
    const { en, zh } = await examine('XIAOE', {}, (env) => ({ ...env, XIAOE_BASE_URL: 'http://127.0.0.1:9' }))
    expect(en.out).toMatch(/- this host's clock was not checked \(no response.*ECONNREFUSED/s)
    expect(zh.out).toMatch(/- 未能核对本机时钟/)
  })
})

it('doctor --lang zh prints Chinese in every line', async () => {
  for (const provider of ['WECHATPAY', 'HUISHOUQIAN', 'XIAOE'] as const) {
    const { zh } = await examine(provider, {}, (env) => ({ ...env, [`${provider}_NO_SUCH`]: '1' }))
    const lines = `${zh.err}${zh.out}`
      .trimEnd()
      .split('\n')
      .filter((line) => !line.endsWith('(environment)'))
    expect(lines.length).toBeGreaterThan(3)
    for (const line of lines) expect(line).toMatch(/\p{Script=Han}{2}/u)
  }
})

describe('doctor for several accounts', () => {
  const accounts = (sandbox: Sandbox): object[] => [
    { provider: 'xiaoe', account: 'good', ...sandbox.xiaoe },
    { provider: 'xiaoe', account: 'broken', appId: 'app' },
    { provider: 'wechatpay', ...sandbox.wechatpay },
  ]

  it('writes findings as JSON, of broken accounts too, in the order of the file', async () => {
    const sandbox = await startSandbox({ complaints: 2, reuseKeys: true, quotas: false })
    try {
      const config = file('several.json', JSON.stringify({ accounts: accounts(sandbox) }))
      const { code, out } = await cli(['doctor', '--config', config, '--format', 'json'])
      expect(code).toBe(1)
      const findings: { account: string; check: string; status: string }[] = JSON.parse(out)
      expect(findings.map(({ account, check, status }) => `${account} ${check} ${status}`)).toEqual([
        'good options ok',
        'good clock ok',
        'good request ok',
        'broken options failed',
        '1900000001 options ok',
        '1900000001 clock ok',
        '1900000001 request ok',
        '1900000001 notificationKey skipped',
      ])
      expect(findings[3]).toEqual({
        provider: 'xiaoe',
        account: 'broken',
        check: 'options',
        status: 'failed',
        message: expect.stringMatching(/^\[xiaoe broken\] /),
        advice: { zh: expect.any(String), en: expect.any(String) },
      })
    } finally {
      await sandbox.close()
    }
  })

  it('names an entry of the file that has no valid provider', async () => {
    const config = file('unknown.json', JSON.stringify({ accounts: [{ provider: 'wechat', mchid: '1900000009' }] }))
    const { code, out } = await cli(['doctor', '--config', config])
    expect(code).toBe(1)
    expect(out).toMatch(/^unknown provider 1900000009 \(.*\n {2}✗ .*entry 1 of accounts .*\n {4}what to do: correct /)
    const { out: json } = await cli(['doctor', '--config', config, '--format', 'json'])
    expect(JSON.parse(json)).toMatchObject([
      { provider: null, account: '1900000009', check: 'options', status: 'failed' },
    ])
  })

  it('checks only the accounts of --account, by either name', async () => {
    const sandbox = await startSandbox({ complaints: 2, reuseKeys: true, quotas: false })
    try {
      const config = file('several.json', JSON.stringify({ accounts: accounts(sandbox) }))
      const { code, out } = await cli(['doctor', '--config', config, '--account', 'xiaoe:good,1900000001'])
      expect(code).toBe(0)
      expect(out).toMatch(/^xiaoe:good .*\n(?: .*\n)+wechatpay:1900000001 /)
      expect(out).not.toContain('broken')
      const unknown = await cli(['doctor', '--config', config, '--account', 'nobody'])
      expect(unknown).toMatchObject({ code: 2, out: '', err: expect.stringContaining('"nobody" is not configured') })
    } finally {
      await sandbox.close()
    }
  })

  it('ends with the names of the accounts that have problems; --only-problems leaves out the others', async () => {
    const sandbox = await startSandbox({ complaints: 2, reuseKeys: true, quotas: false })
    try {
      const config = file('several.json', JSON.stringify({ accounts: accounts(sandbox) }))
      const { code, out } = await cli(['doctor', '--config', config])
      expect(code).toBe(1)
      expect(out).toMatch(/\n1 of 3 failed: xiaoe:broken\nerrors found: fix what is marked ✗ above\n$/)
      const problems = await cli(['doctor', '--config', config, '--only-problems', '--lang', 'zh'])
      expect(problems.out).toMatch(
        /^小鹅通 broken \(.*\)\n {2}✗ .*\n.*\n3 个账号中 1 个未通过：小鹅通 broken\n检查发现错误/,
      )
      const json = await cli(['doctor', '--config', config, '--only-problems', '--format', 'json'])
      expect(JSON.parse(json.out)).toMatchObject([{ account: 'broken', status: 'failed' }])
    } finally {
      await sandbox.close()
    }
  })

  it('checks only the accounts of --provider', async () => {
    const sandbox = await startSandbox({ complaints: 2, reuseKeys: true, quotas: false })
    try {
      const config = file('several.json', JSON.stringify({ accounts: accounts(sandbox) }))
      const { code, out } = await cli(['doctor', '--config', config, '--provider', '微信支付'])
      expect(code).toBe(0)
      expect(out).toMatch(/^wechatpay:1900000001 /)
      expect(out).not.toContain('xiaoe')
      const none = await cli(['doctor', '--config', config, '--provider', 'wechatpay', '--account', 'good'])
      expect(none).toMatchObject({ code: 2, out: '', err: expect.stringContaining('no account of "wechatpay" is') })
    } finally {
      await sandbox.close()
    }
  })

  it('does not say that a response was verified where the provider signs none', async () => {
    const { en, zh } = await examine('XIAOE', {})
    expect(en.out).toMatch(/✓ a request succeeded \(this provider does not sign its responses; TLS protects them\)/)
    expect(en.out + zh.out).not.toMatch(/verified|验签/)
    expect((await examine('HUISHOUQIAN', {})).zh.out).toContain('应答验签通过')
  })

  it('names the merchant number that WeChat Pay does not know', async () => {
    const { en, zh } = await examine('WECHATPAY', {}, (env) => ({ ...env, WECHATPAY_MCHID: '1900000777' }))
    expect(en.out).toContain('商户号不存在; check mchid: WeChat Pay has no merchant of this number')
    expect(zh.out).toMatch(/处理建议：请确认商户号/)
  })

  it('says in an outage of all accounts that there is nothing to fix', async () => {
    const { en, zh } = await examine('HUISHOUQIAN', { faults: [{ kind: 'serverError' }] })
    expect(en.out).toMatch(/\nthe provider has trouble, try later\n$/)
    expect(zh.out).toMatch(/\n渠道服务异常或繁忙，请稍后重试\n$/)
  })
})
