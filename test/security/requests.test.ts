import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Adapter,
  alipayRisk,
  alipayTrade,
  type Complaint,
  ComplaintClient,
  ComplaintError,
  ConfigError,
  huishouqian,
  type ProviderName,
  QueryError,
  wechatpay,
  xiaoe,
} from '../../src/index.js'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'

const range = { from: '2026-03-01', to: '2026-03-02' } as const
const providers = ['wechatpay', 'huishouqian', 'xiaoe', 'alipay-trade', 'alipay-risk'] as const

/** Responds as the test sets, and records requests as they were sent. */
let answer: (request: IncomingMessage, response: ServerResponse) => void
let arrived: { url: string; rawHeaders: string[]; body: string }[] = []
const witness = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    arrived.push({ url: request.url ?? '', rawHeaders: request.rawHeaders, body: Buffer.concat(chunks).toString() })
    answer(request, response)
  })
})
/** A server that must receive no request. */
let strays = 0
const elsewhere = createServer((_request, response) => {
  strays += 1
  response.end('{}')
})
let sandbox: Sandbox

const listen = (server: Server): Promise<void> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const stop = (server: Server): void => {
  server.closeAllConnections()
  server.close()
}

beforeAll(async () => {
  sandbox = await startSandbox({ complaints: 0, reuseKeys: true })
  await Promise.all([witness, elsewhere].map(listen))
})
afterAll(async () => {
  stop(witness)
  stop(elsewhere)
  await sandbox.close()
})

/** An adapter for the witness server; options can be overridden. */
function adapterOf(provider: ProviderName, options: object = {}): Adapter<Complaint> {
  const baseUrl = urlOf(witness)
  if (provider === 'wechatpay') return wechatpay({ ...sandbox.wechatpay, baseUrl, ...options })
  if (provider === 'huishouqian') return huishouqian({ ...sandbox.huishouqian, baseUrl, ...options })
  if (provider === 'alipay-trade') return alipayTrade({ ...sandbox.alipayTrade, baseUrl, ...options })
  if (provider === 'alipay-risk') return alipayRisk({ ...sandbox.alipayRisk, baseUrl, ...options })
  return xiaoe({ appId: sandbox.xiaoe.appId, accessToken: 'token-of-nobody', baseUrl, ...options })
}

/** Makes every call; resolves to their results or errors. */
async function everyCall(client: ComplaintClient, id: string, text: string): Promise<unknown[]> {
  arrived = []
  const [info] = client.accounts
  const ref = { provider: info?.provider ?? 'xiaoe', account: info?.account ?? '', id }
  const drain = async (rows: () => AsyncIterable<unknown>): Promise<void> => {
    for await (const _ of rows()) expect.fail('no row expected')
  }
  const calls: (() => Promise<unknown>)[] = [
    () => client.get(ref),
    () => drain(() => client.history(ref)),
    () => client.media(ref, `${urlOf(witness)}/v3/merchant-service/images/${text}`),
    () => client.media(ref, text),
    () => drain(() => client.list(range)),
    () => drain(() => client.list({ ...range, merchant: text })),
    () => drain(() => client.list({ ...range, merchantOrderNo: text })),
  ]
  return Promise.all(calls.map(async (call) => call().then(String, (error) => error)))
}

const hostile: readonly (readonly [string, string])[] = [
  ['a header', '1\r\nX-Evil: 1'],
  ['a request', '1 HTTP/1.1\r\nHost: evil.example\r\n\r\nGET /evil HTTP/1.1\r\n\r\n'],
  ['a lone line feed', '1\nX-Evil: 1'],
  ['an escaped one', '1%0d%0aX-Evil:%201'],
  ['NUL', '1\0'],
  ['another path', '../../../evil'],
  ['an escaped path', '..%2f..%2fevil'],
  ['another host', '//evil.example/evil'],
  ['credentials', '@evil.example/evil'],
  ['more parameters', "1?evil=1&limit=0#'"],
  ['quotes', '1","evil":"1'],
  ['letters that become CR and LF when cut to a byte', '1\u560d\u560aX-Evil: 1'],
  ['a line separator', '1\u2028\u2029\u0085'],
  ['a right-to-left override', '1\u202e\u200b\ufeff'],
  ['a lone surrogate', '1\ud800'],
  ['an emoji', '😀'],
  ['a member of every object', '__proto__'],
  ['a great deal', 'x'.repeat(100_000)],
]

