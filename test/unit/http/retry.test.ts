import { describe, expect, it, vi } from 'vitest'
import { ApiError, PermissionError, RateLimitError, SignatureError, TransportError } from '../../../src/errors.js'
import { parseRetryAfter, retryDelay } from '../../../src/http/retry.js'
import { errorForStatus } from '../../../src/http/status-error.js'

const retryable = { retryable: true }

describe('retryDelay', () => {
  it.each([
    [1, 250],
    [2, 500],
    [3, 1000],
    [4, 2000],
    [5, 4000],
    [6, 8000],
    [7, 10_000],
    [20, 10_000],
  ])('after failure %i waits up to %i ms, with full jitter', (failures, most) => {
    for (const error of [
      new TransportError('x', retryable),
      new ApiError('x', retryable),
      new SignatureError('x', retryable),
    ]) {
      expect(retryDelay(error, failures, 20, 0)).toBe(0)
      expect(retryDelay(error, failures, 20, 0.5)).toBe(most / 2)
      expect(retryDelay(error, failures, 20, 0.999)).toBeLessThan(most)
    }
  })

  it.each([
    ['the provider says nothing, first', null, 1, 5000],
    ['nothing, second', null, 2, 10_000],
    ['nothing, third', null, 3, 20_000],
    ['nothing, often', null, 12, 60_000],
    // A server that says 0 does not switch the back-off off.
    ['0, first', 0, 1, 1000],
    ['0, second', 0, 2, 2000],
    ['0, third', 0, 3, 4000],
    ['0, often', 0, 12, 60_000],
    ['1 s', 1000, 3, 1000],
    ['60 s', 60_000, 1, 60_000],
    ['more than 60 s', 60_001, 1, null],
    ['an hour', 3_600_000, 1, null],
  ])('at a rate limit: %s', (_, retryAfterMs, failures, expected) => {
    const error = new RateLimitError('x', { retryable: true, retryAfterMs })
    expect(retryDelay(error, failures, 20, 0.7)).toBe(expected)
  })

  it.each([
    ['0: backs off all the same', 0, 1, 125],
    ['2 s', 2000, 1, 2000],
    ['2 s, after the third failure', 2000, 3, 2000],
    ['less than the back-off', 100, 6, 4000],
    ['60 s', 60_000, 1, 60_000],
    ['more than 60 s', 60_001, 1, null],
    ['none', null, 1, 125],
  ])('L12 Retry-After of a 5xx: %s', (_, retryAfterMs, failures, expected) => {
    const error = new ApiError('x', { retryable: true, retryAfterMs })
    expect(retryDelay(error, failures, 20, 0.5)).toBe(expected)
  })

  it.each([
    ['what is not retryable', new PermissionError('x'), 1, 3],
    ['a rate limit that is not retryable', new RateLimitError('x', { retryAfterMs: 1 }), 1, 3],
    ['when the retries are used up', new ApiError('x', retryable), 4, 3],
    ['when none are wanted', new ApiError('x', retryable), 1, 0],
    ['when none are wanted, at a rate limit', new RateLimitError('x', { retryable: true, retryAfterMs: 1 }), 1, 0],
  ])('gives up: %s', (_, error, failures, maxRetries) => {
    expect(retryDelay(error, failures, maxRetries, 0)).toBeNull()
  })

  it('knows the rate limit of another copy of the library', async () => {
    vi.resetModules()
    const copy = await import('../../../src/errors.js')
    const error = new copy.RateLimitError('x', { retryable: true, retryAfterMs: 7000 })
    expect(error).not.toBeInstanceOf(RateLimitError)
    expect(retryDelay(error, 1, 3, 0.5)).toBe(7000)
  })
})

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-03-08T07:00:00Z')
  it.each([
    ['0', 0],
    ['7', 7000],
    [' 7 ', 7000],
    ['1.5', 1500],
    ['0.0001', 1],
    ['999999999', 999_999_999_000],
    // A gateway that says never: the error comes at once, and no further attempt.
    ['9999999999', 9_999_999_999_000],
    ['9'.repeat(30), Number.MAX_SAFE_INTEGER],
    ['Sun, 08 Mar 2026 07:00:30 GMT', 30_000],
  ])('%o is %i ms', (header, delayMs) => expect(parseRetryAfter(header, now)).toBe(delayMs))

  it.each([
    undefined,
    '',
    'soon',
    '-1',
    '+1',
    '1e3',
    '0x10',
    '1, 2',
    '7s',
    'Infinity',
    'NaN',
    '2026-03-08T07:00:30Z',
    'Sunday, 08-Mar-26 07:00:30 GMT',
    // It would be read in the zone of the host.
    'Sun, 08 Mar 2026 07:00:30',
    'Sun, 08 Mar 2026 07:00:30 EST',
    'Sun, 08 Mar 2026 07:00:30 GMT+0100',
    'Xxx, nonsense',
    // A past date: the clocks differ, and how long to wait is unknown.
    'Sun, 08 Mar 2026 07:00:00 GMT',
    'Sun, 08 Mar 2026 06:59:00 GMT',
    '1'.repeat(10_000),
  ])('%o says nothing usable', (header) => expect(parseRetryAfter(header, now)).toBeNull())
})

describe('statusError', () => {
  const now = Date.parse('2026-03-08T07:00:00Z')
  it.each([
    [400, 'ApiError', false],
    [401, 'AuthenticationError', false],
    [403, 'PermissionError', false],
    [404, 'NotFoundError', false],
    [405, 'ApiError', false],
    [429, 'RateLimitError', true],
    [499, 'ApiError', false],
    [500, 'ApiError', true],
    [502, 'ApiError', true],
    [503, 'ApiError', true],
    [504, 'ApiError', true],
    [599, 'ApiError', true],
  ])('%i is a(n) %s, retryable: %o', (status, name, again) => {
    const error = errorForStatus({ status, headers: {}, body: Buffer.from('{}') }, 'said', { providerCode: 'C' }, now)
    expect(error).toMatchObject({ name, status, retryable: again, message: 'said', providerCode: 'C' })
  })

  it.each([500, 502, 503, 504])('L12 takes Retry-After along with a %i', (status) => {
    const response = (headers: Record<string, string>) => ({ status, headers, body: Buffer.alloc(0) })
    expect(errorForStatus(response({ 'retry-after': '2' }), '', {}, now)).toMatchObject({
      name: 'ApiError',
      retryAfterMs: 2000,
    })
    expect(errorForStatus(response({}), '', {}, now)).toMatchObject({ retryAfterMs: null })
  })

  it('L12 takes no Retry-After along with a status that is not retried', () => {
    const response = { status: 400, headers: { 'retry-after': '2' }, body: Buffer.alloc(0) }
    expect(errorForStatus(response, '', {}, now)).toMatchObject({ retryable: false, retryAfterMs: null })
  })

  it('takes Retry-After along with a 429', () => {
    const answer = (headers: Record<string, string>) => ({ status: 429, headers, body: Buffer.alloc(0) })
    expect(errorForStatus(answer({ 'retry-after': '3' }), '', {}, now)).toMatchObject({ retryAfterMs: 3000 })
    expect(errorForStatus(answer({}), '', {}, now)).toMatchObject({ retryAfterMs: null })
  })
})
