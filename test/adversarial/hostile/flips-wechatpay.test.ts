import { createSecretKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decryptAesGcm } from '../../../src/crypto/aead.js'
import { createOaepDecrypt } from '../../../src/crypto/oaep.js'
import { ComplaintClient, type WechatPayComplaint } from '../../../src/index.js'
import { parseSignature, verifySignature } from '../../../src/providers/wechatpay/auth.js'
import { parseCertificatesResponse } from '../../../src/providers/wechatpay/certificates.js'
import { decryptPhones } from '../../../src/providers/wechatpay/decrypt-phones.js'
import { mapComplaint } from '../../../src/providers/wechatpay/map.js'
import {
  accounts,
  adapterOf,
  certificatesAnswer,
  encryptedPhone,
  keys,
  type Mode,
  phone,
  sealResource,
  sealWechatPay,
} from '../fuzz/platform.js'
import { rowOf } from '../fuzz/rows.js'
import { flipByte, flipCharacter, flipsOf, refusal } from './flips.js'

const now = Date.parse('2026-03-05T00:00:00Z')
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
const page = json({ data: [rowOf('wechatpay publicKey', 1)], total_count: 1 })
const trusted = new Map([
  [keys.publicKeyId, keys.platform],
  [keys.serialNo, keys.platform],
])
const signatureModes: readonly Mode[] = ['wechatpay publicKey', 'wechatpay certificates']

describe.each(signatureModes)('an answer under %s', (mode) => {
  const { headers, body } = sealWechatPay(mode, page, now)
  const verdict = (changed: { headers?: Record<string, string>; body?: Buffer }): string | null =>
    refusal(() => verifySignature(parseSignature({ headers, body, ...changed }, now), trusted))

  it('is believed as it is', () => expect(verdict({})).toBeNull())

  it('is refused with any bit of its body flipped', () => {
    let flipped = 0
    for (const flip of flipsOf(body.length)) {
      if (verdict({ body: flipByte(body, flip) }) !== 'SignatureError') expect.fail(`believed: ${JSON.stringify(flip)}`)
      flipped += 1
    }
    expect(flipped).toBeGreaterThan(5_000)
  })

  it('is refused with a byte more, less, or twice', () => {
    for (let at = 0; at <= body.length; at += 1) {
      const [before, after] = [body.subarray(0, at), body.subarray(at)]
      const changes = [Buffer.concat([before, Buffer.from(' '), after]), Buffer.concat([before, after.subarray(1)])]
      if (at === body.length) changes.pop()
      for (const changed of changes) expect(verdict({ body: changed })).toBe('SignatureError')
    }
  })

  it.each([
    'wechatpay-timestamp',
    'wechatpay-nonce',
    'wechatpay-serial',
    'wechatpay-signature',
    'wechatpay-signature-type',
  ])('is refused with any bit of %s flipped, or any character gone or twice', (name) => {
    const value = headers[name] ?? expect.fail('no such header')
    for (const flip of flipsOf(value.length)) {
      const changed = { ...headers, [name]: flipCharacter(value, flip) }
      if (verdict({ headers: changed }) !== 'SignatureError') expect.fail(`believed: ${JSON.stringify(flip)}`)
    }
    for (let at = 0; at < value.length; at += 1) {
      for (const text of [value.slice(0, at) + value.slice(at + 1), value.slice(0, at + 1) + value.slice(at)])
        if (verdict({ headers: { ...headers, [name]: text } }) !== 'SignatureError') expect.fail(`believed: ${text}`)
    }
  })
})

describe('an encrypted phone', () => {
  const decrypt = createOaepDecrypt([keys.merchant])
  const bytes = Buffer.from(encryptedPhone, 'base64')
  const shown = async (text: string): Promise<WechatPayComplaint['payer']['phone']> => {
    const complaint = mapComplaint({ ...rowOf('wechatpay publicKey', 0), payer_phone: text }, 'account', {
      baseUrl: 'https://api.mch.weixin.qq.com',
      imageOrigins: ['https://api.mch.weixin.qq.com'],
    })
    await decryptPhones([complaint], decrypt)
    return complaint.payer.phone
  }

  it('is no number with any bit of its ciphertext flipped', async () => {
    const flips = [...flipsOf(bytes.length)]
    const changed = flips.map((flip) => Buffer.from(flipByte(bytes, flip)).toString('base64'))
    const [whole, ...opened] = await decrypt([encryptedPhone, ...changed])
    expect(whole).toBe(phone)
    expect(opened.filter((plain) => plain !== null)).toEqual([])
    expect(flips).toHaveLength(2_048)
  })

  it('with any character changed stays encrypted, or stands for the same bytes and is the number', async () => {
    let same = 0
    for (const flip of flipsOf(encryptedPhone.length, { bits: 7, step: 5 })) {
      const text = flipCharacter(encryptedPhone, flip)
      // Base64 readers pass over what says nothing: spare bits of the last character, and padding.
      const says = Buffer.from(text, 'base64').equals(bytes)
      same += says ? 1 : 0
      expect(await shown(text)).toEqual(says ? { value: phone, form: 'plain' } : { value: text, form: 'encrypted' })
    }
    expect(same).toBeLessThan(10)
  })
})

