import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diagnose, type Finding } from '../../../src/config/index.js'
import { findAdvice } from '../../../src/diagnose/advice.js'
import {
  type Adapter,
  alipayRisk,
  alipayTrade,
  ComplaintClient,
  type ErrorCode,
  huishouqian,
  wechatpay,
  xiaoe,
} from '../../../src/index.js'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js'

const providers = ['wechatpay', 'huishouqian', 'xiaoe', 'alipay-trade', 'alipay-risk'] as const
type Provider = (typeof providers)[number]

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox({ complaints: 1, reuseKeys: true, quotas: false })
})
afterAll(() => sandbox.close())

function adapterOf(provider: Provider, of: Sandbox, baseUrl?: string): Adapter {
  const address = baseUrl === undefined ? {} : { baseUrl }
  switch (provider) {
    case 'wechatpay':
      return wechatpay({ ...of.wechatpay, ...address })
    case 'huishouqian':
      return huishouqian({ ...of.huishouqian, ...address })
    case 'xiaoe':
      return xiaoe({ ...of.xiaoe, ...address })
    case 'alipay-trade':
      return alipayTrade({ ...of.alipayTrade, ...address })
    case 'alipay-risk':
      return alipayRisk({ ...of.alipayRisk, ...address })
  }
}

async function requestFinding(adapter: Adapter): Promise<Finding> {
  for await (const finding of diagnose(new ComplaintClient([adapter]))) if (finding.check === 'request') return finding
  return expect.fail('there is no finding about a request')
}

async function withServer<T>(answer: RequestListener, use: (baseUrl: string) => Promise<T>): Promise<T> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

describe('C20: doctor in an outage says that the provider has trouble', () => {
  const outages: [string, Provider, SandboxOptions][] = [
    ...providers.map((provider): [string, Provider, SandboxOptions] => [
      'HTTP 502',
      provider,
      { faults: [{ kind: 'serverError', provider }] },
    ]),
    ['code 000001', 'huishouqian', { faults: [{ kind: 'refusal', code: '000001' }] }],
    ['code 130001', 'huishouqian', { faults: [{ kind: 'refusal', code: '130001' }] }],
    ['code 1001', 'xiaoe', { xiaoeRefusal: 1001 }],
    ['HTTP 502 for the token', 'xiaoe', { faults: [{ kind: 'serverError', operation: 'token' }] }],
  ]

  it.each(outages)('%s of %s', async (_, provider, options) => {
    const broken = await startSandbox({ complaints: 1, reuseKeys: true, quotas: false, ...options })
    try {
      const { status, advice } = await requestFinding(adapterOf(provider, broken))
      expect(status).toBe('failed')
      expect(advice?.en).toMatch(/^the provider has trouble, try later/)
      expect(advice?.zh).toMatch(/^渠道服务异常或繁忙.*稍后重试/)
      expect(`${advice?.en}${advice?.zh}`).not.toMatch(/check|key|核对|密钥/)
    } finally {
      await broken.close()
    }
  })

  it('HTTP 502 for the certificates of wechatpay', async () => {
    const broken = await startSandbox({
      complaints: 1,
      reuseKeys: true,
      quotas: false,
      wechatpaySigning: 'certificate',
      faults: [{ kind: 'serverError', operation: 'certificates' }],
    })
    try {
      const { advice } = await requestFinding(adapterOf('wechatpay', broken))
      expect(advice?.en).toMatch(/^the provider has trouble, try later/)
    } finally {
      await broken.close()
    }
  })
})

