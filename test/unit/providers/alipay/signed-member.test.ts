import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeGbk } from '../../../../src/providers/alipay/charset.js'
import { parseString, scanMembers, withPlainSlashes } from '../../../../src/providers/alipay/signed-member.js'
import { charactersLikeAscii, encodeGbk } from '../../../support/gbk.js'
import { gbk, parsePlaced, utf8 } from '../../../support/json-positions.js'
import { propertyRuns } from '../../../support/property-runs.js'

const runs = propertyRuns(10_000)

/** The text of each value, by name. */
const cut = (text: string, isGbk = false): [string, string][] | null =>
  scanMembers(text, isGbk)?.map(({ name, start, end }) => [name, text.slice(start, end)]) ?? null

describe('the members of an object', () => {
  it.each<[string, [string, string][]]>([
    ['{}', []],
    [' \t\r\n{ } \n', []],
    ['{"a":1}', [['a', '1']]],
    ['{"a":-1.5e+3,"b":true,"c":null,"d":[]}', [['a', '-1.5e+3'], ['b', 'true'], ['c', 'null'], ['d', '[]']]], // biome-ignore format: a table
    ['{"a":1E9}', [['a', '1E9']]],
    // A value is parsed after its signature was verified.
    ['{"a":xyz}', [['a', 'xyz']]],
    ['{ "a" : { "sign" : "}" } , "sign" : "x" }', [['a', '{ "sign" : "}" }'], ['sign', '"x"']]], // biome-ignore format: a table
    ['{"a":"{","b":"}","c":"[","d":"]"}', [['a', '"{"'], ['b', '"}"'], ['c', '"["'], ['d', '"]"']]], // biome-ignore format: a table
    ['{"a":{"t":"\\"}\\\\"},"b":"\\\\\\\\"}', [['a', '{"t":"\\"}\\\\"}'], ['b', '"\\\\\\\\"']]], // biome-ignore format: a table
    ['{"a":{"t":",\\"sign\\":\\"x\\""},"sign":"y"}', [['a', '{"t":",\\"sign\\":\\"x\\""}'], ['sign', '"y"']]], // biome-ignore format: a table
    ['{"\\u0061":[[{"x":[1,{}]}],"]"]}', [['a', '[[{"x":[1,{}]}],"]"]']]],
    ['{"x_response":"Zm9v","x_response":{}}', [['x_response', '"Zm9v"'], ['x_response', '{}']]], // biome-ignore format: a table
  ])('of %s', (text, members) => {
    expect(cut(text)).toEqual(members)
  })

  it.each([
    '',
    ' ',
    '[]',
    '"a"',
    '1',
    '{',
    '{"a"',
    '{"a":',
    '{"a":}',
    '{"a":1',
    '{"a":1,',
    '{"a":1,}',
    '{"a":1}}',
    '{"a":1} x',
    '{} x',
    '{,}',
    '{"a" 1}',
    '{"a":1 "b":2}',
    '{a:1}',
    '{1:1}',
    '{"a":"}',
    '{"a":"\\"}',
    '{"a":{"b":1}',
    '{"a":[1}',
    '{"a',
    '{"\\x":1}',
    '{"a":&}',
    '{"a":"b":1}',
    '["a":1}',
    '{"a"=1}',
    '{"a":1;"b":2}',
    '{"a":{"b":"x}}',
    '{"a":{"b":1',
    'x"a":1}',
    '{xa":1}',
  ])('is null for %j, which is not one object', (text) => {
    expect(scanMembers(text, false)).toBeNull()
  })

  it('of GBK has characters whose second byte is a backslash or a brace', () => {
    expect(charactersLikeAscii.length).toBeGreaterThan(500)
    for (const character of charactersLikeAscii) {
      const text = encodeGbk(`{"a":{"t":"${character}"},"sign":"x"}`).toString('latin1')
      expect(cut(text, true)?.map(([name]) => name)).toEqual(['a', 'sign'])
    }
    const [backslash] = charactersLikeAscii.filter((character) => encodeGbk(character)[1] === 0x5c)
    const text = encodeGbk(`{"a":"${backslash}"}`).toString('latin1')
    expect(scanMembers(text, false)).toBeNull()
  })

  it('of GBK may have names beyond ASCII, which are no other names', () => {
    const text = encodeGbk('{"si诚gn":1,"sign":2}').toString('latin1')
    expect(cut(text, true)).toEqual([['si?gn', '1'], ['sign', '2']]) // biome-ignore format: a table
  })

  it('of GBK are found behind a byte that begins no character', () => {
    const text = Buffer.from([
      ...Buffer.from('{"a":"'),
      0xff,
      ...Buffer.from('","b":"'),
      0xfe,
      0x5c,
      ...Buffer.from('"}'),
    ])
    expect(cut(text.toString('latin1'), true)?.map(([name]) => name)).toEqual(['a', 'b'])
  })

  it('of GB18030 are found behind characters of four bytes', () => {
    const text = Buffer.from([...Buffer.from('{"a":"'), 0x81, 0x30, 0x81, 0x30, ...Buffer.from('","b":1}')])
    expect(cut(text.toString('latin1'), true)?.map(([name]) => name)).toEqual(['a', 'b'])
  })
})

const special = ['"', '\\', '/', '{', '}', '[', ']', ':', ',', '\n', '诚', '😀', '\u2028', 'sign', '_response']
const utf8Text = fc
  .array(fc.oneof(fc.constantFrom(...special), fc.string()), { maxLength: 4 })
  .map((parts) => parts.join(''))
