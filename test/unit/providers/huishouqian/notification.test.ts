import { generateKeyPairSync, sign } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  ComplaintClient,
  type ComplaintNotification,
  huishouqian,
  QueryError,
  ResponseError,
  SignatureError,
} from '../../../../src/index.js'
import {
  certificate,
  clientOf,
  encrypted,
  encryptedBlocks,
  failureOf,
  foreignCertificate,
  merchantKey,
  merchantNo,
  modes,
  ref,
  resultOf,
  row,
  type SignType,
  signed,
} from './platform.js'

const content = { actionType: 'CREATE_COMPLAINT', complaintId: ref.id }
const other = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey

type Fields = Record<string, string>

/** A callback as the platform posts it: seven fields in order, six under CFCA. */
function fieldsOf(signType: SignType, text: string = JSON.stringify(content), change: Fields = {}): Fields {
  const fields = { method: 'CALLBACK', version: '1.0', format: 'JSON', merchantNo, signType, ...change }
  if (signType === 'CFCA') return { ...fields, signContent: encrypted(text) }
  const { method, version, format, merchantNo: number } = fields
  const signedText = `method=${method}&version=${version}&format=${format}&merchantNo=${number}&signType=${fields.signType}&signContent=${text}&key=${merchantKey}`
  return { ...fields, signContent: text, sign: signed(signedText) }
}
const form = (fields: Fields): string => new URLSearchParams(fields).toString()
const read = (body: string | Uint8Array, client: ComplaintClient = clientOf('RSA2')): Promise<ComplaintNotification> =>
  client.parseNotification({ headers: { 'content-type': 'application/x-www-form-urlencoded' }, body })

describe.each(modes)('a callback under %s', (signType) => {
  const client = clientOf(signType)

  it('is verified and typed', async () => {
    expect(client.accounts[0]?.capabilities.notifications).toBe(true)
    expect(await read(form(fieldsOf(signType)), client)).toEqual({
      provider: 'huishouqian',
      account: merchantNo,
      id: null,
      ref,
      complaintId: ref.id,
      action: 'CREATE_COMPLAINT',
      createdAt: null,
      raw: content,
    })
  })

  it('is read from bytes as from text, however it is escaped', async () => {
    const text = form(fieldsOf(signType, JSON.stringify({ ...content, note: '退款 100% + "x"' })))
    for (const body of [
      text,
      Buffer.from(text),
      new Uint8Array(Buffer.from(text)),
      text.replaceAll('+', '%20'),
      text.replace(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase()),
    ]) {
      expect((await read(body, client)).complaintId).toBe(ref.id)
    }
  })

  it('keeps an action that nobody documented, and fields of newer forms', async () => {
    const newer = { ...content, actionType: 'SOMETHING_NEW', more: { of: 'it' } }
    const notification = await read(form(fieldsOf(signType, JSON.stringify(newer))), client)
    expect([notification.action, notification.raw]).toEqual(['SOMETHING_NEW', newer])
  })

  it('keeps all 27 digits of an id that comes as a number', async () => {
    const text = JSON.stringify(content).replace(`"${ref.id}"`, ref.id)
    expect((await read(form(fieldsOf(signType, text)), client)).complaintId).toBe(ref.id)
  })

  it('is proven by any of several certificates', async () => {
    const platformCertificate = [foreignCertificate(), certificate()]
    expect((await read(form(fieldsOf(signType)), clientOf(signType, { platformCertificate }))).id).toBeNull()
  })

  it('under a foreign certificate is believed by no one', async () => {
    const stranger = clientOf(signType, { platformCertificate: foreignCertificate() })
    const error = await failureOf(read(form(fieldsOf(signType)), stranger))
    expect(error).toBeInstanceOf(SignatureError)
    expect([error.provider, error.operation, error.retryable]).toEqual(['huishouqian', 'notification', false])
  })

  it('for another merchant is refused, but an agent has many', async () => {
    const body = form(fieldsOf(signType, undefined, { merchantNo: '814000000002' }))
    const error = await failureOf(read(body, client))
    expect(error).toBeInstanceOf(QueryError)
    expect(error.message).toContain('choose its account with { account }')
    expect((await read(body, clientOf(signType, { agentMerchantNo: '714000000001' }))).complaintId).toBe(ref.id)
  })

  it.each<[string, () => Fields]>([
    ['another method', () => fieldsOf(signType, undefined, { method: 'PAY_CALLBACK' })],
    ['a payment', () => fieldsOf(signType, '{"transNo":"20210513153051"}')],
  ])('about %s is a QueryError', async (_, fields) => {
    expect(await failureOf(read(form(fields()), client))).toBeInstanceOf(QueryError)
  })

  it.each<[string, string]>([
    ['no object', '[]'],
    ['null', 'null'],
    ['no complaint', '{"actionType":"CREATE_COMPLAINT"}'],
    ['an empty complaint', '{"actionType":"CREATE_COMPLAINT","complaintId":""}'],
    ['no action', `{"complaintId":"${ref.id}"}`],
  ])('that is proven but holds %s is a ResponseError', async (_, text) => {
    expect(await failureOf(read(form(fieldsOf(signType, text)), client))).toBeInstanceOf(ResponseError)
  })

  it.each(modes.filter((mode) => mode !== signType))('under %s is none of this account', async (another) => {
    const error = await failureOf(read(form(fieldsOf(another)), client))
    expect(error).toBeInstanceOf(SignatureError)
    expect(error.message).toContain(`is not secured by ${signType}`)
  })

  it.each(['method', 'version', 'format', 'merchantNo', 'signType', 'signContent'])(
    'without %s, or with it twice, is believed by no one',
    async (name) => {
      const { [name]: value = '', ...rest } = fieldsOf(signType)
      for (const body of [form(rest), `${form(fieldsOf(signType))}&${form({ [name]: value })}`]) {
        expect(await failureOf(read(body, client))).toBeInstanceOf(SignatureError)
      }
    },
  )

  it.each<[string, unknown]>([
    ['what a form parser made', fieldsOf(signType)],
    ['what a JSON parser made', content],
    ['nothing', undefined],
    ['null', null],
  ])('that is %s is explained', async (_, body) => {
    const error = await failureOf(read(body as string, client))
    expect(error).toBeInstanceOf(QueryError)
    expect(error.message).toMatch(/exactly as received.*raw body/)
  })

  it.each<[string, string | Uint8Array]>([
    ['empty', ''],
    ['JSON', JSON.stringify(fieldsOf(signType))],
    ['no UTF-8', Buffer.from('method=\xff', 'latin1')],
  ])('that is %s is believed by no one', async (_, body) => {
    expect(await failureOf(read(body, client))).toBeInstanceOf(SignatureError)
  })

  it('that is refused leaves nothing of itself in the error', async () => {
    const text = JSON.stringify({ ...content, payerPhone: '13800000000' })
    const stranger = clientOf(signType, { platformCertificate: foreignCertificate() })
    const error = await failureOf(read(form(fieldsOf(signType, text)), stranger))
    const shown = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error)
    expect(shown).not.toMatch(new RegExp(`13800000000|${merchantKey}|[0-9a-f]{64}`))
  })
})

