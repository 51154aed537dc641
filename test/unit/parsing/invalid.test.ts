import { describe, expect, it } from 'vitest'
import { invalidField, invalidOption } from '../../../src/parsing/invalid.js'

describe('an error of one value', () => {
  it('is a ConfigError for an option, with its name in message and path', () => {
    expect(invalidOption('appCert', 'is empty')).toMatchObject({
      code: 'CONFIG',
      message: 'appCert is empty',
      issues: [{ path: ['appCert'], message: 'is empty' }],
    })
  })

  it('is a ResponseError for a field of a response', () => {
    expect(invalidField('amount', 'expected fen')).toMatchObject({
      code: 'RESPONSE',
      message: 'amount: expected fen',
      issues: [{ path: ['amount'], message: 'expected fen' }],
    })
  })
})
