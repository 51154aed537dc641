import { expect } from 'vitest'
import type { ComplaintError } from '../../src/errors.js'

/** The error that a promise rejects with; the test fails when the promise resolves. */
export const failure = (promise: Promise<unknown>): Promise<ComplaintError> =>
  promise.then(
    () => expect.fail('should have failed'),
    (error: ComplaintError) => error,
  )
