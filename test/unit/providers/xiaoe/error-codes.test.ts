import { describe, expect, it } from 'vitest'
import { parseEnvelope } from '../../../../src/providers/xiaoe/envelope.js'
import { errorForCode, toApiError } from '../../../../src/providers/xiaoe/error-codes.js'
import { answer, failureOf } from './support.js'

describe('codes', () => {
  it.each<[number, string, boolean, RegExp]>([
    [-1, 'ApiError', false, /code -1/],
    [-10_001, 'ApiError', false, /code -10001/],
    [1, 'ApiError', false, /code 1/],
    [1001, 'ApiError', true, /busy/],
    [1002, 'ApiError', false, /code 1002/],
    [2001, 'AuthenticationError', false, /check appId, clientId and secretKey/],
    [2002, 'AuthenticationError', false, /check appId/],
    [2003, 'AuthenticationError', false, /check appId/],
    [2004, 'AuthenticationError', false, /check appId/],
    [2005, 'AuthenticationError', false, /check appId/],
    [2006, 'AuthenticationError', false, /check appId/],
    [2007, 'AuthenticationError', false, /token is missing/],
    [2008, 'AuthenticationError', false, /token is missing, expired or unknown; give a fresh one/],
    [2009, 'ApiError', false, /code 2009/],
    [2017, 'PermissionError', false, /投诉管理-查询/],
    [2020, 'AuthenticationError', false, /check appId/],
    [2051, 'PermissionError', false, /IP address.*allow-list/],
    [2052, 'ApiError', false, /code 2052/],
    [2053, 'RateLimitError', false, /quota/],
    [2054, 'RateLimitError', true, /at once/],
    [2055, 'ApiError', false, /code 2055/],
  ])('%i is %s (retryable: %s)', (code, name, retryable, message) => {
    const error = errorForCode(code, '拒绝', 'give a fresh one')
    expect(error).toMatchObject({ name, retryable, status: 200, providerCode: String(code), providerMessage: '拒绝' })
    expect(error.message).toMatch(message)
    expect(error.message).toContain('拒绝')
  })

  it('without a message say no more than they know', () => {
    expect(errorForCode(-1, undefined).message).toBe('code -1')
    expect(errorForCode(-1, '').message).toBe('code -1')
    expect(errorForCode(2008, undefined).message).toBe('code 2008; the access token is missing, expired or unknown')
  })
})

describe('the envelope', () => {
  const read = (body: unknown): Promise<unknown> => (async () => parseEnvelope(answer(body)))()

  it.each<[string, unknown]>([
    ['a number', { code: 0, msg: 'ok', data: { list: [] } }],
    ['text', { code: '0', msg: 'ok', data: { list: [] } }],
    ['a number, message for msg', { code: 0, message: 'ok', data: { list: [] } }],
    ['a number, no message', { code: 0, data: { list: [] } }],
    ['a number, odd messages', { code: 0, msg: 1, message: {}, data: { list: [] } }],
  ])('with %s for a code', async (_, body) => {
    expect(await read(body)).toEqual({ list: [] })
  })

  it.each<[string, object, string | null]>([
    ['msg', { code: '2017', msg: '没有权限', data: [] }, '没有权限'],
    ['message', { code: 2017, message: '没有权限', data: null }, '没有权限'],
    ['neither', { code: 2017 }, null],
    ['nothing in msg', { code: 2017, msg: '', message: '没有权限' }, '没有权限'],
    ['nothing in either', { code: 2017, msg: '', message: '' }, null],
    ['null for msg', { code: 2017, msg: null, message: '没有权限' }, '没有权限'],
  ])('of a refusal with %s', async (_, body, providerMessage) => {
    expect(await failureOf(read(body))).toMatchObject({
      name: 'PermissionError',
      providerCode: '2017',
      providerMessage,
    })
  })

  it.each<[string, unknown]>([
    ['no code', { msg: 'ok', data: [] }],
    ['a code that is no number', { code: 'OK' }],
    ['null for a code', { code: null }],
    ['a broken number for a code', { code: 0.5 }],
    ['a list', []],
    ['a text', '"ok"'],
    ['null', 'null'],
  ])('with %s is a ResponseError that asking again does not mend', async (_, body) => {
    const error = await failureOf(read(body))
    expect(error).toMatchObject({ name: 'ResponseError', retryable: false, status: 200 })
    expect(error.issues.length).toBeGreaterThan(0)
  })

  it.each<[string, Buffer]>([
    ['HTML', Buffer.from('<html></html>')],
    ['nothing', Buffer.alloc(0)],
    ['an answer cut short', Buffer.from('{"code":0,"data":{"list":[{"complaint_id":"c_1"')],
    ['an answer cut inside a character', Buffer.from('{"code":0,"msg":"成').subarray(0, -1)],
    ['bytes of another encoding', Buffer.from([...Buffer.from('{"code":0,"msg":"'), 0xb2, 0xd9, ...Buffer.from('"}')])],
  ])('that is %s is a ResponseError, and may be asked for again', async (_, body) => {
    expect(await failureOf(read(body))).toMatchObject({ name: 'ResponseError', retryable: true, status: 200 })
  })
})

describe('a status other than 2xx is of a gateway', () => {
  it.each<[number, string, boolean]>([
    [400, 'ApiError', false],
    [401, 'AuthenticationError', false],
    [403, 'PermissionError', false],
    [404, 'ApiError', false],
    [500, 'ApiError', true],
    [502, 'ApiError', true],
    [503, 'ApiError', true],
  ])('%i is %s (retryable: %s), whatever its body says', (status, name, retryable) => {
    const error = toApiError(answer({ code: 0, data: { list: [] } }, status), 0)
    expect(error).toMatchObject({ name, retryable, status, providerCode: null })
  })

  it('429 carries how long to wait', () => {
    const refused = (header?: string): unknown =>
      toApiError({ ...answer('', 429), headers: header === undefined ? {} : { 'retry-after': header } }, 1000)
    expect(refused('7')).toMatchObject({ name: 'RateLimitError', retryable: true, retryAfterMs: 7000 })
    expect(refused('Thu, 01 Jan 1970 00:00:06 GMT')).toMatchObject({ retryAfterMs: 5000 })
    expect(refused()).toMatchObject({ retryAfterMs: null })
  })
})
