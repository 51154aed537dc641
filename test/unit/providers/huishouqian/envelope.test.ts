import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ResponseError, SignatureError } from '../../../../src/index.js'
import nock from '../../../support/nock.js'
import {
  certificate,
  clientOf,
  drain,
  encryptedBlocks,
  failureOf,
  foreignCertificate,
  host,
  modes,
  path,
  play,
  ref,
  resultOf,
  row,
  success,
} from './platform.js'

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
})

describe.each(modes)('the envelope under %s', (signType) => {
  it.each([true, 'true'])('success %j is read', async (given) => {
    play(() => success(signType, resultOf([row()]), { success: given }))
    expect((await clientOf(signType).get(ref)).id).toBe(ref.id)
  })

  it.each([1, 'TRUE', ' true', 'yes', '', null, undefined, {}, [true]])('success %j is refused', async (given) => {
    play(() => success(signType, resultOf([row()]), { success: given }))
    expect(await failureOf(clientOf(signType).get(ref))).toBeInstanceOf(ResponseError)
  })

  it.each([false, 'false'])('success %j is a failure, though the result is proven', async (given) => {
    play(() =>
      success(signType, resultOf([row()]), { success: given, errorCode: '130002', errorMsg: '参数校验不通过' }),
    )
    const error = await failureOf(clientOf(signType).get(ref))
    expect([error.name, error.providerCode]).toEqual(['ApiError', '130002'])
  })

  // 0 is 000000 as a number; 130000 is documented as accepted (受理成功).
  it.each([null, undefined, '', '000000', 0, '0', '130000', 130000])(
    'a success with code %j is one',
    async (errorCode) => {
      play(() => success(signType, resultOf([row()]), { errorCode }))
      expect((await clientOf(signType).get(ref)).id).toBe(ref.id)
    },
  )

  it('a success with a code that says otherwise is none', async () => {
    play(() => success(signType, resultOf([row()]), { errorCode: '130001' }))
    expect(await failureOf(clientOf(signType).get(ref))).toMatchObject({ name: 'ApiError', retryable: true })
  })

  it.each<[string, string | Buffer]>([
    ['HTML', '<html>busy</html>'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['text that is no UTF-8', Buffer.from('{"success":true,"errorMsg":"\xff\xfe"}', 'latin1')],
    ['an answer cut short', success(signType, resultOf([row()])).slice(0, -20)],
  ])('%s is a ResponseError', async (_, body) => {
    play(() => body)
    expect(await failureOf(clientOf(signType).get(ref))).toBeInstanceOf(ResponseError)
  })

  it.each<[string, unknown]>([
    ['an object', { data: [row()] }],
    ['null', null],
    ['absent', undefined],
    ['a number', 1],
    ['empty', ''],
  ])('a result that is %s is believed by no one', async (_, result) => {
    play(() => success(signType, resultOf([row()]), { result }))
    expect(await failureOf(clientOf(signType).get(ref))).toMatchObject({ name: 'SignatureError', retryable: true })
  })

  it.each([
    ['null', { data: null }],
    ['absent', { data: undefined }],
    ['empty', { data: [] }],
  ])('data that is %s is an empty page', async (_, change) => {
    play(() => success(signType, resultOf([], change)))
    expect(await drain(clientOf(signType))).toEqual([])
  })

  it.each([
    ['null', { data: null }],
    ['absent, under another name', { data: undefined, list: [row()] }],
  ])('data that is %s although complaints are reported is a ResponseError', async (_, change) => {
    play(() => success(signType, resultOf([row()], change)))
    for (const call of [() => drain(clientOf(signType)), () => clientOf(signType).get(ref)]) {
      const error = await failureOf(call())
      expect(error).toBeInstanceOf(ResponseError)
      expect(error.issues).toMatchObject([{ path: ['data'] }])
    }
  })

  it('data may be absent beyond the last complaint, whatever the total', async () => {
    play(({ offset }) => success(signType, resultOf([row()], offset === 0 ? {} : { data: undefined })))
    expect((await drain(clientOf(signType))).length).toBe(1)
  })

  it.each(['"text"', '[]', '1', 'null', '{"data":{}}', '{"data":"x"}'])(
    'a proven result %s is no list',
    async (text) => {
      play(() => success(signType, text))
      expect(await failureOf(drain(clientOf(signType)))).toBeInstanceOf(ResponseError)
    },
  )

  it.each([-1, 1.5, 'many', null, 1e300])('a nonsensical totalSize %j loses no row', async (totalSize) => {
    const rows = [row(), row({ complaintId: '2' })]
    play(({ offset }) => success(signType, resultOf(rows.slice(Number(offset)), { totalSize })))
    expect((await drain(clientOf(signType))).length).toBe(2)
  })

  it('any of several certificates will do, and none of them is too little', async () => {
    play(() => success(signType, resultOf([row()])))
    const [own, other] = [certificate(), foreignCertificate()]
    for (const platformCertificate of [[other, own], [own, other], other + own, Buffer.from(other + own)]) {
      expect((await clientOf(signType, { platformCertificate }).get(ref)).id).toBe(ref.id)
    }
    const error = await failureOf(clientOf(signType, { platformCertificate: [other] }).get(ref))
    expect(error).toBeInstanceOf(SignatureError)
  })

  it('an answer that fails verification is dropped and asked again', async () => {
    const good = success(signType, resultOf([row()]))
    const bad = good.replace(
      /("(?:sign|result)":"[0-9a-f]{9})(.)/,
      (_, head, digit) => head + (digit === '0' ? '1' : '0'),
    )
    expect(bad).not.toBe(good)
    nock(host).post(path).reply(200, bad).post(path).reply(200, good)
    expect((await clientOf(signType, {}, { maxRetries: 1 }).get(ref)).id).toBe(ref.id)
  })
})

describe('what stands inside CFCA ciphertext', () => {
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  it.each<[string, string]>([
    ['JSON without the Base64 step', '{"data":[]}'],
    ['Base64 with a line break', `${base64('{"data":[]}')}\n`],
    ['Base64 with padding too much', `${base64('{"data":[]} ')}=`],
    ['Base64 without its padding', base64('{"data":[]}').replace(/=+$/, '')],
    ['Base64 whose spare bits say something', 'e31='],
    ['URL-safe Base64', Buffer.from('"\u{1f600}>>>???"').toString('base64url')],
    ['Base64 of no UTF-8', Buffer.from([0x22, 0xff, 0x22]).toString('base64')],
    ['Base64 of no JSON', base64('{"data":[')],
  ])('%s is a SignatureError', async (_, plain) => {
    play(() => success('CFCA', '', { result: encryptedBlocks(plain) }))
    expect(await failureOf(drain(clientOf('CFCA')))).toMatchObject({
      name: 'SignatureError',
      retryable: true,
      message: expect.stringContaining('cannot be decrypted with platformCertificate'),
    })
  })

  it('is read when it is exactly right', async () => {
    play(() => success('CFCA', '', { result: encryptedBlocks(base64('{"data":[]}')) }))
    expect(await drain(clientOf('CFCA'))).toEqual([])
  })
})
