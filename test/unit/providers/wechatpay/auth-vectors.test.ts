import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { signWithKey } from '../../../../src/adapter-kit/signer.js'
import { parsePrivateKey, parsePublicKey } from '../../../../src/crypto/keys.js'
import { createOaepDecrypt } from '../../../../src/crypto/oaep.js'
import { signSha256, verifySha256 } from '../../../../src/crypto/rsa.js'
import { SignatureError } from '../../../../src/errors.js'
import { buildAuthorization, buildSignedText } from '../../../../src/providers/wechatpay/auth.js'
import { verifySigned } from '../../../support/wechatpay-server.js'

/** One known answer. The entries differ in form: each test reads the fields of its own kind. */
interface Vector {
  name: string
  kind: string
  key: KeyName
  method: string
  url: string
  timestamp: number
  nonce: string
  body: string
  message: string
  expected_signature: string
  signature: string
  authorization: string
  headers: Record<string, string>
  public_key_pem: string
  ciphertext: string
  expected_plaintext: string
  expect?: string
}

type KeyName = 'docs_test_merchant' | 'go_test_key' | 'java_test_merchant' | 'java_test_platform'

type Fixture = Record<'request_sign' | 'response_verify' | 'rsa_sign_raw' | 'oaep', [Vector, ...Vector[]]> &
  Record<KeyName, { private_key_pem: string; public_key_pem: string; mchid: string; serial_no: string }> & {
    derived_by_us: { vectors: Vector[] }
  }

/** Published test keys and known answers; each entry names its source. */
const vectors: Fixture = JSON.parse(
  readFileSync(new URL('../../../fixtures/vectors/wechatpay.json', import.meta.url), 'utf8'),
)

const pemOf = (name: KeyName): string => vectors[name].private_key_pem
const derived = (kind: string): Vector[] => vectors.derived_by_us.vectors.filter((vector) => vector.kind === kind)

describe('published WeChat Pay vectors', () => {
  it.each(vectors.request_sign)('request text and signature: $name', async (vector) => {
    const text = buildSignedText(vector.method, vector.url, vector.timestamp, vector.nonce, vector.body)
    expect(text).toBe(vector.message)
    const signature = signSha256(text, parsePrivateKey(pemOf(vector.key), 'privateKey'))
    expect(signature.toString('base64')).toBe(vector.expected_signature)
  })

  it.each(derived('request_sign'))('Authorization header: $name', async (vector) => {
    const { mchid, serial_no: serialNo } = vectors.docs_test_merchant
    const credential = { mchid, serialNo, sign: signWithKey(parsePrivateKey(pemOf(vector.key), 'privateKey')) }
    const { method, url: target, timestamp, nonce, body } = vector
    const request = { method, target, timestamp: Number(timestamp), nonce, body }
    const attempt = { signal: undefined, timeoutMs: 1_000 }
    expect(await buildAuthorization(credential, request, attempt)).toBe(vector.authorization)
  })

  it.each(vectors.rsa_sign_raw)('raw signature: $name', async (vector) => {
    const signature = signSha256(vector.message, parsePrivateKey(pemOf(vector.key), 'privateKey'))
    expect(signature.toString('base64')).toBe(vector.expected_signature)
  })

  it('a documented answer verifies over its raw bytes, and nothing near it does', () => {
    const [vector] = vectors.response_verify
    const key = parsePublicKey(vector.public_key_pem, 'publicKey')
    const headers = {
      'wechatpay-timestamp': String(vector.timestamp),
      'wechatpay-nonce': vector.nonce,
      'wechatpay-serial': 'PUB_KEY_ID_1',
      'wechatpay-signature': vector.signature,
    }
    const now = Number(vector.timestamp) * 1000
    const verify = (change: Partial<typeof headers>, body: string = vector.body, at: number = now): void =>
      verifySigned(
        { headers: { ...headers, ...change }, body: Buffer.from(body) },
        new Map([['PUB_KEY_ID_1', key]]),
        at,
      )
    expect(() => verify({})).not.toThrow()
    expect(() => verify({}, vector.body, now + 299_000)).not.toThrow()
    expect(() => verify({}, vector.body, now + 300_000)).toThrow(SignatureError)
    expect(() => verify({}, vector.body, now - 300_000)).toThrow(SignatureError)
    expect(() => verify({}, JSON.stringify(JSON.parse(vector.body), null, 1))).toThrow(SignatureError)
    expect(() => verify({}, `${vector.body}\n`)).toThrow(SignatureError)
    expect(() => verify({ 'wechatpay-nonce': 'x' })).toThrow(SignatureError)
    expect(() => verify({ 'wechatpay-serial': 'PUB_KEY_ID_2' })).toThrow(
      /PUB_KEY_ID_2, but the known keys are only PUB_KEY_ID_1;/,
    )
    expect(() => verify({ 'wechatpay-signature': `WECHATPAY/SIGNTEST/${vector.signature}` })).toThrow(/probe/)
    for (const name of Object.keys(headers)) expect(() => verify({ [name]: '' })).toThrow(SignatureError)
  })

  it.each(derived('response_verify'))('derived answer: $name', (vector) => {
    const headers = Object.fromEntries(
      Object.entries(vector.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    )
    const keys = new Map([
      [headers['wechatpay-serial'] ?? '', parsePublicKey(vectors[vector.key].public_key_pem, 'publicKey')],
    ])
    const verify = (): void =>
      verifySigned({ headers, body: Buffer.from(vector.body) }, keys, Number(headers['wechatpay-timestamp']) * 1000)
    if (vector.expect === undefined) expect(verify).not.toThrow()
    else expect(verify).toThrow(SignatureError)
  })

  it('every byte of an answer counts', () => {
    const vector = derived('response_verify')[1] as Vector
    const headers = Object.fromEntries(
      Object.entries(vector.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    )
    const keys = new Map([
      [headers['wechatpay-serial'] ?? '', parsePublicKey(vectors[vector.key].public_key_pem, 'publicKey')],
    ])
    const body = Buffer.from(vector.body)
    for (let index = 0; index < body.length; index += 1) {
      const changed = Buffer.from(body)
      changed[index] = (changed[index] ?? 0) ^ 1
      expect(() =>
        verifySigned({ headers, body: changed }, keys, Number(headers['wechatpay-timestamp']) * 1000),
      ).toThrow(SignatureError)
    }
  })

  it.each(vectors.oaep)('phone decryption: $name', async (vector) => {
    const right = parsePrivateKey(pemOf(vector.key), 'privateKey')
    const other = parsePrivateKey(pemOf('docs_test_merchant'), 'privateKey')
    const { ciphertext } = vector
    expect(await createOaepDecrypt([other, right])([ciphertext])).toEqual([vector.expected_plaintext])
    expect(await createOaepDecrypt([other])([ciphertext])).toEqual([null])
    expect(await createOaepDecrypt([right])([ciphertext.slice(4)])).toEqual([null])
  })

  it('public keys are accepted as PEM, DER and KeyObject alike', () => {
    const [vector] = vectors.response_verify
    const key = parsePublicKey(vector.public_key_pem, 'publicKey')
    const der = key.export({ format: 'der', type: 'spki' })
    for (const form of [der, parsePublicKey(der, 'publicKey')]) {
      expect(
        verifySha256([vector.message], Buffer.from(vector.signature, 'base64'), parsePublicKey(form, 'publicKey')),
      ).toBe(true)
    }
  })
})
