import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { isContent, isKey, isPlainName, mayHoldKey, quoteName, quotePath } from '../../../src/privacy/key-like.js'

it.each([
  '/etc/wechat/apiclient_key.pem',
  './keys/apiclient_key',
  '/home/li/projects/complaints/keys/apiclient_key.pem',
  'C:\\Users\\Administrator\\Documents\\商户密钥\\MANDAO_814000000001_pub.cer',
  'appCertPublicKey_2021000000000000.crt',
  '/tmp/unified-complaints-aB3xY9/accounts.json',
])('the path %s is shown', (path) => {
  expect(quotePath(path)).toBe(path)
  expect(isContent(path)).toBe(false)
})

it.each([
  'a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb',
  '-----BEGIN PRIVATE KEY-----\\nMIIE',
  'line\nline',
  'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC',
])('%j is the content of a file, not its path', (text) => {
  expect(quotePath(text)).toBeNull()
  expect(isContent(text)).toBe(true)
})

it.each(['hunter2', '/nix/store/0c5c1f2b3a4d5e6f708192a3b4c5d6e7-keys/key.pem'])(
  '%s is not shown, and may be a path',
  (text) => {
    expect(quotePath(text)).toBeNull()
    expect(isContent(text)).toBe(false)
  },
)

it.each([
  ['without a digit', 'cx/dlqL/wfqtIvH/MkUiqUHq+RvuHGBhTkSQ+pn/JAY='],
  ['whose upper and lower case seldom alternate', '7Epv+mhk/ukj28cnxJwdt+p+z/bcZfWlFAOPUKQYGcc='],
  ['of 16 bytes, whose upper and lower case seldom alternate', 'gnnomnmiXbzSGhcHDLxx/Q=='],
])('a key in base64 %s is not shown', (_, secret) => {
  expect(quotePath(secret)).toBeNull()
  expect(mayHoldKey(secret)).toBe(true)
})

it('random bytes in base64 are never shown, wherever their slashes are', () => {
  for (let count = 0; count < 2_000; count++) {
    const secret = randomBytes(32).toString('base64')
    expect(quotePath(secret)).toBeNull()
    expect(mayHoldKey(secret)).toBe(true)
    expect(isPlainName(secret)).toBe(false)
  }
})

it.each([
  'apiV3Key',
  'secret_key',
  'tokenstore',
  'WECHATPAY_PRIVATE_KEYFILE',
  'platformCertificateFiles',
  'every',
  'x',
])('the name %s is shown', (name) => expect(quoteName(name)).toBe(`"${name}"`))

it.each([
  'a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb',
  '0c5c1f2b3a4d5e6f708192a3b4c5d6e7',
  '-----BEGIN PRIVATE KEY-----',
  'sk_live_4eC39HqLyjWDarjtT1',
])('the name %s is not shown', (name) => expect(quoteName(name)).toBe('"…" (not shown: it may be a secret)'))

it.each([
  '商户17',
  '1900000001',
  '81400000000100000000000000000032',
  'ShanghaiFlagshipStore2024Online',
  '0c5c1f2b3a4d5e6f708192a3b4c5d6e7',
  '6f1f3a52-9a0b-4a0e-8d3c-2b7f5b1f0c11',
])('%s may be the name of an account', (name) => expect(isKey(name)).toBe(false))