const gbkText = fc
  .array(fc.constantFrom('"', '\\', '/', '{', '}', 'x', '诚', ...charactersLikeAscii.slice(0, 80)), { maxLength: 8 })
  .map((parts) => parts.join(''))

/** A document as some server may print it: with blanks and escapes of its own. */
const documents = (text: fc.Arbitrary<string>): fc.Arbitrary<string> => {
  const blanks = fc.constantFrom('', '', '', ' ', '\n', '\t \r\n')
  const printed = fc.tuple(text, fc.boolean(), fc.boolean()).map(([value, slashes, escapes]) => {
    const json = JSON.stringify(value)
    const escaped = escapes
      ? json.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      : json
    return slashes ? escaped.replaceAll('/', '\\/') : escaped
  })
  const scalar = fc.oneof(printed, fc.constantFrom('null', 'true', 'false', '0', '-1', '1.5', '1e5', '1E-7'))
  const { value } = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
    value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, tie('list'), tie('object')),
    list: fc
      .tuple(fc.array(tie('value'), { maxLength: 3 }), blanks)
      .map(([items, blank]) => `[${blank}${items.join(`${blank},`)}${blank}]`),
    object: fc
      .tuple(fc.array(fc.tuple(printed, tie('value')), { maxLength: 3 }), blanks)
      .map(
        ([members, blank]) =>
          `{${blank}${members.map(([name, item]) => `${name}${blank}:${blank}${item}`).join(`${blank},`)}${blank}}`,
      ),
  }))
  const name = fc.oneof(printed, fc.constantFrom('"sign"', '"alipay_cert_sn"', '"a_b_response"'))
  return fc
    .tuple(fc.array(fc.tuple(name, value), { maxLength: 5 }), blanks)
    .map(
      ([members, blank]) =>
        `${blank}{${members.map(([each, item]) => `${blank}${each}:${blank}${item}${blank}`).join(',')}}${blank}`,
    )
}

describe('any document', () => {
  it.each([
    [
      'UTF-8',
      documents(utf8Text),
      (text: string) => Buffer.from(text),
      utf8,
      (bytes: Buffer) => bytes.toString(),
      false,
    ],
    ['GBK', documents(gbkText), encodeGbk, gbk, decodeGbk, true],
  ] as const)(
    'in %s is cut where a parser that keeps positions finds its members',
    (_, document, encode, length, decode, isGbk) => {
      fc.assert(
        fc.property(document, (text) => {
          const bytes = encode(text)
          const placed = parsePlaced(bytes, length, decode)
          const scanned = scanMembers(bytes.toString('latin1'), isGbk)
          expect(placed).not.toBeNull()
          expect(scanned?.map(({ start, end }) => [start, end])).toEqual(placed?.map(({ start, end }) => [start, end]))
          for (const [index, { name }] of (placed ?? []).entries()) {
            const isAscii = /^[ -~]*$/.test(name)
            if (isAscii) expect(scanned?.[index]?.name).toBe(name)
          }
        }),
        { numRuns: Math.ceil(runs / 2) },
      )
    },
    120_000,
  )

  it('damaged in one place: never cut elsewhere than the parser does, and no exception', () => {
    fc.assert(
      fc.property(
        documents(utf8Text),
        fc.nat(),
        fc.constantFrom('', '"', '\\', '{', '}', ',', ':'),
        (text, at, put) => {
          const place = at % (text.length + 1)
          const bytes = Buffer.from(text.slice(0, place) + put + text.slice(place + 1))
          const placed = parsePlaced(bytes, utf8, (some) => some.toString())
          const scanned = scanMembers(bytes.toString('latin1'), false)
          if (placed !== null)
            expect(scanned?.map(({ start, end }) => [start, end])).toEqual(placed.map(({ start, end }) => [start, end]))
        },
      ),
      { numRuns: Math.ceil(runs / 5) },
    )
  }, 60_000)
})

describe('escaped slashes', () => {
  it.each([
    ['"\\/"', '"/"'],
    ['"a\\/b\\/c"', '"a/b/c"'],
    ['"\\\\/"', null],
    ['"\\\\\\/"', '"\\\\/"'],
    ['"\\"\\/"', '"\\"/"'],
    ['"/"', null],
    ['"\\n"', null],
    ['', null],
  ])('of %s', (text, plain) => {
    expect(withPlainSlashes(text, false)).toBe(plain)
    expect(withPlainSlashes(text, true)).toBe(plain)
  })

  it('of GBK are none where the backslash is the second byte of a character', () => {
    const [character = ''] = charactersLikeAscii.filter((each) => encodeGbk(each)[1] === 0x5c)
    const text = encodeGbk(`"${character}/\\/"`).toString('latin1')
    expect(withPlainSlashes(text, true)).toBe(encodeGbk(`"${character}//"`).toString('latin1'))
  })

  it('mean the same JSON', () => {
    fc.assert(
      fc.property(documents(utf8Text), (text) => {
        const plain = withPlainSlashes(Buffer.from(text).toString('latin1'), false)
        if (plain !== null) expect(JSON.parse(Buffer.from(plain, 'latin1').toString())).toEqual(JSON.parse(text))
        else expect(text.replaceAll('\\\\', '')).not.toContain('\\/')
      }),
      { numRuns: Math.ceil(runs / 5) },
    )
  }, 60_000)
})

describe('a string', () => {
  it.each([
    ['"a\\/b"', 'a/b'],
    ['""', ''],
    ['1', null],
    ['null', null],
    ['{}', null],
    ['"a', null],
  ])('%s', (json, text) => expect(parseString(json)).toBe(text))
})