const headersSent = new Set(
  'accept accept-encoding accept-language authorization connection content-length content-type host user-agent wechatpay-serial'.split(
    ' ',
  ),
)
const parametersSent = new Set([
  ...['limit', 'offset', 'begin_date', 'end_date', 'complainted_mchid'],
  ...['app_id', 'method', 'format', 'charset', 'sign_type', 'timestamp', 'version', 'app_auth_token', 'sign'],
])
/** The rest of an image's path is the provider's name for it and may contain slashes. */
const pathsSent =
  /^\/(?:v3\/merchant-service\/(?:complaints-v2(?:\/[\w-]{1,64})?(?:\/negotiation-historys)?$|images\/[^?#]+$)|v3\/certificates$|complaint\/(?:query|queryHistory|download)$|xe\.[\w.]+\/1\.0\.0$|gateway\.do$)/

function expectHarmless(): void {
  for (const { url, rawHeaders } of arrived) {
    expect(url).toMatch(/^[\x21-\x7e]+$/)
    expect(url.split('?')[0]).toMatch(pathsSent)
    expect(new URL(url, 'http://sent').pathname).toBe(url.split('?')[0])
    const parameters = [...new URL(url, 'http://sent').searchParams.keys()]
    expect(url.includes('/images/') || parameters.every((name) => parametersSent.has(name))).toBe(true)
    expect(parameters.length).toBe(new Set(parameters).size)
    const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
    expect(names.filter((name) => !headersSent.has(name))).toEqual([])
    expect(names.length).toBe(new Set(names).size)
    for (const header of rawHeaders) expect(header).toMatch(/^[\x20-\x7e]*$/)
  }
}

describe.each(providers)('%s: arguments of calls', (provider) => {
  it.each(hostile)('cannot inject %s', async (_, text) => {
    answer = (_request, response) => response.writeHead(404).end()
    const client = new ComplaintClient(adapterOf(provider, { rateLimit: false }), { maxRetries: 0 })
    const ends = await everyCall(client, text, text)
    expect(ends.filter((end) => !ComplaintError.isInstance(end))).toEqual([])
    expectHarmless()
    // At least one request was sent, so the check above is not vacuous.
    expect(arrived.length).toBeGreaterThan(0)
    expect(strays).toBe(0)
  })
})

describe.each([
  ['wechatpay', ['mchid', 'serialNo', 'publicKeyId']],
  ['huishouqian', ['merchantNo', 'agentMerchantNo', 'key', 'account']],
  ['xiaoe', ['appId', 'accessToken', 'account']],
  ['alipay-trade', ['appId', 'appAuthToken', 'account']],
  ['alipay-risk', ['appId', 'appAuthToken', 'account']],
] as const)('%s: options', (provider, names) => {
  it.each(names.flatMap((name) => hostile.map(([what, text]) => [name, what, text] as const)))(
    '%s cannot inject %s',
    async (name, _, text) => {
      answer = (_request, response) => response.writeHead(404).end()
      const client = (): ComplaintClient =>
        new ComplaintClient(adapterOf(provider, { [name]: text, rateLimit: false }), { maxRetries: 0 })
      try {
        client()
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError)
        return
      }
      const ends = await everyCall(client(), '1', 'x')
      expect(ends.filter((end) => !ComplaintError.isInstance(end))).toEqual([])
      expectHarmless()
    },
  )
})

describe.each(providers)('%s: the target of requests', (provider) => {
  it.each([301, 302, 303, 307, 308])('does not follow a redirect with status %s', async (status) => {
    answer = (_request, response) => response.writeHead(status, { Location: `${urlOf(elsewhere)}/` }).end()
    const client = new ComplaintClient(adapterOf(provider, { rateLimit: false }), { maxRetries: 1 })
    const ends = await everyCall(client, '1', 'x')
    expect(ends).toContainEqual(expect.objectContaining({ name: 'TransportError', status, attempts: 1 }))
    expect(strays).toBe(0)
    expect(arrived.length).toBeGreaterThan(0)
  })

  it('does not follow other headers or URLs in a response', async () => {
    const there = urlOf(elsewhere)
    answer = (_request, response) => {
      const headers = { Refresh: `0; url=${there}`, Link: `<${there}>; rel=next`, 'Alt-Svc': `h2="${there}"` }
      response.writeHead(200, { ...headers, 'Content-Location': there, Location: there })
      response.end(JSON.stringify({ code: 0, data: { list: [], next: there }, links: { next: there }, url: there }))
    }
    await everyCall(new ComplaintClient(adapterOf(provider), { maxRetries: 0 }), '1', 'x')
    expect(strays).toBe(0)
    expect(arrived.length).toBeGreaterThan(0)
  })

  it.each([
    'http://api.example.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://127.0.0.1@example.com',
    'http://10.0.0.1',
    'http://0.0.0.0',
    'http://[::ffff:10.0.0.1]',
    'ftp://127.0.0.1',
    'file:///etc/hosts',
    'unix:/tmp/socket',
    'https://user:password@example.com',
    'https://example.com/?to=evil',
    'https://example.com/#evil',
    'example.com',
    '//example.com',
    '',
  ])('rejects base URL %s', (baseUrl) => {
    expect(() => adapterOf(provider, { baseUrl })).toThrow(ConfigError)
  })

  it.each(['http://localhost:1', 'http://127.9.9.9', 'http://[::1]:80', 'https://example.com/path/'])(
    'accepts base URL %s',
    (baseUrl) => {
      expect(() => adapterOf(provider, { baseUrl })).not.toThrow()
    },
  )
})

it('wechatpay: an image is fetched from the configured origin only, port included', async () => {
  arrived = []
  const client = new ComplaintClient(adapterOf('wechatpay'))
  const ref = { provider: 'wechatpay', account: sandbox.wechatpay.mchid, id: '1' } as const
  const path = '/v3/merchant-service/images/x'
  const own = new URL(urlOf(witness))
  for (const url of [
    urlOf(elsewhere) + path,
    `https://api.mch.weixin.qq.com${path}`,
    `https://${own.host}${path}`,
    `http://user@${own.host}${path}`,
    `http://localhost:${own.port}${path}`,
    `${own.origin}${path}/../../complaints-v2`,
    `${own.origin}${path}/..%2f..\\x`,
    `data:image/png,${path}`,
    path,
  ]) {
    await expect(client.media(ref, url), url).rejects.toBeInstanceOf(QueryError)
  }
  expect(arrived).toEqual([])
  expect(strays).toBe(0)
})

describe.each(providers)('%s: an endless response', (provider) => {
  const chunk = Buffer.alloc(64 * 1024, '{"data":[')
  const ceiling = 20 * 1024 * 1024

  it.each([200, 500])('is stopped at 20 MiB while it is received, with status %s', async (status) => {
    let written = 0
    answer = (_request, response) => {
      written = 0
      response.writeHead(status, { 'Content-Type': 'application/json' })
      const pour = (): void => {
        if (response.destroyed) return
        written += chunk.length
        if (written > 4 * ceiling) response.end()
        else if (response.write(chunk)) setImmediate(pour)
        else response.once('drain', pour)
      }
      pour()
    }
    const client = new ComplaintClient(adapterOf(provider), { maxRetries: 0 })
    const ref = { provider, account: client.accounts[0]?.account ?? '', id: '1' }
    await expect(client.get(ref)).rejects.toMatchObject({ name: 'ResponseError', retryable: false })
    // The socket buffers of both ends hold a few megabytes more.
    expect(written).toBeGreaterThanOrEqual(ceiling)
    expect(written).toBeLessThan(1.75 * ceiling)
  })
})
