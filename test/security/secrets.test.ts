import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type Adapter,
  alipayRisk,
  alipayTrade,
  type Complaint,
  ComplaintClient,
  ComplaintError,
  type ComplaintEvent,
  huishouqian,
  type ProviderName,
  wechatpay,
  xiaoe,
} from '../../src/index.js'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { answers, classes, concerns, type EchoServer, openId, phone, startEcho } from './echo.js'

const range = { from: '2026-03-01', to: '2026-03-02' } as const
const providers = ['wechatpay', 'huishouqian', 'xiaoe', 'alipay-trade', 'alipay-risk'] as const

/** The options of each provider's adapter. */
const optionsOf = (provider: ProviderName): object => {
  const { wechatpay, huishouqian, xiaoe, alipayTrade, alipayRisk } = sandbox
  return { wechatpay, huishouqian, xiaoe, 'alipay-trade': alipayTrade, 'alipay-risk': alipayRisk }[provider]
}
/** Which factory makes each provider's adapter, whatever it is given. */
const factories = {
  wechatpay,
  huishouqian,
  xiaoe,
  'alipay-trade': alipayTrade,
  'alipay-risk': alipayRisk,
} as unknown as Record<ProviderName, (options: object) => Adapter<Complaint>>

/** Only these responses are retried in this test, to save time. */
const retried = new Set(['500', 'reset', 'an unproven answer'])
const token = 'a-token+of/nobody="1"'

let echo: EchoServer
let sandbox: Sandbox
beforeAll(async () => {
  echo = await startEcho()
  sandbox = await startSandbox({ ...range, complaints: 8, reuseKeys: true, alipayServiceProvider: true })
})
afterAll(async () => {
  echo.close()
  await sandbox.close()
})

beforeEach(() => {
  echo.heard.length = 0
  // Keeps the random delay of retries short.
  vi.spyOn(Math, 'random').mockReturnValue(0.01)
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** All texts that a log could contain of a value. */
function shown(value: unknown): string {
  const everything = { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true, maxArrayLength: null } as const
  const texts = [inspect(value, everything), inspect({ in: [value] }, everything), JSON.stringify(value), String(value)]
  if (value instanceof Error) {
    texts.push(String(value.stack), shown(value.cause ?? null), value.toString(), `${value}`)
    for (const key of Reflect.ownKeys(value)) texts.push(inspect(Reflect.get(value, key), everything))
    texts.push(JSON.stringify({ ...value }), JSON.stringify(value, Object.getOwnPropertyNames(value)))
  }
  return texts.join('\n')
}

/** Secrets and personal data, also as encoded in URLs, forms and JSON. */
function hidden(): string[] {
  const linesOf = (pem: string): string[] =>
    pem.split('\n').filter((line) => line.length > 20 && !line.includes('-----'))
  const fixed = [
    ...linesOf(sandbox.wechatpay.privateKey),
    ...linesOf(sandbox.huishouqian.privateKey),
    sandbox.wechatpay.apiV3Key,
    sandbox.huishouqian.key,
    sandbox.xiaoe.secretKey,
    ...linesOf(sandbox.alipayTrade.privateKey),
    sandbox.alipayTrade.appAuthToken,
    sandbox.alipayRisk.appAuthToken,
    token,
    ...[phone, '138-0000-1234', '138 0000 1234', openId],
    ...sandbox.truth.flatMap(({ payer }) => (payer.phone?.form === 'plain' ? payer.phone.value : [])),
    ...sandbox.truth.flatMap(({ payer }) => payer.openId ?? []),
  ]
  const wired = echo.heard.flatMap(({ headers, url, body }) => {
    const authorization = headers.authorization ?? ''
    const signature = /signature="([^"]+)"/.exec(authorization)?.[1]
    const form = new URLSearchParams(body)
    const query = new URLSearchParams(url.split('?')[1])
    return [authorization, signature, form.get('sign'), form.get('key'), query.get('sign')]
  })
  const secrets = [...fixed, ...wired].filter((secret) => typeof secret === 'string' && secret.length > 3)
  const written = secrets.flatMap((secret) => {
    const text = String(secret)
    return [
      text,
      encodeURIComponent(text),
      String(new URLSearchParams({ '': text })).slice(1),
      JSON.stringify(text).slice(1, -1),
    ]
  })
  return [...new Set(written)]
}

/** The context before each secret that was found; the secret itself must not be printed. */
function found(values: readonly unknown[]): string[] {
  const text = values.map(shown).join('\n')
  return hidden()
    .map((secret) => text.indexOf(secret))
    .filter((index) => index >= 0)
    .map((index) => text.slice(Math.max(0, index - 80), index))
}

const adapterOf = (provider: ProviderName): readonly Adapter<Complaint>[] => {
  const { baseUrl } = echo
  const usual = { baseUrl, rateLimit: false } as const
  if (provider === 'wechatpay') {
    const { publicKey: _, publicKeyId: __, ...downloading } = sandbox.wechatpay
    return [
      wechatpay({ ...sandbox.wechatpay, ...usual }),
      wechatpay({ ...downloading, ...usual, account: 'downloading' }),
    ]
  }
  if (provider === 'huishouqian') {
    const other = { signType: 'CFCA', account: 'other' } as const
    const adapter = { ...sandbox.huishouqian, ...usual }
    return [huishouqian(adapter), huishouqian({ ...adapter, ...other })]
  }
  const throws = (): Promise<string> => {
    throw new Error(token, { cause: { token, phone } })
  }
  const tokenStore = { get: throws, set: throws as () => Promise<never>, delete: throws as () => Promise<never> }
  if (provider === 'alipay-trade' || provider === 'alipay-risk') {
    const options = { ...optionsOf(provider), ...usual }
    return [
      factories[provider](options),
      factories[provider]({ ...options, appAuthToken: async () => token, account: 'asked' }),
      factories[provider]({ ...options, appAuthToken: throws, account: 'throwing' }),
    ]
  }
  const { appId } = sandbox.xiaoe
  return [
    xiaoe({ ...sandbox.xiaoe, ...usual, tokenStore }),
    xiaoe({ appId, accessToken: token, ...usual, account: 'given' }),
    xiaoe({ appId, accessToken: async () => token, ...usual, account: 'asked' }),
    xiaoe({ appId, accessToken: throws, ...usual, account: 'throwing' }),
  ]
}

