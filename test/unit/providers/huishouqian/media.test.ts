import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NotFoundError, QueryError, ResponseError } from '../../../../src/index.js'
import nock from '../../../support/nock.js'
import { clientOf, failed, failureOf, modes, play, type Received, ref, type SignType, success } from './platform.js'

const path = '/complaint/download'
/** Nobody's host: a request to it would fail, since the network is off. */
const url = 'https://pictures.example/a%2Fb.jpg?x=1&y=%E6%8A%95'
const picture = Buffer.from('89504e470d0a1a0a00ff', 'hex')
const file = (change: object = {}): string =>
  JSON.stringify({ bytes: picture.toString('base64'), suffix: 'png', ...change })
const playFile = (signType: SignType, text: string = file()): Received[] =>
  play(() => success(signType, text), 200, path)

let elsewhere: string[] = []
const note = (request: { host?: string }): void => {
  elsewhere.push(String(request.host))
}
beforeEach(() => {
  elsewhere = []
  nock.disableNetConnect()
  nock.emitter.on('no match', note)
})
afterEach(() => {
  nock.emitter.off('no match', note)
  nock.cleanAll()
  nock.enableNetConnect()
})

it('is announced', () => {
  expect(clientOf('RSA2').accounts[0]?.capabilities.media).toBe(true)
})

describe.each(modes)('a file under %s', (signType) => {
  it('is asked for by its URL, which goes to Huishouqian as data and nowhere else', async () => {
    const requests = playFile(signType)
    const { bytes, contentType } = await clientOf(signType).media(ref, url)
    expect([Buffer.from(bytes), contentType]).toEqual([picture, 'image/png'])
    expect(Buffer.isBuffer(bytes)).toBe(false)
    expect(requests.map(({ business }) => business)).toEqual([
      { complaintId: ref.id, mediaUrl: url, mediaType: 'OPERATION_IMAGE' },
    ])
    expect(Object.fromEntries(requests[0]?.fields ?? []).method).toBe('COMPLAINT_FILE_DOWNLOAD')
    expect(elsewhere).toEqual([])
  })

  it('of a megabyte comes whole', async () => {
    const large = Buffer.alloc(1_000_000, 'a file of many blocks')
    playFile(signType, file({ bytes: large.toString('base64') }))
    expect(large.equals((await clientOf(signType).media(ref, url)).bytes)).toBe(true)
  })

  it('that is not proven is believed by no one', async () => {
    play(() => success(signType, file(), { result: '00' }), 200, path)
    expect(await failureOf(clientOf(signType).media(ref, url))).toMatchObject({
      name: 'SignatureError',
      operation: 'media',
    })
  })
})

it.each([
  ['jpg', 'image/jpeg'],
  ['.JPEG', 'image/jpeg'],
  ['PNG', 'image/png'],
  ['gif', 'image/gif'],
  ['mp4', 'video/mp4'],
  ['pdf', 'application/pdf'],
  ['html', null],
  ['svg', null],
  ['exe', null],
  ['', null],
  [null, null],
  [undefined, null],
  [{}, null],
])('suffix %j is %j', async (suffix, expected) => {
  playFile('RSA2', file({ suffix }))
  expect((await clientOf('RSA2').media(ref, url)).contentType).toBe(expected)
})

it.each<[string, unknown]>([
  ['with a line break', `${picture.toString('base64').slice(0, 4)}\n${picture.toString('base64').slice(4)}`],
  ['without its padding', 'QQ'],
  ['with padding too much', 'QUI=='],
  ['with an alphabet for URLs', '-_-_'],
  ['with spare bits that say something', 'QR=='],
  ['empty', ''],
  ['null', null],
  ['absent', undefined],
  ['a list of bytes', [137, 80]],
])('Base64 that is %s is a ResponseError', async (_, bytes) => {
  playFile('RSA2', file({ bytes }))
  const error = await failureOf(clientOf('RSA2').media(ref, url))
  expect(error).toBeInstanceOf(ResponseError)
  expect(error.issues).toEqual([{ path: ['bytes'], message: 'expected the file in Base64' }])
})

it.each(['[]', 'null', '"text"'])('a proven result %s is no file', async (text) => {
  playFile('RSA2', text)
  expect(await failureOf(clientOf('RSA2').media(ref, url))).toBeInstanceOf(ResponseError)
})

it('an answer of more than 20 MiB is not read', async () => {
  play(() => Buffer.alloc(20 * 1024 * 1024 + 1, ' '), 200, path)
  const error = await failureOf(clientOf('RSA2').media(ref, url))
  expect([error.name, error.retryable]).toEqual(['ResponseError', false])
})

it.each(['', ' ', 'https://pictures.example/a b', 'x\ny', `https://pictures.example/${'x'.repeat(2048)}`])(
  'a URL that is none (%j) is never sent',
  async (bad) => {
    const requests = playFile('RSA2')
    expect(await failureOf(clientOf('RSA2').media(ref, bad))).toBeInstanceOf(QueryError)
    expect(requests).toEqual([])
  },
)

it('nor is a complaint id that cannot be one', async () => {
  const requests = playFile('RSA2')
  expect(await failureOf(clientOf('RSA2').media({ ...ref, id: 'a&b' }, url))).toBeInstanceOf(QueryError)
  expect(requests).toEqual([])
})

it('130003 is a NotFoundError', async () => {
  play(() => failed('130003', '投诉订单号不存在'), 200, path)
  expect(await failureOf(clientOf('RSA2').media(ref, url))).toBeInstanceOf(NotFoundError)
})
