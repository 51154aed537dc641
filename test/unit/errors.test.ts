import { inspect } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import * as errors from '../../src/errors.js'
import { ApiError, addContext, ComplaintError, ConfigError, RateLimitError, ResponseError } from '../../src/errors.js'
import { rewriteTexts } from '../../src/privacy/error-texts.js'
import { everythingOf } from '../support/core.js'

const classes = { ...errors }
const family = [
  ['ConfigError', 'CONFIG'],
  ['QueryError', 'QUERY'],
  ['TransportError', 'NETWORK'],
  ['TimeoutError', 'TIMEOUT'],
  ['ApiError', 'API'],
  ['AuthenticationError', 'AUTHENTICATION'],
  ['PermissionError', 'PERMISSION'],
  ['NotFoundError', 'NOT_FOUND'],
  ['RateLimitError', 'RATE_LIMIT'],
  ['SignatureError', 'SIGNATURE'],
  ['ResponseError', 'RESPONSE'],
  ['PaginationError', 'PAGINATION'],
  ['UnsupportedError', 'UNSUPPORTED'],
  ['StoreError', 'STORE'],
] as const

describe.each(family)('%s', (name, code) => {
  const error = new classes[name]('what was wrong')

  it('has its literal name and code, and belongs to the family', () => {
    expect(error.name).toBe(name)
    expect(error.code).toBe(code)
    expect(error).toBeInstanceOf(ComplaintError)
    expect(error).toBeInstanceOf(Error)
    expect(ComplaintError.isInstance(error)).toBe(true)
    expect(String(error)).toBe(`${name}: what was wrong`)
    expect(inspect(error)).toContain('what was wrong')
  })

  it('has null for every absent detail', () => {
    expect(error).toMatchObject({
      provider: null,
      account: null,
      operation: null,
      retryable: false,
      attempts: 0,
      status: null,
      providerCode: null,
      providerMessage: null,
      requestId: null,
      cursor: null,
      issues: [],
    })
    expect('cause' in error).toBe(false)
  })

  it('serialises its fields for a log', () => {
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ name, code, message: 'what was wrong', retryable: false })
  })
})

it('every exported class is in the table above', () => {
  const exported = Object.keys(errors).filter((name) => name.endsWith('Error') && name !== 'ComplaintError')
  expect(exported.sort()).toEqual(family.map(([name]) => name).sort())
})

it('errorCodes has the code of each class once', () => {
  expect([...errors.errorCodes].sort()).toEqual(family.map(([, code]) => code).sort())
})

it('keeps its details', () => {
  const details = {
    provider: 'xiaoe',
    account: 'app1',
    operation: 'list',
    retryable: true,
    attempts: 2,
    status: 503,
    providerCode: '-1',
    providerMessage: '系统繁忙',
    requestId: 'r1',
    issues: [{ path: ['data', 0], message: 'expected an object' }],
  } as const
  const error = new ApiError('failed', { ...details, verified: true, cause: 'why' })
  expect(error).toMatchObject({ ...details, verified: true, message: '[xiaoe app1] failed', cause: 'why' })
  expect(JSON.parse(JSON.stringify(error))).not.toHaveProperty('cause')
  expect(new ApiError('failed').verified).toBe(false)
  expect(new RateLimitError('slow down', { retryAfterMs: 0 }).retryAfterMs).toBe(0)
  expect(new RateLimitError('slow down').retryAfterMs).toBeNull()
})