describe('what is sealed under the APIv3 key', () => {
  const key = createSecretKey(Buffer.from(keys.apiV3Key))
  const { ciphertext, nonce, associated_data: associatedData } = sealResource(json(rowOf('wechatpay publicKey', 2)))
  const sealed = { ciphertext: Buffer.from(ciphertext, 'base64'), nonce, associatedData }

  it('opens as it is', () => expect(decryptAesGcm(sealed, key)?.toString()).toContain('complaint_id'))

  it('does not open with any bit of it flipped, its tag, nonce and associated data among them', () => {
    const { length } = sealed.ciphertext
    for (const flip of flipsOf(length))
      expect(decryptAesGcm({ ...sealed, ciphertext: flipByte(sealed.ciphertext, flip) }, key)).toBeNull()
    for (const flip of flipsOf(nonce.length, { bits: 7 }))
      expect(decryptAesGcm({ ...sealed, nonce: flipCharacter(nonce, flip) }, key)).toBeNull()
    for (const flip of flipsOf(associatedData.length, { bits: 7 }))
      expect(decryptAesGcm({ ...sealed, associatedData: flipCharacter(associatedData, flip) }, key)).toBeNull()
    for (let bytes = 0; bytes < length; bytes += 1)
      expect(decryptAesGcm({ ...sealed, ciphertext: sealed.ciphertext.subarray(0, bytes) }, key)).toBeNull()
  })
})

describe('a download of certificates that nothing but the APIv3 key vouches for yet', () => {
  const key = createSecretKey(Buffer.from(keys.apiV3Key))
  const { headers, body } = sealWechatPay('wechatpay certificates', json(certificatesAnswer()), now)
  // Certificates are valid now, not on a day that this file names.
  const at = Date.now()
  const sealed = sealWechatPay('wechatpay certificates', body, at)

  it('is believed as it is, and not when it is old', () => {
    expect([...parseCertificatesResponse(sealed, key, new Map(), at).keys()]).toEqual([keys.serialNo])
    expect(refusal(() => parseCertificatesResponse({ headers, body }, key, new Map(), at))).toBe('SignatureError')
  })

  it('is refused with any bit flipped', () => {
    let flipped = 0
    for (const flip of flipsOf(body.length, { step: 5 })) {
      const changed = { ...sealed, body: flipByte(body, flip) }
      const name = refusal(() => parseCertificatesResponse(changed, key, new Map(), at))
      if (name !== 'SignatureError') expect.fail(`${name} ${JSON.stringify(flip)}`)
      flipped += 1
    }
    expect(flipped).toBeGreaterThan(2_000)
  })
})

describe('a download of certificates that a known key has signed', () => {
  const key = createSecretKey(Buffer.from(keys.apiV3Key))
  const at = Date.now()
  const sealed = sealWechatPay('wechatpay certificates', json(certificatesAnswer()), at)
  const failure = (changed: Partial<typeof sealed>): string | null =>
    refusal(() => parseCertificatesResponse({ ...sealed, ...changed }, key, trusted, at))

  it('is believed as it is', () => expect(failure({})).toBeNull())

  it('is refused with any bit flipped: the key that is known has the say, not one that the answer brings', () => {
    let flipped = 0
    for (const flip of flipsOf(sealed.body.length, { step: 5 })) {
      if (failure({ body: flipByte(sealed.body, flip) }) !== 'SignatureError') expect.fail(JSON.stringify(flip))
      flipped += 1
    }
    expect(flipped).toBeGreaterThan(2_000)
  })

  it('is refused with another signature, nonce or time', () => {
    for (const name of ['wechatpay-signature', 'wechatpay-nonce', 'wechatpay-timestamp']) {
      const value = sealed.headers[name] ?? expect.fail('no such header')
      for (const flip of flipsOf(value.length, { step: 3 })) {
        const changed = { ...sealed.headers, [name]: flipCharacter(value, flip) }
        if (failure({ headers: changed }) !== 'SignatureError') expect.fail(`believed: ${name} ${JSON.stringify(flip)}`)
      }
    }
  })
})

describe('a callback', () => {
  const client = new ComplaintClient(adapterOf('wechatpay publicKey', 'http://127.0.0.1:9'))
  const resource = sealResource(json({ complaint_id: '200201820200101080076610000', action_type: 'CREATE_COMPLAINT' }))
  const envelope = { id: 'EV-1', event_type: 'COMPLAINT.CREATE', create_time: '2026-03-05T10:34:56+08:00', resource }
  const failure = (message: Parameters<typeof client.parseNotification>[0]): Promise<string | null> =>
    client.parseNotification(message, { account: accounts['wechatpay publicKey'] }).then(
      () => null,
      (error: Error) => error.name,
    )

  it('is refused with any bit of its body flipped', async () => {
    const { headers, body } = sealWechatPay('wechatpay publicKey', json(envelope))
    expect(await failure({ headers, body })).toBeNull()
    for (const flip of flipsOf(body.length))
      expect(await failure({ headers, body: flipByte(body, flip) })).toBe('SignatureError')
  })

  it('is refused with any bit of its ciphertext flipped before it was signed', async () => {
    const bytes = Buffer.from(resource.ciphertext, 'base64')
    for (const flip of flipsOf(bytes.length, { step: 3 })) {
      const changed = { ...resource, ciphertext: flipByte(bytes, flip).toString('base64') }
      const sealed = sealWechatPay('wechatpay publicKey', json({ ...envelope, resource: changed }))
      expect(await failure(sealed)).toBe('ConfigError')
    }
  })
})
