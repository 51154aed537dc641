import { describe, expect, it } from 'vitest'
import { parseJsonBody } from '../../../src/adapter-kit/json-body.js'
import { errorOf } from '../../support/core.js'

describe('parseJsonBody', () => {
  it('keeps the digits of long integers', () => {
    expect(parseJsonBody(Buffer.from('{"id":9007199254740993,"t":"投诉"}'))).toEqual({
      id: '9007199254740993',
      t: '投诉',
    })
  })

  it.each([
    ['no JSON', Buffer.from('<html>')],
    ['nothing', Buffer.alloc(0)],
    ['another charset', Buffer.from([0x22, 0xb6, 0xcd, 0x22])],
  ])('%s is a ResponseError with the given details', (_, body) => {
    const message = 'the response is not JSON in UTF-8'
    expect(errorOf(() => parseJsonBody(body))).toMatchObject({
      code: 'RESPONSE',
      message,
      retryable: false,
      status: null,
    })
    const details = { status: 200, retryable: true }
    expect(errorOf(() => parseJsonBody(body, details))).toMatchObject({ message, ...details })
  })
})
