import { createSign, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { parseEnvelope } from '../../../src/providers/alipay/envelope.js'
import { flipByte, flipsOf, refusal } from './flips.js'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const method = 'alipay.merchant.tradecomplain.batchquery'
const facts = { operation: 'list', capability: '交易投诉', tokenHint: '' } as const
const member = JSON.stringify({
  code: '10000',
  msg: 'Success',
  total_num: 1,
  trade_complain_infos: [
    {
      complain_event_id: '2026010100102000000000000001',
      status: 'FINISHED',
      content: '"}],退款\\/ {[',
      trade_no: 'x/y',
    },
  ],
}).replaceAll('/', '\\/')
const start = '{"alipay_merchant_tradecomplain_batchquery_response":'

/** Signed as sent, or with plain slashes. */
function responseOf(signedText: string): { body: Buffer; sign: string } {
  const sign = createSign('RSA-SHA256').update(signedText).sign(privateKey, 'base64')
  return { body: Buffer.from(`${start}${member},"alipay_cert_sn":"abc","sign":"${sign}"}`), sign }
}

const verdict = (body: Buffer): string | null =>
  refusal(() =>
    parseEnvelope({ status: 200, headers: {}, body }, method, { alipayKey: publicKey, alipayCertSn: 'abc' }, facts),
  )
const plain = member.replaceAll(/\\(.)/g, (pair, character) => (character === '/' ? '/' : pair))

describe.each([
  ['as sent', member],
  ['with plain slashes', plain],
])('a response of Alipay, signed %s', (_, signedText) => {
  const { body, sign } = responseOf(signedText)
  const signAt = body.indexOf(sign)

  it('is believed as it is', () => expect(verdict(body)).toBeNull())

  it('any bit of the signed member flipped: refused', () => {
    let flipped = 0
    for (const { at, bit } of flipsOf(Buffer.byteLength(member))) {
      expect(verdict(flipByte(body, { at: start.length + at, bit }))).toMatch(/SignatureError|ResponseError/)
      flipped += 1
    }
    expect(flipped).toBeGreaterThan(1_500)
  })

  it('any bit of the signature flipped: refused', () => {
    let flipped = 0
    for (const { at, bit } of flipsOf(sign.length)) {
      expect(verdict(flipByte(body, { at: signAt + at, bit }))).toMatch(/SignatureError|ResponseError/)
      flipped += 1
    }
    expect(flipped).toBeGreaterThan(2_000)
  })

  it('a character gone, or one more: refused', () => {
    for (let at = 0; at < Buffer.byteLength(member); at += 1) {
      const place = start.length + at
      const without = Buffer.concat([body.subarray(0, place), body.subarray(place + 1)])
      const withBlank = Buffer.concat([body.subarray(0, place), Buffer.from(' '), body.subarray(place)])
      // An escaped slash may be sent either way where the plain one is signed.
      if (signedText === member || body[place] !== 0x5c) expect(verdict(without)).not.toBeNull()
      // A blank before the member is none of it.
      if (at > 0) expect(verdict(withBlank)).not.toBeNull()
    }
  })

  it('any bit around it flipped never shows other content', () => {
    const around = [...Array(start.length).keys(), ...Array.from({ length: 25 }, (_, index) => signAt - 1 - index)]
    for (const at of around) {
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = flipByte(body, { at, bit })
        const result = refusal(() => expect(parsed(changed)).toEqual(parsed(body)))
        expect(result).not.toBe('AssertionError')
      }
    }
  })
})

const parsed = (body: Buffer): unknown =>
  parseEnvelope({ status: 200, headers: {}, body }, method, { alipayKey: publicKey, alipayCertSn: 'abc' }, facts)
