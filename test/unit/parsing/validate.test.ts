import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { resolveRateLimit } from '../../../src/adapter-kit/options.js'
import { ConfigError, QueryError } from '../../../src/errors.js'
import { parseBaseUrl, validateOptions } from '../../../src/parsing/validate.js'
import { errorOf, everythingOf } from '../../support/core.js'

const schema = z.strictObject({
  name: z.string().min(1),
  keys: z.array(z.strictObject({ bits: z.int() })).exactOptional(),
  mode: z.enum(['a', 'b']).exactOptional(),
})

describe('validateOptions', () => {
  it('returns valid options', () => {
    expect(validateOptions(schema, { name: 'n', mode: 'b' }, 'f()')).toEqual({ name: 'n', mode: 'b' })
  })

  it('names every invalid option with its path', () => {
    const error = errorOf(() =>
      validateOptions(schema, { name: '', keys: [{ bits: 1 }, { bits: 'x' }], mode: 'c' }, 'f()'),
    )
    expect(error).toBeInstanceOf(ConfigError)
    expect(error).toMatchObject({
      code: 'CONFIG',
      issues: [{ path: ['name'] }, { path: ['keys', 1, 'bits'] }, { path: ['mode'] }],
    })
    expect(error.message).toMatch(/^f\(\): name: .+; keys\.1\.bits: .+; mode: .+/)
  })

  it.each([null, undefined, 'text', 7, [], () => 1].map((value) => [value]))('rejects %o as options', (value) => {
    expect(errorOf(() => validateOptions(schema, value, 'f()')).message).toMatch(
      /^f\(\): (is missing; it )?must be an object$/,
    )
  })

  it('rejects an unknown key and names it', () => {
    expect(() => validateOptions(schema, { name: 'n', timeout: 1 }, 'f()')).toThrow(/^f\(\): .*"timeout"/)
  })

  it('throws an error of the given class', () => {
    expect(errorOf(() => validateOptions(schema, {}, 'list()', QueryError))).toBeInstanceOf(QueryError)
  })

  it('never shows a value', () => {
    const secret = 'sk-0123456789abcdef'
    const wrong = [
      { name: [secret] },
      { name: 'n', mode: secret },
      { name: 'n', keys: secret },
      { name: 'n', keys: [{ bits: secret }] },
      { name: { [secret.slice(0, 0)]: secret } },
    ]
    for (const value of wrong) {
      expect(everythingOf(errorOf(() => validateOptions(schema, value, 'f()')))).not.toContain(secret)
    }
  })
})

describe('parseBaseUrl', () => {
  it.each([
    ['https://api.mch.weixin.qq.com', 'https://api.mch.weixin.qq.com'],
    ['https://api.mch.weixin.qq.com/', 'https://api.mch.weixin.qq.com'],
    ['HTTPS://Example.COM:443/a/b//', 'https://example.com/a/b'],
    ['https://example.com:8443', 'https://example.com:8443'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['http://127.0.0.1:1', 'http://127.0.0.1:1'],
    ['http://127.9.9.9', 'http://127.9.9.9'],
    ['http://[::1]:80/x', 'http://[::1]/x'],
  ])('%s is %s', (value, url) => expect(parseBaseUrl(value, 'baseUrl')).toBe(url))

  it.each([
    'http://example.com',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://notlocalhost',
    'http://10.0.0.1',
    'http://0.0.0.0',
    'http://169.254.169.254',
    'ftp://127.0.0.1',
    'file:///etc/passwd',
    'javascript:1',
    '//example.com',
    'example.com',
    '',
    'https://',
    'https://user@example.com',
    'https://user:word@example.com',
    'https://example.com?a=1',
    'https://example.com#a',
  ])('%o is rejected and not shown', (value) => {
    const error = errorOf(() => parseBaseUrl(value, 'backupBaseUrl'))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toMatch(/^backupBaseUrl must be an https URL/)
    expect(error).toMatchObject({ issues: [{ path: ['backupBaseUrl'] }] })
    if (value.length > 8) expect(everythingOf(error)).not.toContain(value)
  })
})

it.each([
  ['the documented one', undefined, { requests: 200, perMs: 60_000 }],
  ['none', false, null],
  ["the user's", { requests: 1, perMs: 2 }, { requests: 1, perMs: 2 }],
] as const)('rateLimitOf: %s', (_, option, expected) => {
  expect(resolveRateLimit(option, { requests: 200, perMs: 60_000 })).toEqual(expected)
})
