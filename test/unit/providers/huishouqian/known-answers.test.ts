import { constants, generateKeyPairSync, type KeyObject, privateEncrypt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import forge from 'node-forge'
import { describe, expect, it } from 'vitest'
import { signWithKey } from '../../../../src/adapter-kit/signer.js'
import { parseCertificate } from '../../../../src/crypto/keys.js'
import { SignatureError } from '../../../../src/errors.js'
import { cfca, decryptCfca, encryptCfca } from '../../../../src/providers/huishouqian/cfca.js'
import { errorForCode } from '../../../../src/providers/huishouqian/error-codes.js'
import { rsa2, signedText } from '../../../../src/providers/huishouqian/rsa2.js'

/** From a public interface-test log; the public half of a 1024-bit test key. */
const [vector] = JSON.parse(
  readFileSync(new URL('../../../fixtures/vectors/huishouqian.json', import.meta.url), 'utf8'),
).cfca as [{ certificate: string; ciphertext: string; plaintext: string }]

const pairs = [1024, 2048, 4096].map((bits) => [bits, generateKeyPairSync('rsa', { modulusLength: bits })] as const)
const texts = ['{"transNo":"20210513153051"}', JSON.stringify({ text: '昨天晚上没有充电,为什么要扣款?'.repeat(40) })]

const forgePrivate = (key: KeyObject): forge.pki.rsa.PrivateKey =>
  forge.pki.privateKeyFromPem(key.export({ type: 'pkcs1', format: 'pem' }).toString())
const forgePublic = (key: KeyObject): forge.pki.rsa.PublicKey =>
  forge.pki.publicKeyFromPem(key.export({ type: 'spki', format: 'pem' }).toString())

/** node-forge's own padding and powers: type 1 with the private key over Base64, block by block. */
function encryptByForge(text: string, key: KeyObject, bits: number): string {
  const base64 = Buffer.from(text).toString('base64')
  const size = bits / 8 - 11
  const forged = forgePrivate(key)
  let hex = ''
  for (let start = 0; start < base64.length; start += size)
    hex += forge.util.bytesToHex(forged.sign(base64.slice(start, start + size), 'NONE'))
  return hex
}

/** Undone by hand, with nothing of node-forge but its powers: a block is 00 01 ff… 00 and then the text. */
function decryptByForge(hex: string, key: KeyObject, bits: number): string {
  const { n, e } = forgePublic(key)
  const blocks = hex.match(new RegExp(`.{${bits / 4}}`, 'g')) ?? []
  const base64 = blocks.map((block) => {
    const padded = new forge.jsbn.BigInteger(block, 16)
      .modPow(e, n)
      .toString(16)
      .padStart(bits / 4, '0')
    const [, text = expect.fail('no type-1 padding')] = /^0001(?:ff){8,}00((?:..)*)$/.exec(padded) ?? []
    return forge.util.hexToBytes(text)
  })
  return forge.util.decodeUtf8(forge.util.decode64(base64.join('')))
}

describe('CFCA', () => {
  it('opens the published known answer, in hex of either case', async () => {
    const { publicKey } = parseCertificate(vector.certificate, 'platformCertificate')
    expect(await decryptCfca(vector.ciphertext, publicKey)).toBe(vector.plaintext)
    expect(await decryptCfca(vector.ciphertext.toUpperCase(), publicKey)).toBe(vector.plaintext)
    expect(decryptByForge(vector.ciphertext, publicKey, 1024)).toBe(vector.plaintext)
  })

  it('opens the known answer as an adapter does, and with no other key', async () => {
    const { publicKey } = parseCertificate(vector.certificate, 'platformCertificate')
    const [[, { privateKey, publicKey: other }]] = pairs as [(typeof pairs)[0]]
    const answer = { success: true, result: vector.ciphertext }
    expect(await cfca(privateKey, [other, publicKey]).verifyContent(answer)).toEqual({ transNo: '20210513153051' })
    await expect(cfca(privateKey, [other]).verifyContent(answer)).rejects.toBeInstanceOf(SignatureError)
  })

  it.each(pairs)('agrees with node-forge in both directions, %i bits', async (bits, { privateKey, publicKey }) => {
    for (const text of texts) {
      const byForge = encryptByForge(text, privateKey, bits)
      expect(encryptCfca(text, privateKey)).toBe(byForge)
      expect(await decryptCfca(byForge, publicKey)).toBe(text)
      expect(decryptByForge(encryptCfca(text, privateKey), publicKey, bits)).toBe(text)
    }
  })

  it('opens nothing that was changed, cut, or made with another key', async () => {
    const [[, { privateKey, publicKey }], [, other]] = pairs as [(typeof pairs)[0], (typeof pairs)[0]]
    const hex = encryptCfca(texts[1] ?? '', privateKey)
    const changed = [...Array(200).keys()].map((step) => {
      const at = (step * 37) % hex.length
      return hex.slice(0, at) + (hex[at] === '0' ? '1' : '0') + hex.slice(at + 1)
    })
    for (const bad of [
      ...changed,
      '',
      'zz',
      hex.slice(2),
      hex.slice(0, -2),
      `${hex} `,
      encryptCfca('{}', other.privateKey),
    ]) {
      expect(await decryptCfca(bad, publicKey)).toBeNull()
    }
  })
})

describe.each(pairs)('CFCA, %i bits: how blocks are filled', (bits, { privateKey, publicKey }) => {
  const size = bits / 8 - 11
  const text = JSON.stringify({ text: 'x'.repeat(2 * size) })
  const base64 = Buffer.from(text).toString('base64')
  const encipher = (blocks: readonly string[]): string =>
    blocks
      .map((block) => privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(block)))
      .map((block) => block.toString('hex'))
      .join('')
  const cutAt = (...places: number[]): string[] =>
    [0, ...places].map((from, index) => base64.slice(from, places[index] ?? base64.length))

  it('every block but the last is full', async () => {
    expect(await decryptCfca(encipher(cutAt(size, 2 * size)), publicKey)).toBe(text)
  })

  it.each<[string, string[]]>([
    ['the first short', cutAt(size - 4, 2 * size - 4)],
    ['one within short', cutAt(size, 2 * size - 1)],
    ['one empty within', cutAt(size, size, 2 * size)],
    ['the first empty', cutAt(0, size, 2 * size)],
    ['the last empty', [...cutAt(size, 2 * size), '']],
    ['nothing but an empty one', ['']],
  ])('%s is refused', async (_, blocks) => {
    expect(await decryptCfca(encipher(blocks), publicKey)).toBeNull()
  })
})

