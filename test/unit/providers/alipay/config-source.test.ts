import type { KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { helpFooter } from '../../../../src/cli/help-texts.js'
import { loadConfig } from '../../../../src/config/index.js'
import { certificateOf } from '../../../support/certificate.js'
import { failure } from '../../../support/failure.js'
import { app, appId, bench, callOptions, page, parametersOf, platform, signed, success, tradeList } from './support.js'

const folder = mkdtempSync(join(tmpdir(), 'alipay-'))
const path = (name: string): string => join(folder, name)
const bare = (key: KeyObject, type: 'pkcs1' | 'spki'): string =>
  key.export({ type: type as 'pkcs1', format: 'der' }).toString('base64')

beforeAll(() => {
  const files = {
    'private.txt': `${bare(app.privateKey, 'pkcs1')}\r\n`,
    'public.txt': `\ufeff${bare(platform.publicKey, 'spki')}`,
    'app.crt': certificateOf(app.privateKey, '0a').toString(),
    'alipay.crt': certificateOf(platform.privateKey, '0b').toString(),
    'root.crt': certificateOf(platform.privateKey, '0c').toString(),
    'token.txt': ' 202609BB0001\n',
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(path(name), content)
})
afterAll(() => rmSync(folder, { recursive: true }))

const keyMode = { privateKeyFile: 'private.txt', alipayPublicKeyFile: 'public.txt' }
const certificateMode = {
  privateKeyFile: 'private.txt',
  appCertFile: 'app.crt',
  alipayCertFile: 'alipay.crt',
  alipayRootCertFile: 'root.crt',
}

describe('a file of accounts', () => {
  const load = (...accounts: object[]): ReturnType<typeof loadConfig> => {
    writeFileSync(path('accounts.json'), JSON.stringify({ accounts }))
    return loadConfig(path('accounts.json'))
  }

  it('holds both products, in both modes', async () => {
    const { adapters } = await load(
      { provider: 'alipay-trade', appId, ...keyMode, targets: [{ type: 'APPID', id: '1' }] },
      { provider: 'alipay-risk', appId, ...certificateMode },
      { provider: 'alipay-risk', appId, account: 'merchant', ...keyMode, appAuthTokenFile: 'token.txt' },
    )
    expect(adapters.map(({ provider, account }) => `${provider}:${account}`)).toEqual([
      `alipay-trade:${appId}`,
      `alipay-risk:${appId}`,
      'alipay-risk:merchant',
    ])
  })

  it('says which option of which account is wrong', async () => {
    const error = await failure(load({ provider: 'alipay-risk', appId, ...keyMode, alipayPublicKeyFile: 'root.crt' }))
    expect(error.message).toBe(`[alipay-risk ${appId}] alipayPublicKey is a certificate where a public key belongs`)
    const misspelt = await failure(load({ provider: 'alipay-trade', appId, ...keyMode, appCertFiles: 'app.crt' }))
    expect(misspelt.message).toContain('did you mean appCertFile?')
    const targets = await failure(load({ provider: 'alipay-risk', appId, ...keyMode, targets: [] }))
    expect(targets.message).toContain('targets')
  })
})

describe('the environment', () => {
  const variables = {
    ALIPAY_APP_ID: appId,
    ALIPAY_PRIVATE_KEY_FILE: path('private.txt'),
    ALIPAY_BASE_URL: 'http://127.0.0.1:1/gateway.do',
  }
  const inKeyMode = { ...variables, ALIPAY_PUBLIC_KEY_FILE: path('public.txt') }
  const inCertificateMode = {
    ...variables,
    ALIPAY_APP_CERT_FILE: path('app.crt'),
    ALIPAY_CERT_FILE: path('alipay.crt'),
    ALIPAY_ROOT_CERT_FILE: path('root.crt'),
    ALIPAY_APP_AUTH_TOKEN_FILE: path('token.txt'),
  }

  it('holds one account of the chosen product', async () => {
    const providers = async (env: Record<string, string>): Promise<string[]> =>
      (await loadConfig(env)).adapters.map(({ provider }) => provider)
    expect(await providers(inKeyMode)).toEqual(['alipay-trade'])
    expect(await providers({ ...inKeyMode, ALIPAY_PRODUCT: 'trade' })).toEqual(['alipay-trade'])
    expect(await providers({ ...inCertificateMode, ALIPAY_PRODUCT: 'risk' })).toEqual(['alipay-risk'])
    const error = await failure(loadConfig({ ...inKeyMode, ALIPAY_PRODUCT: 'both' }))
    expect([error.code, error.message]).toEqual(['CONFIG', 'ALIPAY_PRODUCT must be one of trade, risk'])
  })

  it('reaches every option', async () => {
    const { adapters } = await loadConfig(inCertificateMode)
    const [adapter] = adapters
    if (adapter === undefined) return expect.fail('there is no account')
    const { connection, sent } = bench(adapter, [signed(tradeList, success({ total_num: 0 }))])
    await connection.listPage(page, callOptions)
    const [request] = sent
    if (request === undefined) return expect.fail('nothing was sent')
    expect(request.url.startsWith('http://127.0.0.1:1/gateway.do?')).toBe(true)
    expect(parametersOf(request)).toMatchObject({
      app_id: appId,
      app_auth_token: '202609BB0001',
      app_cert_sn: expect.stringMatching(/^[0-9a-f]{32}$/),
      alipay_root_cert_sn: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
  })

  it('is in --help, each variable once', () => {
    for (const language of ['zh', 'en'] as const) {
      const names = helpFooter(language).match(/ALIPAY_\w+/g)
      expect(names?.sort()).toEqual([
        'ALIPAY_APP_AUTH_TOKEN_FILE',
        'ALIPAY_APP_CERT_FILE',
        'ALIPAY_APP_ID',
        'ALIPAY_BASE_URL',
        'ALIPAY_CERT_FILE',
        'ALIPAY_PRIVATE_KEY_FILE',
        'ALIPAY_PRODUCT',
        'ALIPAY_PUBLIC_KEY_FILE',
        'ALIPAY_ROOT_CERT_FILE',
      ])
    }
  })
})
