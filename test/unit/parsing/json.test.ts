import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeUtf8, parseJson } from '../../../src/parsing/json.js'

describe('numbers that a double holds exactly', () => {
  it.each([
    '0',
    '-0',
    '7',
    '-7',
    '1.5',
    '100.0',
    '0.1',
    '1e3',
    '1E+3',
    '1.7e9',
    '25e-1',
    '9007199254740991',
    '-9007199254740991',
    '0.30000000000000004',
    '1.0000000000000000000',
    '0e99',
  ])('%s stays a number', (token) => {
    for (const text of [token, `[${token}]`, `{"a":${token}}`, ` [ ${token} ] `]) {
      expect(parseJson(text)).toEqual(JSON.parse(text))
    }
  })
})

describe('numbers that a double does not hold exactly', () => {
  it.each([
    '9007199254740992',
    '9007199254740993',
    '-9007199254740993',
    '10000000000000000',
    // Exact in a double, but not a safe integer.
    '18014398509481984',
    '202601021234567890123456',
    '123456789012345.678',
    '0.12345678901234567890',
    '1e400',
    '1e16',
    '1.2345678901234567890e5',
    '1e-400',
  ])('%s becomes its text', (token) => {
    expect(parseJson(token)).toBe(token)
    expect(parseJson(`[${token}]`)).toEqual([token])
    expect(parseJson(`{"a":{"b":[1,${token},"${token}"]}}`)).toEqual({ a: { b: [1, token, token] } })
    expect(parseJson(`{"a":\n\t${token}\n}`)).toEqual({ a: token })
  })

  it('is exact for every integer around 2^53', () => {
    for (let step = -2000n; step <= 2000n; step += 1n) {
      for (const integer of [2n ** 53n + step, -(2n ** 53n) + step, 2n ** 63n + step]) {
        const read = parseJson(`{"id":${integer}}`) as { id: unknown }
        expect(String(read.id)).toBe(String(integer))
        expect(typeof read.id).toBe(Number.isSafeInteger(Number(integer)) ? 'number' : 'string')
      }
    }
  })
})

describe('digits inside strings', () => {
  const digits = '12345678901234567890'
  it.each([
    ['plain', digits],
    ['after a quote', `"${digits}`],
    ['after a backslash', `\\${digits}`],
    ['after a backslash and a quote', `\\",${digits}`],
    ['as JSON', `{"a":[${digits}]}`],
    ['after a line', `\n${digits}\u2028${digits}`],
    ['escaped', `é${digits}`],
    ['in Chinese', `订单 ${digits}，1e5`],
  ])('%s are left alone', (_, value) => {
    const object = { [value]: value, list: [value, 1], last: `${value}\\` }
    expect(parseJson(JSON.stringify(object))).toEqual(object)
    expect(parseJson(`{"id":${digits},"object":${JSON.stringify(object)}}`)).toEqual({ id: digits, object })
    const escaped = JSON.stringify(object).replaceAll('é', '\\u00e9')
    expect(parseJson(`[${escaped},${digits}]`)).toEqual([object, digits])
  })

  it('are left alone in a text of many megabytes', () => {
    for (const filling of ['x', '\\n', '\\"']) {
      const text = `{"a":"${filling.repeat(9_000_000)}","id":${digits}}`
      expect((parseJson(text) as { id: unknown }).id).toBe(digits)
    }
  })
})

describe('parseJson', () => {
  it.each([
    '',
    '{',
    '[01]',
    '[1,]',
    "{'a':1}",
    '[.5]',
    '[1.]',
    '[+1]',
    '[NaN]',
    '\ufeff{}',
    '[12345678901234567',
    '{"a":12345678901234567,}',
  ])('rejects %o like JSON.parse', (text) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError)
    expect(() => parseJson(text)).toThrow(SyntaxError)
  })

  it('keeps a key called __proto__ as data', () => {
    const read = parseJson('{"__proto__":{"admin":true},"id":12345678901234567}') as Record<string, unknown>
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
    expect(read.admin).toBeUndefined()
    expect(Object.keys(read)).toEqual(['__proto__', 'id'])
  })

  it('equals JSON.parse for texts without unsafe numbers', () => {
    const leaf = fc.oneof(fc.string(), fc.maxSafeInteger(), fc.boolean(), fc.constant(null), fc.float({ noNaN: true }))
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value')), fc.dictionary(fc.string(), tie('value'))),
    }))
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1), (data, indent) => {
        const text = JSON.stringify(data, (_, item) => (isPlain(item) ? item : 0), indent)
        expect(parseJson(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('keeps every digit of every integer at any depth', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.string(), fc.nat(5), (integer, words, depth) => {
        const text = `${'['.repeat(depth)}{${JSON.stringify(words)}:${integer}}${']'.repeat(depth)}`
        const [found] = [parseJson(text)].flat(10) as Record<string, unknown>[]
        expect(String(found?.[words])).toBe(String(integer))
      }),
    )
  })
})

/** parseJson differs from JSON.parse in numbers beyond 2^53. */
function isPlain(item: unknown): boolean {
  return typeof item !== 'number' || Math.abs(item) <= Number.MAX_SAFE_INTEGER
}

describe('decodeUtf8', () => {
  it('keeps all characters, including a byte order mark', () => {
    const text = '\ufeff投诉 🙂 é'
    expect(decodeUtf8(Buffer.from(text))).toBe(text)
    expect(decodeUtf8(new Uint8Array(Buffer.from(`xx${text}`)).subarray(2))).toBe(text)
    expect(decodeUtf8(new Uint8Array())).toBe('')
  })

  it.each([
    ['a lone continuation byte', [0x80]],
    ['a truncated character', [0xe6, 0x8a]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['GBK', [0xcd, 0xb6, 0xcb, 0xdf]],
  ])('rejects %s', (_, bytes) => expect(() => decodeUtf8(Buffer.from(bytes))).toThrow(TypeError))
})
