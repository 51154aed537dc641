import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../../../src/errors.js'
import { type Adapter, type AlipayOptions, alipayRisk, alipayTrade, type Complaint } from '../../../../src/index.js'
import { certificateOf } from '../../../support/certificate.js'
import { everythingOf, errorOf as thrownBy } from '../../../support/core.js'
import { certificates, withoutKey, withoutPrivateKey } from './certificates.js'
import { app, appId, bench, callOptions, options, page, platform, signed, success, tradeList } from './support.js'

const pem = (key: KeyObject): string =>
  key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }).toString()
const bare = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'spki'): string =>
  key.export({ type: type as 'pkcs1', format: 'der' }).toString('base64')
const { appCert, alipayCert } = certificates
const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const emptyList = signed(tradeList, success({ total_num: 0 }))

const factories: Readonly<Record<string, (options: AlipayOptions) => Adapter<Complaint>>> = {
  alipayTrade: (options) => alipayTrade(options) as Adapter<Complaint>,
  alipayRisk: (options) => alipayRisk(options) as Adapter<Complaint>,
}

describe.each(Object.entries(factories))('%s() options', (name, factory) => {
  const provider = name === 'alipayTrade' ? 'alipay-trade' : 'alipay-risk'

  it.each<[string, object, RegExp, string[]]>([
    ['no appId', { ...options, appId: undefined }, /appId: must be text/, ['appId']],
    ['a number for appId', { ...options, appId: 2021 }, /appId: must be text/, ['appId']],
    ['an appId of blanks', { ...options, appId: ' ' }, /appId: must be the number of the application/, ['appId']],
    ['an appId with a slash', { ...options, appId: 'a/b' }, /appId: must be the number/, ['appId']],
    ['an appId that is too long', { ...options, appId: '1'.repeat(33) }, /appId: must be the number/, ['appId']],
    ['an unknown option', { ...options, appid: '1' }, /unknown option "appid" \(did you mean appId\?\)/, []],
    ['a file', { ...options, privateKeyFile: 'a.pem' }, /privateKeyFile.*loadConfig.*give privateKey the content/, []],
    ['no private key', withoutPrivateKey, /privateKey: must be a key: PEM text, base64 text.*or set signer/, ['privateKey']], // biome-ignore format: a table
    ['key and signer', { ...options, signer: { sign: async () => new Uint8Array() } }, /set signer or privateKey, not both/, []], // biome-ignore format: a table
    ['a signer without sign()', { ...withoutPrivateKey, signer: {} }, /signer: must have sign\(message\)/, ['signer']],
    ['a private key that is none', { ...options, privateKey: 'hunter2' }, /privateKey cannot be read/, ['privateKey']],
    ['a public key as private key', { ...options, privateKey: bare(platform.publicKey, 'spki') }, /privateKey is a public key where a private key belongs/, ['privateKey']], // biome-ignore format: a table
    ['a private key of another kind', { ...options, privateKey: ec.privateKey }, /privateKey must be an RSA key/, ['privateKey']], // biome-ignore format: a table
    ['no key of Alipay', withoutKey, /alipayPublicKey: must be Alipay's public key \(支付宝公钥\); in certificate mode set/, ['alipayPublicKey']], // biome-ignore format: a table
    ['a key of Alipay that is none', { ...options, alipayPublicKey: 'hunter2' }, /alipayPublicKey cannot be read/, ['alipayPublicKey']], // biome-ignore format: a table
    ["the application's own public key", { ...options, alipayPublicKey: app.publicKey }, /alipayPublicKey is the application's own public key \(应用公钥\)/, ['alipayPublicKey']], // biome-ignore format: a table
    ['the same as base64', { ...options, privateKey: bare(app.privateKey, 'pkcs1'), alipayPublicKey: bare(app.publicKey, 'spki') }, /alipayPublicKey is the application's own public key/, ['alipayPublicKey']], // biome-ignore format: a table
    ['a certificate as public key', { ...options, alipayPublicKey: alipayCert }, /alipayPublicKey is a certificate where a public key belongs/, ['alipayPublicKey']], // biome-ignore format: a table
    ['both modes', { ...options, ...certificates }, /set alipayPublicKey \(key mode\), or appCert, alipayCert and alipayRootCert \(certificate mode\), not both/, []], // biome-ignore format: a table
    ['both modes, half', { ...options, appCert }, /certificate mode\), not both/, []],
    ['no appCert', { ...withoutKey, ...certificates, appCert: undefined }, /appCert: is needed in certificate mode/, ['appCert']], // biome-ignore format: a table
    ['no alipayCert', { ...withoutKey, ...certificates, alipayCert: undefined }, /alipayCert: is needed in certificate mode/, ['alipayCert']], // biome-ignore format: a table
    ['no alipayRootCert', { ...withoutKey, appCert, alipayCert }, /alipayRootCert: is needed in certificate mode, which takes all three/, ['alipayRootCert']], // biome-ignore format: a table
    ['an appCert that is none', { ...withoutKey, ...certificates, appCert: 'hunter2' }, /appCert cannot be read/, ['appCert']], // biome-ignore format: a table
    ['a key for a certificate', { ...withoutKey, ...certificates, alipayCert: pem(platform.publicKey) }, /alipayCert is a public key where a certificate belongs/, ['alipayCert']], // biome-ignore format: a table
    ['a KeyObject for a certificate', { ...withoutKey, ...certificates, alipayCert: platform.publicKey }, /alipayCert: must be a certificate/, ['alipayCert']], // biome-ignore format: a table
    ['an appCert of another key', { ...withoutKey, ...certificates, appCert: certificateOf(other.privateKey).toString() }, /appCert does not belong to privateKey/, ['appCert']], // biome-ignore format: a table
    ["the application's certificate as Alipay's", { ...withoutKey, ...certificates, alipayCert: appCert }, /alipayCert is a certificate of the application's own key/, ['alipayCert']], // biome-ignore format: a table
    ['certificates exchanged', { ...withoutKey, ...certificates, appCert: alipayCert, alipayCert: appCert }, /alipayCert is a certificate of the application's own key/, ['alipayCert']], // biome-ignore format: a table
    ['roots that are none', { ...withoutKey, ...certificates, alipayRootCert: 'hunter2' }, /alipayRootCert cannot be read/, ['alipayRootCert']], // biome-ignore format: a table
    ['an empty token', { ...options, appAuthToken: ' ' }, /appAuthToken: must not be empty/, ['appAuthToken']],
    ['a token that is a number', { ...options, appAuthToken: 1 }, /appAuthToken: must be a token or a function that returns one/, ['appAuthToken']], // biome-ignore format: a table
    ['http', { ...options, baseUrl: 'http://openapi.alipay.com' }, /baseUrl must be an https URL/, ['baseUrl']],
    ['an address with a query', { ...options, baseUrl: 'https://openapi.alipay.com/gateway.do?a=1' }, /baseUrl must be an https URL/, ['baseUrl']], // biome-ignore format: a table
    ['two quotas', { ...options, rateLimit: { requests: 1, perMs: 1 }, rateLimiter: { consume: async () => {} } }, /rateLimiter holds the quota/, []], // biome-ignore format: a table
    ['half a quota', { ...options, rateLimit: { requests: 1 } }, /rateLimit/, ['rateLimit']],
  ])('%s', (what, input, message, path) => {
    const error = thrownBy(() => factory(input as AlipayOptions))
    expect(error).toBeInstanceOf(ConfigError)
    const { provider: of, account, issues } = error as ConfigError
    expect([of, error.message.startsWith(`[${provider}`)]).toEqual([provider, true])
    expect(error.message).toMatch(message)
    if (!what.includes('appId')) expect(account).toBe(appId)
    if (path.length > 0) expect(issues.map((issue) => issue.path[0])).toEqual(path)
    expect(everythingOf(error)).not.toMatch(/hunter2|BEGIN|MII/)
  })

  it.each<[string, object]>([
    ['of the schema', { ...options, appid: '1' }],
    ['of a missing key', withoutKey],
    ['of both modes', { ...options, ...certificates }],
  ])('errors %s name the factory', (_, input) => {
    const { message } = thrownBy(() => factory(input as AlipayOptions)) as Error
    expect(message.startsWith(`[${provider} ${appId}] ${name}(): `)).toBe(true)
  })

  it('take keys in every form', () => {
    const keys = [app.privateKey, pem(app.privateKey), bare(app.privateKey, 'pkcs8'), bare(app.privateKey, 'pkcs1')]
    for (const privateKey of [
      ...keys,
      Buffer.from(bare(app.privateKey, 'pkcs1')),
      app.privateKey.export({ type: 'pkcs8', format: 'der' }),
    ])
      for (const alipayPublicKey of [platform.publicKey, pem(platform.publicKey), bare(platform.publicKey, 'spki'), Buffer.from(bare(platform.publicKey, 'spki'))]) // biome-ignore format: a table
        expect(factory({ appId, privateKey, alipayPublicKey }).account).toBe(appId)
  })

  it('name the account', () => {
    expect(factory({ ...options, account: 'shop' }).account).toBe('shop')
    expect(factory({ ...options, appId: ` ${appId} ` }).account).toBe(appId)
    const error = thrownBy(() => factory({ ...options, account: 'shop', baseUrl: 'x' })) as ConfigError
    expect(error.message.startsWith(`[${provider} shop]`)).toBe(true)
  })

  it('have cautious limits', () => {
    const { limits, capabilities, requestIdHeader, detailFields, deadlines } = factory(options)
    const isTrade = provider === 'alipay-trade'
    expect(limits).toEqual({
      pageSize: { min: 1, max: 20, default: 20 },
      windowDays: 30,
      maxSpanDays: isTrade ? 364 : null,
      concurrency: 2,
      rateLimit: { requests: 5, perMs: 1000 },
    })
    expect(capabilities).toEqual({
      history: isTrade,
      media: false,
      notifications: isTrade,
      merchant: false,
      merchantOrderNo: false,
      paging: { style: 'page', totals: 'hint' },
    })
    expect([requestIdHeader, deadlines]).toEqual(['trace_id', undefined])
    expect(detailFields).toEqual(isTrade ? ['orders'] : ['urgent', 'inPlatformService', 'tags', 'media'])
    expect(factory({ ...options, rateLimit: false }).limits.rateLimit).toBeNull()
    const mine = { requests: 2, perMs: 3 }
    expect(factory({ ...options, rateLimit: mine }).limits.rateLimit).toEqual(mine)
    expect(factory({ ...options, rateLimiter: { consume: async () => {} } }).sharedQuota?.fallback).toEqual({
      requests: 5,
      perMs: 1000,
    })
    expect(factory(options).sharedQuota).toBeUndefined()
  })

  it('show nothing when printed', () => {
    const adapter = factory({ ...options, appAuthToken: 'made-up-token-1' })
    expect(inspect(adapter, { depth: 9, showHidden: true }) + JSON.stringify(adapter)).not.toMatch(/made-up|BEGIN|MII/)
  })

  it('have diagnostics', () => {
    const { diagnostics } = bench(factory(options)).connection
    expect(diagnostics).toEqual({
      baseUrl: 'https://openapi.alipay.com',
      merchant: appId,
      signsResponses: true,
      maxClockSkewMs: null,
      certificates: [],
    })
    // Which complaints a token selects cannot be compared.
    expect(bench(factory({ ...options, appAuthToken: '202609BB' })).connection.diagnostics?.merchant).toBeNull()
    const inMode = bench(factory({ ...withoutKey, ...certificates } as AlipayOptions)).connection.diagnostics
    expect(inMode?.certificates).toEqual([
      { option: 'appCert', validTo: new Date('2036-01-01T00:00:00Z') },
      { option: 'alipayCert', validTo: new Date('2036-01-01T00:00:00Z') },
    ])
  })
})

describe('targets', () => {
  it.each<[unknown, RegExp]>([
    [[], /targets: must have at least 1/],
    [[{ type: 'PID', id: '1' }], /targets\.0\.type: must be one of "APPID", "PUBLICID"/],
    [[{ type: 'APPID' }], /targets\.0\.id/],
    [[{ type: 'APPID', id: ' ' }], /targets\.0\.id/],
    [[{ type: 'APPID', id: '1', name: 'x' }], /targets\.0/],
    ['2021', /targets/],
  ])('%j', (targets, message) => {
    expect(() => alipayTrade({ ...options, targets } as AlipayOptions)).toThrow(message)
  })

  it('are those of trade complaints only', () => {
    const targets = [{ type: 'APPID', id: '1' }] as const
    expect(alipayTrade({ ...options, targets }).account).toBe(appId)
    expect(bench(alipayTrade({ ...options, targets })).connection.diagnostics?.merchant).toBeNull()
    expect(() => alipayRisk({ ...options, targets })).toThrow(/unknown option "targets"/)
  })
})

describe('the address', () => {
  it.each([
    [undefined, 'https://openapi.alipay.com/gateway.do'],
    ['https://openapi-sandbox.dl.alipaydev.com', 'https://openapi-sandbox.dl.alipaydev.com/gateway.do'],
    ['https://openapi.alipay.com/gateway.do', 'https://openapi.alipay.com/gateway.do'],
    ['https://openapi.alipay.com/gateway.do/', 'https://openapi.alipay.com/gateway.do'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080/gateway.do'],
    ['https://proxy.example/alipay', 'https://proxy.example/alipay/gateway.do'],
    ['https://proxy.example/gateway.do/alipay', 'https://proxy.example/gateway.do/alipay/gateway.do'],
  ])('%s', async (baseUrl, address) => {
    const { connection, sent } = bench(alipayTrade({ ...options, baseUrl }), [emptyList])
    await connection.listPage(page, callOptions)
    expect(sent[0]?.url.split('?')[0]).toBe(address)
  })
})