/** Makes every call of an account. */
async function everyCall(client: ComplaintClient, to: readonly unknown[] = ['1']): Promise<unknown[]> {
  const drain = async (source: () => AsyncIterable<unknown>): Promise<void> => {
    for await (const _ of source());
  }
  const imageUrl = `${echo.baseUrl}/v3/merchant-service/images/x`
  const calls = client.accounts.flatMap(({ provider, account }) =>
    to.flatMap((name): (() => Promise<unknown>)[] => {
      const ref = { provider, account, id: name as string }
      return [
        () => client.get(ref),
        () => drain(() => client.history(ref)),
        () => client.media(ref, name === '1' ? imageUrl : (name as string)),
        () => drain(() => client.list({ ...range, accounts: [account] })),
        () => drain(() => client.list({ ...range, order: 'newest' })),
        () => client.parseNotification({ headers: {}, body: JSON.stringify({ name, phone }) }, { account }),
      ]
    }),
  )
  const failures: unknown[] = []
  await Promise.all(calls.map((call) => call().catch((error: unknown) => failures.push(error))))
  return failures
}

describe.each(providers)('%s', (provider) => {
  const ended: unknown[] = []

  it.each(Object.keys(answers).filter((name) => concerns(name, provider)))(
    'no error or event shows what a response repeats: %s',
    async (name) => {
      echo.answer = answers[name] ?? expect.fail('no answer')
      const events: ComplaintEvent[] = []
      const timeoutMs = name === 'silence' ? 500 : 20_000
      const client = new ComplaintClient(adapterOf(provider), {
        maxRetries: retried.has(name) ? 1 : 0,
        timeoutMs,
        onEvent: (event) => events.push(event),
      })
      const ends = await everyCall(client)
      ended.push(...ends)
      expect(echo.heard.length).toBeGreaterThan(0)
      expect(events.length).toBeGreaterThan(0)
      expect(ends.filter((end) => !ComplaintError.isInstance(end))).toEqual([])
      expect(found([...ends, ...events])).toEqual([])
    },
  )

  it('no error shows a secret that was passed as another argument', async () => {
    echo.answer = (_request, response) => response.writeHead(404).end()
    const { privateKey, apiV3Key } = sandbox.wechatpay
    const { secretKey } = sandbox.xiaoe
    const mistaken = [privateKey, apiV3Key, secretKey, sandbox.huishouqian.key, token]
    const client = new ComplaintClient(adapterOf(provider), { maxRetries: 0 })
    const ends = await everyCall(client, mistaken)
    const [info] = client.accounts
    for (const text of mistaken) {
      for (const query of [
        { from: range.from, state: text },
        { ...range, pageSize: text },
        { ...range, order: text },
      ]) {
        try {
          client.list(query as never, { cursor: text })
        } catch (error) {
          ends.push(error)
        }
      }
      for (const option of ['timeoutMs', 'maxRetries', 'onEvent', 'axios', 'other']) {
        try {
          new ComplaintClient(adapterOf(provider), { [option]: text })
        } catch (error) {
          ends.push(error)
        }
      }
      const usual = { ...optionsOf(provider) }
      for (const option of Object.keys(usual)) {
        for (const wrong of [text, [text], { [option]: text }, Buffer.from(text), 1, null]) {
          try {
            factories[provider]({ ...usual, [option]: wrong })
          } catch (error) {
            ends.push(error)
          }
        }
      }
    }
    expect(info).toBeDefined()
    ended.push(...ends)
    expect(ends.length).toBeGreaterThan(100)
    expect(ends.filter((end) => !ComplaintError.isInstance(end))).toEqual([])
    expect(found(ends)).toEqual([])
  })

  it('no error or event shows data of complaints that were read', async () => {
    const events: ComplaintEvent[] = []
    const adapter = factories[provider](optionsOf(provider))
    const client = new ComplaintClient<Adapter<Complaint>>(adapter, { onEvent: (event) => events.push(event) })
    const drain = async (): Promise<void> => {
      for await (const _ of client.list({ ...range, pageSize: 2 }, { maxPages: 1 }));
    }
    const failure = await drain().catch((error: unknown) => error)
    ended.push(failure)
    echo.answer = (_request, response, repeated) => response.end(repeated.repeat(Math.ceil(2 ** 25 / repeated.length)))
    const [large] = adapterOf(provider)
    const endless = new ComplaintClient<Adapter<Complaint>>(large ?? adapter, { maxRetries: 0 })
    const ref = { provider, account: large?.account ?? '', id: '1' }
    const tooLarge = await endless.get(ref).catch((error: unknown) => error)
    ended.push(tooLarge)
    expect(tooLarge).toMatchObject({ name: 'ResponseError' })
    expect(found([tooLarge, endless])).toEqual([])
    expect(failure).toMatchObject({ name: 'PaginationError' })
    expect(found([failure, ...events, client, client.accounts, adapter])).toEqual([])
    expect(sandbox.truth.length).toBeGreaterThan(0)
  })

  it('every error class that can occur has occurred', () => {
    expect([...new Set(ended.map((error) => (error as Error).name))].sort()).toEqual(
      [...(classes[provider] ?? [])].sort(),
    )
  })
})
