import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadConfig } from '../../../src/config/index.js'
import { certificateOf } from '../../support/certificate.js'
import { failure } from '../../support/failure.js'
import { writePkcs12 } from '../../support/pkcs12.js'

const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-accounts-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

const key = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
const certificate = certificateOf(key)
const aes = { scheme: 'pbes2', iterations: 1000 } as const
const pfxWith = (passphrase: string): string =>
  file(
    'merchant.p12',
    writePkcs12([key.export({ type: 'pkcs8', format: 'der' })], [certificate.raw], passphrase, {
      keys: aes,
      certificates: aes,
    }),
  )
const wechatpay = { WECHATPAY_MCHID: '1900000001', WECHATPAY_API_V3_KEY: 'a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb' }
const huishouqian = {
  HUISHOUQIAN_MERCHANT_NO: '814000000001',
  HUISHOUQIAN_SIGN_TYPE: 'CFCA',
  HUISHOUQIAN_PLATFORM_CERTIFICATE_FILES: file('platform.cer', certificate.toString()),
}

describe('C23: the passphrase of a .p12', () => {
  it('of a variable is not trimmed', async () => {
    const env = { ...wechatpay, WECHATPAY_PFX_FILE: pfxWith(' sesame ') }
    expect((await loadConfig({ ...env, WECHATPAY_PFX_PASSPHRASE: ' sesame ' })).adapters).toHaveLength(1)
    expect(await failure(loadConfig({ ...env, WECHATPAY_PFX_PASSPHRASE: 'sesame' }))).toMatchObject({ code: 'CONFIG' })
  })

  it('of a file is read without byte order mark and last line end; its blanks count', async () => {
    const env = { ...huishouqian, HUISHOUQIAN_PFX_FILE: pfxWith('密码 ') }
    for (const content of ['密码 ', '密码 \n', '密码 \r\n', '\ufeff密码 \n']) {
      const passphrase = { HUISHOUQIAN_PFX_PASSPHRASE_FILE: file('passphrase', content) }
      expect((await loadConfig({ ...env, ...passphrase })).adapters).toHaveLength(1)
    }
    const trimmed = { HUISHOUQIAN_PFX_PASSPHRASE_FILE: file('passphrase', '密码\n') }
    expect(await failure(loadConfig({ ...env, ...trimmed }))).toMatchObject({ code: 'CONFIG' })
  })
})

it('C6: files of keys and certificates may have a byte order mark or be DER', async () => {
  const privateKey = key.export({ type: 'pkcs8', format: 'pem' }).toString()
  for (const content of [
    certificate.raw,
    `\ufeff${certificate.toString()}`,
    Buffer.from(`\ufeff${certificate.toString()}`, 'utf16le'),
  ]) {
    const path = file(
      'accounts.json',
      JSON.stringify({
        accounts: [
          {
            provider: 'wechatpay',
            mchid: '1900000001',
            apiV3Key: wechatpay.WECHATPAY_API_V3_KEY,
            privateKeyFile: file('key.pem', `\ufeff${privateKey}`),
            certificateFile: file('certificate.pem', content),
          },
        ],
      }),
    )
    expect((await loadConfig(path)).adapters).toHaveLength(1)
  }
})

describe('a key in the place of its file', () => {
  const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString()
  it.each([
    [{ privateKeyFile: pem }, 'privateKeyFile holds the key itself, not a path: use privateKey, or write it to a file'],
    [
      { apiV3KeyFile: wechatpay.WECHATPAY_API_V3_KEY },
      'apiV3KeyFile holds the key itself, not a path: use apiV3Key, or write it to a file',
    ],
    [
      { certificateFiles: [certificate.toString()] },
      'certificateFiles holds the certificate itself, not a path: use certificates, or write it to a file',
    ],
    [
      { pfxFile: certificate.raw.toString('base64') },
      'pfxFile holds the content itself, not a path: write it to a file',
    ],
    [
      { apiV3KeyFile: 'hunter2' },
      'apiV3KeyFile: the file cannot be read (ENOENT); if apiV3KeyFile holds the key itself, not a path: use apiV3Key, or write it to a file',
    ],
    [{ privateKeyFile: 'keys/key.pem' }, `privateKeyFile: ${join(folder, 'keys/key.pem')} cannot be read (ENOENT)`],
  ])('%# is named, not shown', async (options, message) => {
    const path = file(
      'wrong.json',
      JSON.stringify({ accounts: [{ provider: 'wechatpay', mchid: '1900000001', ...options }] }),
    )
    expect(String(await failure(loadConfig(path)))).toBe(`ConfigError: [wechatpay 1900000001] ${message}`)
  })

  it('as the path of the accounts file', async () => {
    expect(String(await failure(loadConfig(pem)))).toBe(
      'ConfigError: the accounts file must be given by its path; this is the content of a file',
    )
  })

  it('as the name of an account is refused', async () => {
    const path = file(
      'named.json',
      JSON.stringify({ accounts: [{ provider: 'xiaoe', appId: 'app1', accessToken: 'x', account: pem }] }),
    )
    expect(String(await failure(loadConfig(path)))).toBe(
      'ConfigError: [xiaoe app1] account looks like a key or token: give a name that may be shown',
    )
  })
})

describe('an entry that is wrong', () => {
  const accounts = (...entries: object[]): string => file('entries.json', JSON.stringify({ accounts: entries }))

  it('is named by its position when no option names it', async () => {
    const path = accounts({ provider: 'xiaoe', appId: 'app1', accessToken: 'x' }, { provider: 'wechatpay' })
    expect(String(await failure(loadConfig(path)))).toMatch(/^ConfigError: \[wechatpay\] .*: entry 2 of accounts\)$/)
  })

  it.each([
    ['wechat', 'wechatpay'],
    ['WeChatPay', 'wechatpay'],
    ['xiaoe-tech', null],
    ['huishouqan', 'huishouqian'],
    ['alipay', 'alipay-trade'],
  ])('with the provider %s', async (provider, meant) => {
    const message = String(await failure(loadConfig(accounts({ provider }))))
    if (meant === null) expect(message).not.toContain(provider)
    else expect(message).toContain(`"${provider}" is not a provider; did you mean ${meant}?`)
  })
})

it('a file that is not JSON is reported by line and column', async () => {
  const path = file('broken.json', '{\n  "accounts": [\n    { "provider": "xiaoe", "secretKey": "hunter2", }\n  ]\n}')
  expect(String(await failure(loadConfig(path)))).toBe(`ConfigError: ${path} is not valid JSON: see line 3, column 52`)
})