describe.each(pairs)('RSA2, %i bits', (bits, { privateKey, publicKey }) => {
  const key = 'a-merchant-key-made-up'
  const security = rsa2(signWithKey(privateKey), [publicKey], key)
  const signByForge = (text: string): string => {
    const digest = forge.md.sha256.create()
    digest.update(text, 'utf8')
    return forge.util.bytesToHex(forgePrivate(privateKey).sign(digest))
  }

  it('signs the documented text so that node-forge verifies it', async () => {
    const fields = {
      method: 'COMPLAINT_QUERY',
      version: '1.0',
      format: 'JSON',
      merchantNo: '814000000001',
      signType: 'RSA2',
    }
    const content = '{"limit":100,"text":"中文&key=x"}'
    const { signContent, sign } = await security.secure(fields, content, { signal: undefined, timeoutMs: 1_000 })
    const text = `method=COMPLAINT_QUERY&version=1.0&format=JSON&merchantNo=814000000001&signType=RSA2&signContent=${content}&key=${key}`
    expect([signContent, signedText(fields, content, key)]).toEqual([content, text])
    const digest = forge.md.sha256.create()
    digest.update(text, 'utf8')
    expect(sign).toMatch(/^[0-9a-f]+$/)
    expect(sign?.length).toBe(bits / 4)
    expect(forgePublic(publicKey).verify(digest.digest().bytes(), forge.util.hexToBytes(sign ?? ''))).toBe(true)
    expect(sign).toBe(signByForge(text))
  })

  it('believes a success that node-forge signed, and no other', async () => {
    const result = '{"data":[{"complaintDetail":"退款"}]}'
    const sign = signByForge(`result=${result}&success=true&key=${key}`)
    expect(await security.verifyContent({ success: true, result, sign })).toEqual(JSON.parse(result))
    const forged = [
      { result: `${result} `, sign },
      { result, sign: undefined },
      { result, sign: '' },
      { result, sign: null },
      { result, sign: `${sign}00` },
      { result, sign: signByForge(`result=${result}&success=true&key=another`) },
      { result: JSON.parse(result), sign },
    ]
    for (const answer of forged)
      await expect(security.verifyContent({ success: true, ...answer })).rejects.toBeInstanceOf(SignatureError)
  })

  it('believes a callback that node-forge signed, and no other', async () => {
    const fields = {
      method: 'CALLBACK',
      version: '1.0',
      format: 'JSON',
      merchantNo: '814000000001',
      signType: 'RSA2',
    }
    const signContent = '{"actionType":"USER_RESPONSE","complaintId":"1"}'
    const text = `method=CALLBACK&version=1.0&format=JSON&merchantNo=814000000001&signType=RSA2&signContent=${signContent}&key=${key}`
    const sign = signByForge(text)
    expect(await security.verifyCallback({ fields, signContent, sign })).toEqual(JSON.parse(signContent))
    for (const change of [{ signContent: '{}' }, { fields: { ...fields, version: '1.1' } }, { sign: undefined }]) {
      await expect(security.verifyCallback({ fields, signContent, sign, ...change })).rejects.toThrow(SignatureError)
    }
  })

  it.each([
    ['left out', ''],
    ['printed empty', 'errorCode=&errorMsg=&'],
    ['printed null', 'errorCode=null&errorMsg=null&'],
  ])('knows a failure whose nulls are %s', (_, shown) => {
    const sign = signByForge(`${shown}success=false&key=${key}`)
    expect(security.isAuthenticFailure({ success: false, errorCode: null, errorMsg: null, sign })).toBe(true)
    expect(security.isAuthenticFailure({ success: false, errorCode: '130003', errorMsg: null, sign })).toBe(false)
  })
})

describe('business codes', () => {
  it.each<[string, string, boolean]>([
    ['000001', 'ApiError', true],
    ['130000', 'ApiError', false],
    ['130001', 'ApiError', true],
    ['130002', 'ApiError', false],
    ['130003', 'NotFoundError', false],
    ['130004', 'PermissionError', false],
    ['130005', 'AuthenticationError', false],
    ['130006', 'PermissionError', false],
    ['130010', 'ApiError', false],
    ['130011', 'AuthenticationError', false],
    ['999999', 'ApiError', false],
  ])('%s is %s', (code, name, retryable) => {
    const error = errorForCode(code, '说明', true, 'get')
    expect([error.name, error.retryable, error.providerCode, error.providerMessage]).toEqual([
      name,
      retryable,
      code,
      '说明',
    ])
    // Of every class, so that an unsigned 130003 does not pass for a complaint that is gone.
    expect(error.verified).toBe(true)
  })

  it('130003 to a list, which names no complaint, is no NotFoundError', () => {
    expect(errorForCode('130003', '说明', true, 'list').name).toBe('ApiError')
  })
})
