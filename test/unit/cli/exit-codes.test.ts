import { expect, it, vi } from 'vitest'
import { exitCodeOf } from '../../../src/cli/exit-codes.js'
import { ApiError } from '../../../src/index.js'

it.each([
  ['NotFoundError', 3],
  ['QueryError', 2],
  ['ConfigError', 2],
  ['ApiError', 1],
] as const)(
  'a %s of another copy of the library, which a configuration module may use, exits with %i',
  async (name, exitCode) => {
    vi.resetModules()
    const copy = await import('../../../src/errors.js')
    const error = new copy[name]('made to fail')
    expect(error).not.toBeInstanceOf(ApiError)
    expect(exitCodeOf(error)).toBe(exitCode)
  },
)