describe('nothing is believed of an RSA2 callback', () => {
  const fields = fieldsOf('RSA2')
  const text = JSON.stringify(content)
  it.each<[string, Fields]>([
    ['whose content was changed', { ...fields, signContent: text.replace('CREATE', 'DELETE') }],
    ['whose merchant was changed', { ...fields, merchantNo: '814000000002' }],
    ['whose method was changed', { ...fields, method: 'CALLBACK2' }],
    ['without a signature', { ...fields, sign: '' }],
    ['whose signature is cut', { ...fields, sign: fields.sign?.slice(2) ?? '' }],
    ['whose signature is no hex', { ...fields, sign: 'xyz' }],
    ['signed by somebody else', { ...fields, sign: sign('sha256', Buffer.from(text), other).toString('hex') }],
    // The same signed text, cut into fields at other places.
    [
      'whose fields were moved into each other',
      (() => {
        const inner = JSON.stringify({ ...content, complaintId: 'x&signContent={}' })
        const { sign: signature = '' } = fieldsOf('RSA2', inner)
        const [head = '', tail = ''] = inner.split('&signContent=')
        return { ...fields, signType: `RSA2&signContent=${head}`, signContent: tail, sign: signature }
      })(),
    ],
    [
      'whose version holds the rest',
      {
        ...fields,
        version: '1.0&format=JSON',
        sign: fieldsOf('RSA2', undefined, { version: '1.0&format=JSON' }).sign ?? '',
      },
    ],
  ])('%s', async (_, forged) => {
    expect(await failureOf(read(form(forged)))).toBeInstanceOf(SignatureError)
  })

  it('that carries an answer of the platform instead', async () => {
    const result = resultOf([row()])
    const sign = signed(`result=${result}&success=true&key=${merchantKey}`)
    expect(await failureOf(read(form({ ...fields, signContent: result, sign })))).toBeInstanceOf(SignatureError)
  })

  it('that is proven, but no JSON', async () => {
    const error = await failureOf(read(form(fieldsOf('RSA2', 'x'))))
    expect(error).toBeInstanceOf(ResponseError)
    expect(error).toMatchObject({ message: expect.stringContaining('the verified callback is not JSON') })
  })
})

describe('nothing is believed of a CFCA callback', () => {
  const fields = fieldsOf('CFCA')
  const hex = fields.signContent ?? ''
  it.each<[string, string]>([
    ['that is plain', JSON.stringify(content)],
    ['that was changed', hex.slice(0, 40) + (hex[40] === '0' ? '1' : '0') + hex.slice(41)],
    ['that was cut', hex.slice(0, -2)],
    ['without the Base64 step', encryptedBlocks(JSON.stringify(content))],
    ['that is no JSON', encrypted('{')],
  ])('%s', async (_, signContent) => {
    expect(await failureOf(read(form({ ...fields, signContent }), clientOf('CFCA')))).toBeInstanceOf(SignatureError)
  })

  it('that carries an answer of the platform instead', async () => {
    const body = form({ ...fields, signContent: encrypted(resultOf([row()])) })
    expect(await failureOf(read(body, clientOf('CFCA')))).toBeInstanceOf(QueryError)
  })
})

it('of two accounts, the one that is named reads it', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const options = { signType: 'RSA2', key: merchantKey, privateKey, platformCertificate: certificate() } as const
  const client = new ComplaintClient([
    huishouqian({ ...options, merchantNo }),
    huishouqian({ ...options, merchantNo: '814000000002' }),
  ])
  const message = { headers: {}, body: form(fieldsOf('RSA2')) }
  expect(await failureOf(client.parseNotification(message))).toBeInstanceOf(QueryError)
  expect((await client.parseNotification(message, { account: merchantNo })).account).toBe(merchantNo)
  expect(await failureOf(client.parseNotification(message, { account: '814000000002' }))).toBeInstanceOf(QueryError)
})
