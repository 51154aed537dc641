import type { KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type ComplaintError, ComplaintError as ErrorClass } from '../../../../src/errors.js'
import { ComplaintClient } from '../../../../src/index.js'
import type { ParsedNotification } from '../../../../src/provider.js'
import { alipayTrade } from '../../../../src/providers/alipay/index.js'
import { encodeGbk } from '../../../support/gbk.js'
import { app, appId, bench, options, platform, signText } from './support.js'

const complaintId = '2020092300102000000001459758'
const method = 'alipay.merchant.tradecomplain.changed'
/** As the official sample has them. */
const fields = {
  notify_id: '2026093000222155959000000001',
  utc_timestamp: '1790783999000',
  msg_method: method,
  app_id: appId,
  version: '1.1',
  biz_content: JSON.stringify({ complain_event_id: complaintId }),
  sign_type: 'RSA2',
  charset: 'UTF-8',
}

type Encode = (text: string) => Buffer
const utf8: Encode = (text) => Buffer.from(text)

/** Every byte but letters and digits as an escape, as a form is sent. */
const escapeBytes = (bytes: Buffer): string =>
  [...bytes].map((byte) => (/[A-Za-z0-9]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)).join('') // biome-ignore format: one idea

/** A form as the platform signs and posts it. */
function formOf(
  values: Readonly<Record<string, string>>,
  { encode = utf8, withSignType = false, key = platform.privateKey }: { encode?: Encode; withSignType?: boolean; key?: KeyObject } = {}, // biome-ignore format: one line
): string {
  const names = Object.keys(values).filter((name) => name !== 'sign' && (withSignType || name !== 'sign_type'))
  const signed = names.sort().map((name) => encode(`${name}=${values[name]}`))
  const text = Buffer.concat(signed.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from('&'), part])))
  const all = { ...values, sign: signText(text, key) }
  return Object.entries(all)
    .map(([name, value]) => `${name}=${escapeBytes(encode(value))}`)
    .join('&')
}

const { connection } = bench(alipayTrade(options))
const parse = async (body: string | Uint8Array): Promise<ParsedNotification> =>
  (await connection.parseNotification?.({ headers: {}, body })) ?? expect.fail('there is none')

async function errorOf(body: unknown): Promise<ComplaintError> {
  const error = await parse(body as string).then(
    () => expect.fail('was believed'),
    (reason: unknown) => reason,
  )
  return ErrorClass.isInstance(error) ? error : expect.fail(String(error))
}

