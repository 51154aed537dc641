import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createEventEmitter } from '../../../src/client/event-emitter.js'
import type { ComplaintEvent, RetryEvent } from '../../../src/events.js'

const retry: RetryEvent = {
  type: 'retry',
  provider: 'xiaoe',
  account: 'app123',
  operation: 'list',
  attempt: 1,
  delayMs: 1,
  failure: 'NETWORK',
}

const warningsOf = async (fail: () => unknown): Promise<ComplaintEvent[]> => {
  const received: ComplaintEvent[] = []
  const emit = createEventEmitter(function countRequests(event) {
    received.push(event)
    return fail() as undefined
  })
  for (let count = 0; count < 3; count += 1) emit(retry)
  await setImmediate()
  expect(received.filter(({ type }) => type === 'retry')).toHaveLength(3)
  return received.filter(({ type }) => type === 'warning')
}

describe('C24: a listener that fails', () => {
  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new RangeError('13800138000')
      },
      'RangeError',
    ],
    ['rejects', () => Promise.reject(new RangeError('13800138000')), 'RangeError'],
    [
      'returns a promise of another library that rejects',
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: such as bluebird's
        then: (_: unknown, onRejected: (reason: unknown) => void) => onRejected(new RangeError('13800138000')),
      }),
      'RangeError',
    ],
    [
      'throws something that is not an error',
      () => {
        throw '13800138000'
      },
      'string',
    ],
  ])('%s is reported once by a warning event that names it', async (_, fail, failure) => {
    const warnings = await warningsOf(fail)
    expect(warnings).toMatchObject([
      { type: 'warning', warning: 'listenerFailed', provider: 'xiaoe', account: 'app123' },
    ])
    const { message } = warnings[0] as { message: string }
    expect(message).toContain('onEvent (function countRequests)')
    expect(message).toContain(failure)
    expect(message).not.toContain('13800138000')
  })

  it('that fails only sometimes receives the warning', async () => {
    let calls = 0
    const warnings = await warningsOf(() => {
      calls += 1
      if (calls === 2) throw new Error('once')
    })
    expect(warnings).toHaveLength(1)
  })
})

it('a listener without failures gets the events and nothing else', async () => {
  expect(await warningsOf(() => Promise.resolve())).toEqual([])
})