describe('isInstance', () => {
  it('recognises errors of another copy of the library, in both directions', async () => {
    vi.resetModules()
    const copy = await import('../../src/errors.js')
    expect(copy.ComplaintError).not.toBe(ComplaintError)
    for (const [name] of family) {
      expect(new copy[name]('x')).not.toBeInstanceOf(ComplaintError)
      expect(ComplaintError.isInstance(new copy[name]('x'))).toBe(true)
      expect(copy.ComplaintError.isInstance(new classes[name]('x'))).toBe(true)
    }
  })

  it('of a subclass is true for that class only, also for errors of another copy of the library', async () => {
    vi.resetModules()
    const copy = await import('../../src/errors.js')
    for (const [name] of family) {
      for (const [other] of family) {
        expect(classes[name].isInstance(new classes[other]('x'))).toBe(name === other)
        expect(classes[name].isInstance(new copy[other]('x'))).toBe(name === other)
      }
    }
  })

  it('narrows to the class by its code', () => {
    const retryAfterMs = (error: unknown): number | null => {
      if (!ComplaintError.isInstance(error)) return null
      switch (error.code) {
        case 'RATE_LIMIT':
        case 'API':
          return error.retryAfterMs
        case 'RESPONSE':
          // @ts-expect-error: only errors of a quota or of the provider say how long to wait
          return error.retryAfterMs ?? null
        default:
          return null
      }
    }
    expect(retryAfterMs(new RateLimitError('slow down', { retryAfterMs: 7 }))).toBe(7)
    expect(retryAfterMs(new ResponseError('no JSON'))).toBeNull()
    const { isInstance } = RateLimitError
    expect([new ApiError('x'), new RateLimitError('x')].filter(isInstance).map(({ code }) => code)).toEqual([
      'RATE_LIMIT',
    ])
  })

  it.each([
    [new Error('x')],
    [null],
    [undefined],
    ['ConfigError'],
    [{ name: 'ConfigError', code: 'CONFIG' }],
    [{ 'unified-complaints.error': true }],
    [ComplaintError],
  ])('is false for %o', (value) => expect(ComplaintError.isInstance(value)).toBe(false))
})

describe('addContext', () => {
  const context = {
    provider: 'wechatpay',
    account: '1900000001',
    operation: 'get',
    status: 200,
    requestId: 'R1',
  } as const

  it('adds account, call and response, also to message and stack', () => {
    const error = new ResponseError('no JSON')
    expect(addContext(error, context)).toBe(error)
    expect(error).toMatchObject({ ...context, message: '[wechatpay 1900000001] no JSON' })
    expect(error.stack).toContain('[wechatpay 1900000001] no JSON')
  })

  it('does not replace fields that are set', () => {
    const details = { provider: 'xiaoe', account: 'app1', operation: 'token', status: 404, requestId: 'R2' } as const
    const error = new ResponseError('no JSON', details)
    expect(addContext(addContext(error, context), context)).toMatchObject({
      ...details,
      message: '[xiaoe app1] no JSON',
    })
  })

  it('adds the prefix once', () => {
    const error = addContext(addContext(new ResponseError('no JSON'), context), context)
    expect(error.message).toBe('[wechatpay 1900000001] no JSON')
    expect(error.stack?.split('[wechatpay 1900000001]').length).toBe(2)
  })
})

describe('rewriteTexts', () => {
  const hide = (text: string): string => text.replaceAll('hunter2', '***')

  it.each([
    ['without context', {}],
    // Depending on its version, Node creates the stack at once or on the first read.
    ['with context', { provider: 'wechatpay', account: 'a' } as const],
  ])('removes a secret from every text of an error %s', (_, context) => {
    const error = new ApiError('hunter2 was refused: hunter2\nhunter2', {
      ...context,
      providerCode: 'hunter2',
      providerMessage: 'hunter2 $& hunter2',
      requestId: 'r-hunter2',
      issues: [{ path: ['key'], message: 'not hunter2' }],
    })
    expect(rewriteTexts(error, hide)).toBe(error)
    expect(error).toMatchObject({
      message: expect.stringContaining('*** was refused: *** ***'),
      providerCode: '***',
      providerMessage: '*** $& ***',
      requestId: 'r-***',
      issues: [{ path: ['key'], message: 'not ***' }],
    })
    expect(error.stack).toContain('*** was refused')
    expect(error.stack).toContain('errors.test')
    expect(everythingOf(error)).not.toContain('hunter2')
  })

  it('works on an error whose context was added later', () => {
    const error = addContext(new ConfigError('hunter2'), { provider: 'xiaoe', account: 'app1' })
    expect(everythingOf(rewriteTexts(error, hide))).not.toContain('hunter2')
    expect(error.stack).toContain('[xiaoe app1] ***')
  })

  it('leaves null as null', () => {
    expect(rewriteTexts(new ConfigError('x'), hide)).toMatchObject({
      providerCode: null,
      providerMessage: null,
      requestId: null,
    })
  })
})
