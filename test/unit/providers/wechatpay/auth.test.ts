import { createPublicKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SignatureError } from '../../../../src/index.js'
import { isProbe } from '../../../../src/providers/wechatpay/auth.js'
import { merchant, verifySigned } from '../../../support/wechatpay-server.js'

const vectors = JSON.parse(readFileSync(new URL('../../../fixtures/vectors/wechatpay.json', import.meta.url), 'utf8'))
const now = Date.parse('2026-03-01T00:00:00Z')
const body = '{"data":[]}'
const keys = new Map([
  [merchant.publicKeyId, createPublicKey(merchant.publicKey)],
  ['ABCDEF01', createPublicKey(merchant.publicKey)],
])

/** Signed anew after each change, so that only the rule under test can refuse it. */
function headers(change: Record<string, string | undefined> = {}): Record<string, string> {
  const timestamp = change['wechatpay-timestamp'] ?? String(now / 1000)
  const nonce = change['wechatpay-nonce'] ?? 'nonce'
  const text = `${timestamp}\n${nonce}\n${body}\n`
  const all = {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': merchant.publicKeyId,
    'wechatpay-signature': sign('sha256', Buffer.from(text), vectors.java_test_platform.private_key_pem).toString(
      'base64',
    ),
    ...change,
  }
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
const verify = (change: Record<string, string | undefined> = {}, known = keys): void =>
  verifySigned({ headers: headers(change), body: Buffer.from(body) }, known, now)
const refusal = (change: Record<string, string | undefined>, known = keys): string => {
  try {
    verify(change, known)
  } catch (error) {
    expect(error).toBeInstanceOf(SignatureError)
    expect((error as SignatureError).retryable).toBe(true)
    return (error as SignatureError).message
  }
  return expect.fail('was believed')
}

describe('what is signed as documented is believed', () => {
  it.each([
    ['as it is', {}],
    ['with the type named', { 'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048' }],
    ['by a certificate', { 'wechatpay-serial': 'ABCDEF01' }],
  ])('%s', (_, change) => expect(() => verify(change)).not.toThrow())
})

describe('an error says what is wrong', () => {
  it.each(['wechatpay-timestamp', 'wechatpay-nonce', 'wechatpay-serial', 'wechatpay-signature'])(
    '%s missing, or empty',
    (name) => {
      const message = `the message has no ${name} header; nothing of it was used`
      // Signed as if it were there: nothing but the header is missing.
      const signed = headers()
      for (const value of [undefined, '']) {
        const { [name]: _, ...rest } = signed
        const changed = value === undefined ? rest : { ...rest, [name]: value }
        expect(() => verifySigned({ headers: changed, body: Buffer.from(body) }, keys, now)).toThrow(message)
      }
    },
  )

  it.each([
    [
      { 'wechatpay-signature-type': 'WECHATPAY2-SM2-WITH-SM3' },
      'has another Wechatpay-Signature-Type than WECHATPAY2-SHA256-RSA2048',
    ],
    [{ 'wechatpay-timestamp': `${now / 1000}x` }, 'has a Wechatpay-Timestamp that is not a Unix time in seconds'],
    [{ 'wechatpay-timestamp': `x${now / 1000}` }, 'has a Wechatpay-Timestamp that is not a Unix time in seconds'],
    [{ 'wechatpay-timestamp': ` ${now / 1000}` }, 'has a Wechatpay-Timestamp that is not a Unix time in seconds'],
    [{ 'wechatpay-timestamp': '1e3' }, 'has a Wechatpay-Timestamp that is not a Unix time in seconds'],
    [{ 'wechatpay-timestamp': '1'.repeat(13) }, 'has a Wechatpay-Timestamp that is not a Unix time in seconds'],
    [
      { 'wechatpay-timestamp': String(now / 1000 - 300) },
      "has a timestamp 300 s off this host's clock; the limit is 300 s, check the clock",
    ],
    [
      { 'wechatpay-timestamp': String(now / 1000 + 301) },
      "has a timestamp 301 s off this host's clock; the limit is 300 s, check the clock",
    ],
    [{ 'wechatpay-signature': 'WECHATPAY/SIGNTEST/x' }, 'has a probe signature, which must fail verification'],
    [{ 'wechatpay-signature': 'not base64!' }, 'has a Wechatpay-Signature that is not base64'],
    [{ 'wechatpay-signature': `${headers()['wechatpay-signature']}=` }, 'has a Wechatpay-Signature that is not base64'],
    [
      { 'wechatpay-signature': 'c2lnbmF0dXJl' },
      'fails verification: it was changed in transit, or publicKey is not the key that publicKeyId names',
    ],
    [
      { 'wechatpay-serial': 'FEED' },
      `is signed with FEED, but the known keys are only ${merchant.publicKeyId}, ABCDEF01; certificates does not contain it: add the platform's certificate (微信支付平台证书, not the merchant's), or set apiV3Key to download certificates`,
    ],
    [
      { 'wechatpay-serial': 'PUB_KEY_ID_9' },
      `is signed with PUB_KEY_ID_9, but the known keys are only ${merchant.publicKeyId}, ABCDEF01; publicKeyId is wrong: copy the id and the key`,
    ],
    [{ 'wechatpay-serial': 'FEED\nX: 1' }, 'has a Wechatpay-Serial that is not printable ASCII'],
    [{ 'wechatpay-serial': 'FEED\u0000' }, 'has a Wechatpay-Serial that is not printable ASCII'],
    // Signed as it stands: a line break moves the border between nonce and body.
    [{ 'wechatpay-nonce': 'nonce\n{}' }, 'has a Wechatpay-Nonce that is not printable ASCII'],
    [{ 'wechatpay-nonce': 'nonce\t' }, 'has a Wechatpay-Nonce that is not printable ASCII'],
    [{ 'wechatpay-serial': ' FEED' }, 'is signed with unreadable, but'],
    [{ 'wechatpay-serial': 'F'.repeat(65) }, 'is signed with unreadable, but'],
  ])('%o', (change, message) => expect(refusal(change)).toContain(`the message ${message}`))

  it('no key known at all', () => {
    expect(refusal({}, new Map())).toContain(
      `is signed with ${merchant.publicKeyId}, but no key is known; publicKeyId and publicKey are not set: copy`,
    )
  })
})

it.each([
  ['WECHATPAY/SIGNTEST/abc', true],
  ['abc', false],
  ['abcWECHATPAY/SIGNTEST/', false],
  [undefined, false],
])('%o is a probe: %o', (signature, probe) => {
  expect(isProbe({ headers: signature === undefined ? {} : { 'wechatpay-signature': signature } })).toBe(probe)
})