describe('a wrong address', () => {
  const pages: [string, RequestListener][] = [
    [
      'a page that is not found',
      (_, reply) => reply.writeHead(404, { 'content-type': 'text/html' }).end('<h1>404</h1>'),
    ],
    ['a web page', (_, reply) => reply.writeHead(200, { 'content-type': 'text/html' }).end('<h1>hello</h1>')],
    [
      'JSON of another API',
      (_, reply) => reply.writeHead(200, { 'content-type': 'application/json' }).end('{"hello":1}'),
    ],
    ['a redirect', (_, reply) => reply.writeHead(302, { location: 'https://example.com/' }).end()],
  ]

  it.each(pages.flatMap(([page, answer]) => providers.map((provider) => [page, provider, answer] as const)))(
    '%s where %s should respond',
    (_, provider, answer) =>
      withServer(answer, async (baseUrl) => {
        const { status, advice } = await requestFinding(adapterOf(provider, sandbox, baseUrl))
        expect(status).toBe('failed')
        expect(advice?.en).toMatch(/^the address is wrong: http:\/\/127\.0\.0\.1:\d+ responds.*check baseUrl/)
        expect(advice?.zh).toMatch(/^接口地址有误：http:\/\/127\.0\.0\.1:\d+ 有应答/)
      }),
  )

  it.each(providers)('nothing where %s should respond', async (provider) => {
    const { advice } = await requestFinding(adapterOf(provider, sandbox, 'http://127.0.0.1:9'))
    expect(advice?.en).toMatch(/^http:\/\/127\.0\.0\.1:9 cannot be reached: check the address/)
    expect(advice?.zh).toMatch(/^无法连接 http:\/\/127\.0\.0\.1:9：请核对接口地址/)
  })
})

describe('a wrong signType is named first', () => {
  it.each(['RSA2', 'CFCA'] as const)('%s where the other one is set up', async (signType) => {
    const other = signType === 'RSA2' ? 'CFCA' : 'RSA2'
    const platform = await startSandbox({ complaints: 1, reuseKeys: true, quotas: false, signType: other })
    try {
      const { advice } = await requestFinding(huishouqian({ ...platform.huishouqian, key: 'any', signType }))
      expect(advice?.en).toMatch(/check signType first/)
      expect(advice?.zh).toMatch(/请先核对加密方式（signType/)
    } finally {
      await platform.close()
    }
  })

  it('a wrong parameter, which is how a wrong signature is refused', async () => {
    const refusing = await startSandbox({
      complaints: 1,
      reuseKeys: true,
      faults: [{ kind: 'refusal', code: '130002' }],
    })
    try {
      const { advice } = await requestFinding(adapterOf('huishouqian', refusing))
      expect(advice?.en).toMatch(/^check signType first/)
    } finally {
      await refusing.close()
    }
  })
})

describe('what to do about an error of Alipay', () => {
  const of = (
    code: ErrorCode,
    providerCode: string | null,
    provider: 'alipay-trade' | 'alipay-risk' = 'alipay-trade',
  ) => findAdvice({ code, operation: 'list', providerCode }, provider)

  it.each<[ErrorCode, string | null, RegExp, RegExp]>([
    ['AUTHENTICATION', 'isv.invalid-signature', /private key/, /应用私钥/],
    ['AUTHENTICATION', 'isv.app-cert-expired', /certificate has expired/, /证书已过期/],
    ['AUTHENTICATION', 'isv.invalid-timestamp', /NTP/, /NTP/],
    ['AUTHENTICATION', 'aop.app-auth-token-time-out', /app_auth_token/, /app_auth_token/],
    ['PERMISSION', 'isv.invalid-auth-relations', /app_auth_token/, /重新授权/],
    ['AUTHENTICATION', 'isv.invalid-app-id', /check appId/, /APPID/],
    ['SIGNATURE', null, /not the application's own/, /不是应用公钥/],
  ])('%s %s', (code, providerCode, en, zh) => {
    for (const provider of ['alipay-trade', 'alipay-risk'] as const) {
      expect(of(code, providerCode, provider)?.en).toMatch(en)
      expect(of(code, providerCode, provider)?.zh).toMatch(zh)
    }
  })

  it('names the capability of the product', () => {
    const permission = (provider: 'alipay-trade' | 'alipay-risk') =>
      of('PERMISSION', 'isv.insufficient-isv-permissions', provider)
    expect(permission('alipay-trade')).toMatchObject({ zh: expect.stringContaining('“交易投诉”'), en: expect.stringContaining('交易投诉') }) // biome-ignore format: one line
    expect(permission('alipay-risk')).toMatchObject({ zh: expect.stringContaining('“消费者投诉”'), en: expect.stringContaining('消费者投诉') }) // biome-ignore format: one line
    expect(of('API', 'PARAM_ILLEGAL')).toBeNull()
  })
})