describe('a notification', () => {
  it('tells that a complaint has changed', async () => {
    const { sign_type: _, ...rest } = fields
    expect(await parse(formOf(fields))).toEqual({
      provider: 'alipay-trade',
      account: appId,
      id: fields.notify_id,
      complaintId,
      action: method,
      createdAt: new Date(1790783999000),
      raw: { ...rest, sign_type: 'RSA2' },
    })
  })

  it.each([
    ['UTF-8', utf8],
    ['GBK', encodeGbk],
    ['gb2312', encodeGbk],
  ] as const)(
    'is verified in %s, signed without sign_type and with it, as text and as bytes',
    async (charset, encode) => {
      const values = { ...fields, charset, note: '投诉 & 退款=100% + 誠', biz_content: `{"complain_event_id":"${complaintId}","t":"誠"}` } // biome-ignore format: one line
      for (const withSignType of [false, true]) {
        const form = formOf(values, { encode, withSignType })
        for (const body of [form, Buffer.from(form), new Uint8Array(Buffer.from(form))]) {
          const { raw, complaintId: id } = await parse(body)
          expect(id).toBe(complaintId)
          expect(raw).toMatchObject({ note: values.note, charset })
        }
      }
    },
  )

  it('in GBK is not read as UTF-8 where its bytes are both', async () => {
    expect(new TextDecoder().decode(encodeGbk('模'))).toBe('ģ')
    const { raw } = await parse(formOf({ ...fields, charset: 'GBK', note: '模' }, { encode: encodeGbk }))
    expect(raw).toMatchObject({ note: '模' })
    expect((await parse(formOf({ ...fields, charset: 'not-gbk', note: 'ģ' }))).raw).toMatchObject({ note: 'ģ' })
  })

  it('may have its bytes unescaped, and blanks as plus signs', async () => {
    const form = formOf({ ...fields, note: 'a b', charset: 'GBK' }, { encode: encodeGbk })
    const raw = Buffer.concat([
      Buffer.from(form.replace('note=a%20b', 'note=a+b').replaceAll('%7B', '{').replaceAll('%22', '"')),
    ])
    expect((await parse(raw)).complaintId).toBe(complaintId)
    const text = formOf({ ...fields, note: '投诉' }).replace(/note=[^&]*/, 'note=投诉')
    expect((await parse(text)).raw).toMatchObject({ note: '投诉' })
  })

  it('may have parts that are no fields', async () => {
    expect((await parse(`&${formOf(fields)}&=x&%3D&`)).complaintId).toBe(complaintId)
  })

  it('is decoded once: an escape within a value stays', async () => {
    expect((await parse(formOf({ ...fields, note: '%41+%2B' }))).raw).toMatchObject({ note: '%41+%2B' })
  })

  it('may lack id and time', async () => {
    const { notify_id: _, utc_timestamp: __, ...rest } = fields
    expect(await parse(formOf(rest))).toMatchObject({ id: null, createdAt: null })
    expect(await parse(formOf({ ...fields, notify_id: '', utc_timestamp: '2026-09-30' }))).toMatchObject({
      id: null,
      createdAt: null,
    })
    expect(await parse(formOf({ ...fields, utc_timestamp: '12345678901234567890' }))).toMatchObject({ createdAt: null })
  })

  it('leads from the client to the complaint', async () => {
    const client = new ComplaintClient(alipayTrade(options))
    const { ref } = await client.parseNotification({ headers: {}, body: Buffer.from(formOf(fields)) })
    expect(ref).toEqual({ provider: 'alipay-trade', account: appId, id: complaintId })
  })

  it('of another application is for another account', async () => {
    const error = await errorOf(formOf({ ...fields, app_id: '2021000000000002' }))
    expect([error.code, error.message]).toEqual([
      'QUERY',
      'the notification is for another application; choose its account with { account }',
    ])
  })

  it('about something else is refused', async () => {
    for (const msg_method of ['alipay.trade.changed', '', `${method}x`]) {
      const error = await errorOf(formOf({ ...fields, msg_method }))
      expect([error.code, error.message]).toEqual(['QUERY', 'the notification is not about a trade complaint'])
    }
  })

  it.each(['', '{', '[]', 'null', '"x"', '1'])('whose biz_content is %j cannot be used', async (content) => {
    const error = await errorOf(formOf({ ...fields, biz_content: content }))
    expect(error).toMatchObject({
      code: 'RESPONSE',
      message: 'the biz_content of the verified notification is not a JSON object',
      issues: [{ path: ['biz_content'], message: 'expected a JSON object' }],
    })
  })

  it('without a complaint or biz_content cannot be used', async () => {
    const { biz_content: _, ...rest } = fields
    expect((await errorOf(formOf(rest))).code).toBe('RESPONSE')
    for (const content of ['{}', '{"complain_event_id":""}', '{"complain_event_id":null}'])
      expect(await errorOf(formOf({ ...fields, biz_content: content }))).toMatchObject({
        code: 'RESPONSE',
        issues: [{ path: ['complain_event_id'] }],
      })
  })

  it('that is not text in its charset cannot be used', async () => {
    const broken = (): Buffer => Buffer.from([0x81, 0x20])
    const form = formOf({ ...fields, charset: 'GBK', note: 'x' }, { encode: (text) => (text === 'note=x' ? Buffer.concat([Buffer.from('note='), broken()]) : text === 'x' ? broken() : utf8(text)) }) // biome-ignore format: one idea
    expect(await errorOf(form)).toMatchObject({
      code: 'RESPONSE',
      message: 'the verified notification is not text in the charset that it names',
    })
  })
})

describe('a notification is not believed', () => {
  const form = formOf(fields)
  it.each<[string, string]>([
    ['without a signature', form.replace(/&sign=.*/, '')],
    ['with an empty one', form.replace(/&sign=.*/, '&sign=')],
    ['signed by the application', formOf(fields, { key: app.privateKey })],
    ['with another value', form.replace(complaintId, complaintId.replace('2020', '2021'))],
    ['with one field more', `${form}&extra=1`],
    ['with one field less', form.replace('version=1%2E1&', '')],
    ['with RSA for a sign_type', form.replace('sign_type=RSA2', 'sign_type=RSA')],
    ['without a sign_type', form.replace('sign_type=RSA2&', '')],
    ['with a name twice', `${form}&app_id=${appId}`],
    ['with a name twice, once escaped', `${form}&app%5Fid=1`],
    ['empty', ''],
    ['JSON', '{"a":1}'],
  ])('%s', async (_, body) => {
    const error = await errorOf(body)
    expect(error).toMatchObject({ code: 'SIGNATURE', retryable: false })
    expect(JSON.stringify(error) + error.stack).not.toContain(signText('x').slice(0, 8))
  })

  it('says what to check', async () => {
    expect((await errorOf(`${form}&extra=1`)).message).toBe(
      'the notification fails verification: it was changed, or not received as raw bytes, or alipayPublicKey or alipayCert is not the current one; nothing of it was used',
    )
  })

  it('says that a name came twice', async () => {
    expect((await errorOf(`${form}&app_id=1`)).message).toContain('has a field more than once')
  })

  it.each([null, undefined, 1, {}, []])('when the body is %j, which is not what was received', async (body) => {
    expect(await errorOf(body)).toMatchObject({ code: 'QUERY' })
    expect((await errorOf(body)).message).toContain('express.raw')
  })
})
