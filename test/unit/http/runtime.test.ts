import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError, TransportError } from '../../../src/errors.js'
import type { Semaphore } from '../../../src/provider.js'
import { everythingOf, rejectionOf } from '../../support/core.js'
import { bench, busy, call, options, rest, settle } from '../../support/runtime.js'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-08T07:00:00Z') })
})
afterEach(() => {
  vi.useRealTimers()
})

async function _failure(promise: Promise<unknown>): Promise<unknown> {
  const [result] = await settle(promise)
  if (result?.status !== 'rejected') throw new Error('nothing was rejected')
  return result.reason
}

describe('one attempt', () => {
  it('authorises, sends, reads; in this order, once each', async () => {
    const order: string[] = []
    const { runtime, sent } = bench([{ body: Buffer.from('7') }])
    const result = await runtime.send(
      call({
        authorise: () => {
          order.push(`authorise, ${sent.length} sent`)
          return { method: 'GET', url: 'https://provider.example/', headers: {} }
        },
        read: ({ body }) => {
          order.push(`read, ${sent.length} sent`)
          return Promise.resolve(Number(body))
        },
        refuse: () => {
          throw new Error('never')
        },
      }),
      options,
    )
    expect(result).toBe(7)
    expect(order).toEqual(['authorise, 0 sent', 'read, 1 sent'])
  })

  it.each([200, 201, 204, 299])('hands a %i to read', async (status) => {
    const { runtime } = bench([{ status }])
    expect(await runtime.send(call({ read: (response) => response.status }), options)).toBe(status)
  })

  it.each([400, 404, 418, 500, 503, 600])('hands a %i to refuse, and nothing of it to read', async (status) => {
    const { runtime } = bench([{ status }])
    const read = vi.fn()
    const error = await rejectionOf(runtime.send(call({ read, refuse: () => new ApiError('refused') }), options))
    expect(error).toMatchObject({ message: '[wechatpay 1900000001] refused', operation: 'list', attempts: 1 })
    expect(read).not.toHaveBeenCalled()
  })

  it.each([300, 301, 302, 303, 304, 307, 308])('takes a %i for a failure of the wire, for good', async (status) => {
    const { runtime, sent } = bench([{ status, headers: { location: 'https://evil.example/?token=1' } }])
    const error = await rejectionOf(runtime.send(call(), options))
    expect(error).toBeInstanceOf(TransportError)
    expect(error).toMatchObject({ status, retryable: false, message: expect.stringContaining('check baseUrl') })
    expect(everythingOf(error)).not.toContain('evil')
    expect(sent).toHaveLength(1)
  })

  it('makes a ResponseError of whatever a reader stumbles over, and shows nothing of it', async () => {
    const { runtime, sent } = bench([{ body: Buffer.from('<html>13800000000</html>') }])
    const error = await rejectionOf(runtime.send(call(), options))
    expect(error).toMatchObject({
      name: 'ResponseError',
      retryable: false,
      attempts: 1,
      message: expect.stringMatching(/SyntaxError/),
    })
    expect(everythingOf(error)).not.toContain('html')
    expect(sent).toHaveLength(1)
  })
})

describe('places', () => {
  it('are given back before an answer is read, and while waiting for another attempt', async () => {
    const log: string[] = []
    const places: Semaphore = {
      acquire: async () => {
        log.push('take')
        let held = true
        return () => {
          if (held) log.push('give back')
          held = false
        }
      },
    }
    const { runtime } = bench([busy(), {}])
    const read = (): void => {
      log.push('read')
    }
    const done = runtime.send(call({ read }), { ...options, semaphore: places })
    await rest()
    log.push('waiting')
    await settle(done)
    expect(log).toEqual(['take', 'give back', 'waiting', 'take', 'give back', 'read'])
  })
})

describe('secrets and forged lines', () => {
  it('and phone numbers are taken out of every error, whatever threw it', async () => {
    const { runtime } = bench([{ status: 400 }])
    runtime.protect('tok-12345')
    const refuse = (): ApiError =>
      new ApiError('tok-12345 of 13800000000', {
        provider: 'wechatpay',
        account: '1900000001',
        providerCode: 'tok-12345',
        providerMessage: '手机 +8613800000000 tok-12345',
        requestId: 'tok-12345',
        issues: [{ path: ['a'], message: 'tok-12345' }],
      })
    const error = await rejectionOf(runtime.send(call({ refuse }), options))
    const shown = everythingOf(error)
    expect(shown).not.toContain('tok-12345')
    expect(shown).not.toContain('13800000000')
    expect(error).toMatchObject({ providerMessage: '手机 +86138****0000 [secret]' })
  })

  it('a provider cannot write lines of its own into a log, nor move the cursor of a terminal', async () => {
    const { runtime } = bench([{ status: 400 }])
    const forged = '系统繁忙\r\nERROR all merchants frozen\u2028\u001b[2J\u009b1A\u0000'
    const refuse = (): ApiError => new ApiError(`HTTP 400: ${forged}`, { providerMessage: forged })
    const error = (await rejectionOf(runtime.send(call({ refuse }), options))) as ApiError
    expect(error.message).toBe('[wechatpay 1900000001] HTTP 400: 系统繁忙 ERROR all merchants frozen [2J 1A ')
    expect(error.stack?.split('\n')[0]).toContain('frozen [2J 1A')
    expect(error.providerMessage).toBe(forged)
  })

  it('of one runtime are not looked for by another', async () => {
    bench([]).runtime.protect('tok-12345')
    const { runtime } = bench([{ status: 400 }])
    const error = await rejectionOf(runtime.send(call({ refuse: () => new ApiError('tok-12345') }), options))
    expect((error as Error).message).toContain('tok-12345')
  })
})
