import { describe, expect, it } from 'vitest'
import { callOptionFunction, callTokenFunction } from '../../../src/adapter-kit/option-function.js'
import { everythingOf } from '../../support/core.js'
import { failure } from '../../support/failure.js'

const limits = { signal: undefined, timeoutMs: 1_000 }

describe('callOptionFunction', () => {
  it('returns what the function returns, as it is', async () => {
    const value = { any: 'thing' }
    expect(await callOptionFunction('signer.sign', 'signature', async () => value, limits)).toBe(value)
  })

  it.each<[string, () => Promise<unknown>]>([
    ['a rejection', () => Promise.reject(new Error('made-up secret'))],
    [
      'an exception',
      () => {
        throw new Error('made-up secret')
      },
    ],
  ])('%s becomes an AuthenticationError that quotes nothing of it', async (_, call) => {
    const error = await failure(callOptionFunction('signer.sign', 'signature', call, limits))
    expect([error.code, error.retryable]).toEqual(['AUTHENTICATION', false])
    expect(error.message).toBe('signer.sign() threw instead of returning a signature')
    expect(everythingOf(error)).not.toContain('made-up')
  })

  it('that returns nothing within timeoutMs is a TimeoutError', async () => {
    const error = await failure(
      callOptionFunction('signer.sign', 'signature', () => new Promise(() => {}), { ...limits, timeoutMs: 10 }),
    )
    expect([error.code, error.retryable]).toEqual(['TIMEOUT', true])
    expect(error.message).toBe('signer.sign() returned no signature within 10 ms; raise timeoutMs if it is slow')
  })

  it('rejects with the reason of an abort, whatever the function throws then', async () => {
    const reason = new Error('stopped')
    const controller = new AbortController()
    const call = (): Promise<never> => {
      controller.abort(reason)
      return Promise.reject(new Error('x'))
    }
    await expect(
      callOptionFunction('signer.sign', 'signature', call, { ...limits, signal: controller.signal }),
    ).rejects.toBe(reason)
  })
})

describe('callTokenFunction', () => {
  it('returns the token without blanks around it', async () => {
    expect(await callTokenFunction('accessToken', async () => ' made-up\n', limits)).toBe('made-up')
  })

  it.each([undefined, null, 7, '', ' \n', {}])('%j is no token', async (value) => {
    const error = await failure(callTokenFunction('accessToken', async () => value, limits))
    expect([error.code, error.message]).toEqual(['AUTHENTICATION', 'accessToken() must return a token as text'])
  })

  it('says that it was a token', async () => {
    const error = await failure(callTokenFunction('accessToken', () => Promise.reject(new Error('x')), limits))
    expect(error.message).toBe('accessToken() threw instead of returning a token')
  })
})
