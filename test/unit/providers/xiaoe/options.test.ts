import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ConfigError, type XiaoeOptions, xiaoe } from '../../../../src/index.js'

const bySecret = { appId: 'appMadeUp1', clientId: 'xopMadeUp1', secretKey: 'hunter2-secret' }
const byToken = { appId: 'appMadeUp1', accessToken: 'hunter2-token' }
const tokenStore = { get: async () => undefined, set: async () => true, delete: async () => true }
const twoForms = /either \{ appId, clientId, secretKey, tokenStore\? \} or \{ appId, accessToken \}/

describe('xiaoe() refuses at once', () => {
  it.each<[string, unknown, RegExp]>([
    ['neither form', { appId: 'appMadeUp1' }, twoForms],
    ['both forms', { ...bySecret, ...byToken }, twoForms],
    ['a token beside a client id', { ...byToken, clientId: 'xopMadeUp1' }, twoForms],
    ['a token beside a secret', { ...byToken, secretKey: 'hunter2-secret' }, twoForms],
    ['a token beside a store', { ...byToken, tokenStore }, twoForms],
    ['a client id without its secret', { appId: 'appMadeUp1', clientId: 'xopMadeUp1' }, twoForms],
    ['a secret without its client id', { appId: 'appMadeUp1', secretKey: 'hunter2-secret' }, twoForms],
    ['a store without a secret', { appId: 'appMadeUp1', tokenStore }, twoForms],
    [
      'appId and clientId swapped',
      { ...bySecret, appId: 'xopMadeUp1', clientId: 'appMadeUp1' },
      /are swapped: appId begins/,
    ],
    ['an unknown option', { ...bySecret, secret: 'hunter2' }, /secret/],
    ['no appId', { clientId: 'xopMadeUp1', secretKey: 'hunter2-secret' }, /appId/],
    ['an empty appId', { ...bySecret, appId: ' ' }, /appId/],
    ['a number for appId', { ...bySecret, appId: 1 }, /appId/],
    ['an empty secret', { ...bySecret, secretKey: '' }, /secretKey/],
    ['null for a secret', { ...bySecret, secretKey: null }, /secretKey/],
    ['an empty token', { ...byToken, accessToken: '' }, /accessToken: must not be empty/],
    [
      'a number for a token',
      { ...byToken, accessToken: 1 },
      /accessToken: must be a token or a function that returns one/,
    ],
    ['a store that is none', { ...bySecret, tokenStore: {} }, /tokenStore: must have get\(\), set\(\) and delete\(\)/],
    ['half a store', { ...bySecret, tokenStore: { get() {}, set() {} } }, /tokenStore/],
    ['null for a store', { ...bySecret, tokenStore: null }, /tokenStore/],
    ['http', { ...bySecret, baseUrl: 'http://api.xiaoe-tech.com' }, /baseUrl must be an https URL/],
    ['no URL', { ...bySecret, baseUrl: 'hunter2' }, /baseUrl/],
    ['credentials in the URL', { ...bySecret, baseUrl: 'https://user:hunter2@example.com' }, /baseUrl/],
    ['an empty account', { ...bySecret, account: '' }, /account/],
    ['a rate of nothing', { ...bySecret, rateLimit: { requests: 0, perMs: 1 } }, /rateLimit/],
    ['a rate without its time', { ...bySecret, rateLimit: { requests: 1 } }, /rateLimit/],
    ['true for a rate', { ...bySecret, rateLimit: true }, /rateLimit/],
    ['a page size, which belongs to the query', { ...bySecret, pageSize: 10 }, /pageSize/],
    ['nothing', undefined, /xiaoe\(\)/],
    ['a text', 'hunter2', /xiaoe\(\)/],
  ])('%s', (_, options, message) => {
    const make = (): unknown => xiaoe(options as XiaoeOptions)
    expect(make).toThrow(ConfigError)
    expect(make).toThrow(message)
    let error: unknown
    try {
      make()
    } catch (thrown) {
      error = thrown
    }
    expect(inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error)).not.toMatch(/hunter2/)
  })
})

describe('xiaoe() takes', () => {
  it.each<[string, XiaoeOptions]>([
    ['the secret', bySecret],
    ['the secret and a store', { ...bySecret, tokenStore }],
    ['the secret, others given as undefined', { ...bySecret, tokenStore: undefined, baseUrl: undefined }],
    ['a token', byToken],
    ['a function', { appId: 'appMadeUp1', accessToken: async () => 'hunter2-token' }],
    ['loopback', { ...bySecret, baseUrl: 'http://127.0.0.1:8080/base/' }],
  ])('%s', (_, options) => {
    expect(xiaoe(options)).toMatchObject({ provider: 'xiaoe', account: 'appMadeUp1' })
  })

  it('its documented limits, unless configured otherwise', () => {
    const { limits, capabilities } = xiaoe(bySecret)
    expect(limits).toEqual({
      pageSize: { min: 1, max: 100, default: 50 },
      windowDays: 30,
      maxSpanDays: null,
      concurrency: null,
      rateLimit: { requests: 500, perMs: 10_000 },
    })
    expect(capabilities).toEqual({
      history: true,
      media: false,
      notifications: false,
      merchant: false,
      merchantOrderNo: false,
      paging: { style: 'page', totals: 'hint' },
    })
    expect(xiaoe({ ...bySecret, rateLimit: false }).limits.rateLimit).toBeNull()
    expect(xiaoe({ ...bySecret, rateLimit: { requests: 1, perMs: 2 } }).limits.rateLimit).toEqual({
      requests: 1,
      perMs: 2,
    })
    expect(xiaoe({ ...bySecret, account: 'second shop' }).account).toBe('second shop')
  })
})
