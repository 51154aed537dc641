import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ApiError, type ComplaintEvent, RateLimitError } from '../../../../src/index.js'
import nock from '../../../support/nock.js'
import {
  clientOf,
  drain,
  failed,
  failureOf,
  host,
  merchantKey,
  merchantNo,
  path,
  play,
  ref,
  resultOf,
  row,
  signed,
  success,
} from './platform.js'

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
})

describe('failures', () => {
  it('that the platform signed are verified', async () => {
    play(() => failed('130002', '参数校验不通过'))
    const error = await failureOf(drain(clientOf('RSA2')))
    expect(error).toMatchObject({
      name: 'ApiError',
      verified: true,
      retryable: false,
      provider: 'huishouqian',
      account: merchantNo,
      operation: 'list',
      attempts: 1,
      providerCode: '130002',
      providerMessage: '参数校验不通过',
    })
  })

  it('of our signature name the options that it comes from', async () => {
    play(() => failed('130002', '参数校验不通过:验签失败'))
    const error = await failureOf(drain(clientOf('RSA2')))
    expect(error.message).toMatch(/验签失败; check that merchantNo, signType, privateKey and key .* belong together$/)
  })

  it.each<[string, object]>([
    ['whose signature is missing', { sign: null }],
    ['whose signature is garbled', { sign: 'xyz' }],
    ['whose message was changed', { errorMsg: '别的' }],
  ])('%s stay failures, not verified', async (_, change) => {
    play(() => JSON.stringify({ ...JSON.parse(failed('130002', '参数校验不通过')), ...change }))
    const error = await failureOf(drain(clientOf('RSA2')))
    expect(error instanceof ApiError && [error.verified, error.providerCode]).toEqual([false, '130002'])
  })

  it.each<[string, string, unknown, unknown]>([
    ['left out', '', null, null],
    ['printed empty', 'errorCode=&errorMsg=&', null, null],
    ['printed null', 'errorCode=null&errorMsg=null&', null, null],
    ['absent, and left out', '', undefined, undefined],
    ['only a message, left out', 'errorCode=130002&', '130002', null],
    ['only a message, printed empty', 'errorCode=130002&errorMsg=&', '130002', null],
    ['only a message, printed null', 'errorCode=130002&errorMsg=null&', '130002', undefined],
  ])('whose nulls are %s are verified', async (_, shown, errorCode, errorMsg) => {
    const sign = signed(`${shown}success=false&key=${merchantKey}`)
    play(() => JSON.stringify({ success: 'false', errorCode, errorMsg, result: null, sign }))
    expect(await failureOf(drain(clientOf('RSA2')))).toMatchObject({ name: 'ApiError', verified: true, attempts: 1 })
  })

  it('under CFCA are never verified', async () => {
    play(() => failed('130002', '参数校验不通过'))
    expect(await failureOf(drain(clientOf('CFCA')))).toMatchObject({ name: 'ApiError', verified: false })
  })

  it('without a code, or with a number for one, are read all the same', async () => {
    play(() => JSON.stringify({ success: 'false' }))
    expect(await failureOf(drain(clientOf('RSA2')))).toMatchObject({ name: 'ApiError', providerCode: null })
    nock.cleanAll()
    play(() => JSON.stringify({ success: false, errorCode: 130011 }))
    expect(await failureOf(drain(clientOf('RSA2')))).toMatchObject({
      name: 'AuthenticationError',
      providerCode: '130011',
    })
  })

  it.each(['000001', '130001'])('%s is asked again', async (code) => {
    nock(host)
      .post(path)
      .reply(200, failed(code, '系统异常'))
      .post(path)
      .reply(200, success('RSA2', resultOf([row()])))
    const events: ComplaintEvent[] = []
    const client = clientOf('RSA2', {}, { maxRetries: 1, onEvent: (event) => events.push(event) })
    expect((await client.get(ref)).id).toBe(ref.id)
    expect(events.filter(({ type }) => type === 'retry').length).toBe(1)
  })

  it('show neither key nor phone number', async () => {
    play(() => failed('130002', `号码13800000000 key=${merchantKey}`))
    const error = await failureOf(drain(clientOf('RSA2')))
    const shown = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error) + error.stack
    expect(shown).not.toMatch(new RegExp(`13800000000|${merchantKey}|BEGIN`))
    expect(error.providerMessage).toBe('号码138****0000 key=[secret]')
  })

  it.each<[number, string, boolean]>([
    [400, 'ApiError', false],
    [401, 'AuthenticationError', false],
    [403, 'PermissionError', false],
    [404, 'ApiError', false],
    [429, 'RateLimitError', true],
    [500, 'ApiError', true],
    [503, 'ApiError', true],
  ])('HTTP %i is %s, whatever the body says', async (status, name, retryable) => {
    play(() => success('RSA2', resultOf([row()])), status)
    const error = await failureOf(clientOf('RSA2').get(ref))
    expect([error.name, error.retryable, error.status]).toEqual([name, retryable, status])
  })

  it('HTTP 429 tells how long to wait', async () => {
    nock(host).post(path).reply(429, '', { 'Retry-After': '7' })
    const error = await failureOf(clientOf('RSA2').get(ref))
    expect(error instanceof RateLimitError && error.retryAfterMs).toBe(7000)
  })
})
