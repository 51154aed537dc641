import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadConfig } from '../../../src/config/index.js'
import { ComplaintClient, ConfigError, xiaoe } from '../../../src/index.js'
import { everythingOf } from '../../support/core.js'
import { failure } from '../../support/failure.js'

const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-config-'))
const file = (name: string, content: unknown): string => {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  return join(folder, name)
}
afterAll(() => rmSync(folder, { recursive: true }))

const account = { provider: 'xiaoe', appId: 'app1', accessToken: 'token-of-nobody' }

describe('loadConfig', () => {
  it('reads a file: adapters and client options make a client', async () => {
    const path = file('good.json', { accounts: [account, { ...account, appId: 'app2' }], client: { maxRetries: 1 } })
    const { adapters, clientOptions } = await loadConfig(path)
    expect(clientOptions).toEqual({ maxRetries: 1 })
    const client = new ComplaintClient(adapters, clientOptions)
    expect(client.accounts.map(({ account }) => account)).toEqual(['app1', 'app2'])
  })

  it('reads environment variables', async () => {
    const { adapters, clientOptions } = await loadConfig({ XIAOE_APP_ID: 'app3', XIAOE_ACCESS_TOKEN: 'token' })
    expect(adapters.map(({ provider, account }) => [provider, account])).toEqual([['xiaoe', 'app3']])
    expect(clientOptions).toEqual({})
  })

  it('of an empty environment is a ConfigError', async () => {
    expect(await failure(loadConfig({}))).toBeInstanceOf(ConfigError)
  })

  it('names the account whose option is wrong', async () => {
    const path = file('wrong.json', { accounts: [account, { provider: 'xiaoe', appId: 'app2', clientId: 'c' }] })
    expect(await failure(loadConfig(path))).toMatchObject({
      code: 'CONFIG',
      provider: 'xiaoe',
      account: 'app2',
      message: expect.stringMatching(/^\[xiaoe app2\] /),
    })
  })

  it('with onAccountError leaves out broken accounts, and accounts that are there twice', async () => {
    const path = file('mixed.json', {
      accounts: [
        { provider: 'xiaoe', appId: 'broken' },
        account,
        account,
        { provider: 'wechatpay', mchid: '1900000001', privateKeyFile: 'nowhere.pem' },
      ],
    })
    const errors: unknown[] = []
    const { adapters } = await loadConfig(path, { onAccountError: async (error) => void errors.push(error) })
    expect(adapters.map(({ account }) => account)).toEqual(['app1'])
    expect(errors).toEqual([
      expect.objectContaining({ code: 'CONFIG', account: 'broken' }),
      expect.objectContaining({ account: 'app1', message: expect.stringContaining('configured twice') }),
      expect.objectContaining({ account: '1900000001', message: expect.stringContaining('ENOENT') }),
    ])
  })

  describe('an entry of the accounts file that is wrong', () => {
    const key = 'sk-hidden'
    const wrong: readonly [unknown, object][] = [
      [
        { provider: 'WeChat_Pay', mchid: '1900000001', apiV3Key: key },
        {
          account: '1900000001',
          message: expect.stringMatching(/entry 2 of accounts \(1900000001\): .*did you mean wechatpay\?/),
        },
      ],
      [{ appId: 'app7', accessToken: key }, { account: 'app7' }],
      [{ provider: key, account: 'north shop' }, { account: 'north shop' }],
      [{ provider: 5 }, { account: null }],
      [key, { account: null }],
      [null, { account: null }],
      [[account], { account: null }],
    ]

    it.each(wrong)('does not stop the others, and is named: %j', async (entry, named) => {
      const path = file('entry.json', { accounts: [account, entry, { ...account, appId: 'app2' }] })
      const errors: ConfigError[] = []
      const { adapters } = await loadConfig(path, { onAccountError: (error) => void errors.push(error) })
      expect(adapters.map(({ account }) => account)).toEqual(['app1', 'app2'])
      expect(errors).toEqual([
        expect.objectContaining({
          code: 'CONFIG',
          provider: null,
          message: expect.stringMatching(
            /entry 2 of accounts.* must have a "provider", one of wechatpay, huishouqian, xiaoe/,
          ),
        }),
      ])
      expect(errors).toEqual([expect.objectContaining(named)])
      expect(everythingOf(errors[0])).not.toContain(key)
    })

    it('is thrown without onAccountError', async () => {
      const path = file('thrown.json', { accounts: [account, { provider: 'wechat', mchid: '1900000001' }] })
      expect(await failure(loadConfig(path))).toMatchObject({ code: 'CONFIG', account: '1900000001' })
    })

    it.each([{ accounts: [] }, { accounts: account }, { client: {} }, [account]])(
      'is not a file that is wrong as a whole, which is thrown: %j',
      async (content) => {
        const call = loadConfig(file('whole.json', content), { onAccountError: () => {} })
        expect(await failure(call)).toMatchObject({ code: 'CONFIG', account: null })
      },
    )
  })

  it('ends without throwing when every account is broken', async () => {
    const path = file('broken.json', { accounts: [{ provider: 'xiaoe', appId: 'broken' }] })
    const errors: unknown[] = []
    expect(await loadConfig(path, { onAccountError: (error) => void errors.push(error) })).toMatchObject({
      adapters: [],
    })
    expect(errors).toHaveLength(1)
  })

  it.each([
    [{ provider: 'wechatpay', mchid: '1900000001', privatekeyfile: 'x' }, 'did you mean privateKeyFile?'],
    [{ provider: 'wechatpay', mch_id: '1900000001' }, 'did you mean mchid?'],
    [{ provider: 'huishouqian', merchantNo: '8', signtype: 'RSA2' }, 'did you mean signType?'],
    [{ provider: 'xiaoe', appId: 'a', secret_key: 'sk-hidden' }, 'did you mean secretKey?'],
    [{ provider: 'xiaoe', appId: 'a', acessToken: 'sk-hidden' }, 'did you mean accessToken?'],
  ])('suggests an option: %j', async (wrong, suggestion) => {
    const error = await failure(loadConfig(file('typo.json', { accounts: [wrong] })))
    expect(error).toBeInstanceOf(ConfigError)
    expect(String(error)).toContain(suggestion)
    expect(String(error)).not.toContain('sk-hidden')
  })

  it('takes adapters and options from a module', async () => {
    const { adapters } = await loadConfig(
      file(
        'made.mjs',
        `import { xiaoe } from '${new URL('../../../src/index.ts', import.meta.url).href}'
        export default async () => ({ accounts: [xiaoe({ appId: 'app4', accessToken: 't' })] })`,
      ),
    )
    expect(adapters[0]).toMatchObject({ provider: xiaoe({ appId: 'x', accessToken: 't' }).provider, account: 'app4' })
  })

  it('rejects a client option that does not exist', async () => {
    const error = await failure(loadConfig(file('client.json', { accounts: [account], client: { retries: 1 } })))
    expect(error).toMatchObject({ code: 'CONFIG', message: expect.stringContaining('retries') })
  })

  it.each([
    [{ provider: 'wechatpay', mchid: 1900000001, privateKeyFile: 'nowhere.pem' }, '1900000001'],
    [{ provider: 'xiaoe', appId: ' app9 ', secretKeyFile: 'nowhere.txt' }, 'app9'],
    [{ provider: 'wechatpay', privateKeyFile: 'nowhere.pem' }, null],
  ])('names provider and account when a file is missing: %j', async (wrong, name) => {
    const error = await failure(loadConfig(file('nowhere.json', { accounts: [wrong] })))
    expect(error).toMatchObject({ code: 'CONFIG', provider: wrong.provider, account: name })
  })

  it('shows nothing of a key that stands in the place of the account', async () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMIIEvgIBADANBgkq\n-----END PRIVATE KEY-----'
    const path = file('key.json', { accounts: [{ provider: 'wechatpay', mchid: key, privateKeyFil: 'x' }] })
    expect(everythingOf(await failure(loadConfig(path)))).not.toContain('MIIEvg')
  })

  it('suggests a variable when no account is configured', async () => {
    const error = await failure(loadConfig({ WECHATPAY_MCH_ID: '1900000001' }))
    expect(error).toMatchObject({ code: 'CONFIG', message: expect.stringContaining('did you mean WECHATPAY_MCHID?') })
  })

  it.each([null, 5, ['accounts.json']])('rejects %j as a source', async (source) => {
    expect(await failure(loadConfig(source as never))).toBeInstanceOf(ConfigError)
  })

  it('suggests a name of the file itself', async () => {
    const error = await failure(loadConfig(file('names.json', { acounts: [account] })))
    expect(error).toMatchObject({ code: 'CONFIG', message: expect.stringContaining('did you mean accounts?') })
  })

  it('rejects an option that does not exist', async () => {
    const error = await failure(loadConfig({ XIAOE_APP_ID: 'a' }, { onAcountError() {} } as never))
    expect(error).toMatchObject({ code: 'CONFIG', message: expect.stringContaining('did you mean onAccountError?') })
  })
})
