import { describe, expect, it } from 'vitest'
import { ComplaintError } from '../../../../src/errors.js'
import type { WireResponse } from '../../../../src/provider.js'
import { parseEnvelope } from '../../../../src/providers/alipay/envelope.js'
import { encodeGbk } from '../../../support/gbk.js'
import { app, memberName, platform, signed, signText, success, tradeList, wireResponse } from './support.js'

const facts = { operation: 'get', capability: '交易投诉', tokenHint: 'renew the token' } as const
const name = memberName(tradeList)
const parse = (response: WireResponse, alipayCertSn: string | null = null): unknown =>
  parseEnvelope(response, tradeList, { alipayKey: platform.publicKey, alipayCertSn }, facts)

function errorOf(response: WireResponse, alipayCertSn: string | null = null): ComplaintError {
  try {
    parse(response, alipayCertSn)
  } catch (error) {
    if (ComplaintError.isInstance(error)) return error
    throw error
  }
  return expect.fail('was believed')
}

const content = success({ total_num: 0 })
const text = JSON.stringify(content)

describe('a signed success', () => {
  it('is the member of the method', () => {
    expect(parse(signed(tradeList, content))).toEqual(content)
  })

  it.each([
    ['before the signature', (sign: string) => `{"${name}":${text},"sign":"${sign}"}`],
    ['behind it', (sign: string) => `{"sign":"${sign}","${name}":${text}}`],
    ['with blanks around', (sign: string) => ` {\n "${name}" : ${text} ,\t"sign" : "${sign}" }\r\n`],
    ['among others', (sign: string) => `{"a":{"sign":"x"},"${name}":${text},"b":[],"sign":"${sign}","c":1}`],
    ['behind a byte order mark', (sign: string) => `\ufeff{"${name}":${text},"sign":"${sign}"}`],
    ['with its slashes escaped in the signature', (sign: string) => `{"${name}":${text},"sign":"${sign.replaceAll('/', '\\/')}"}`], // biome-ignore format: a table
    ['under a name with escapes', (sign: string) => `{"${name.replace('a', '\\u0061')}":${text},"si\\u0067n":"${sign}"}`], // biome-ignore format: a table
  ])('may stand %s', (_, print) => {
    expect(parse(wireResponse(print(signText(text))))).toEqual(content)
  })

  it('is verified by its bytes: blanks, escapes and order count', () => {
    const odd = '{ "msg":"\\u6210\\u529f", "code":"10000",\n"list":[ "}" , "\\"sign\\":\\"x\\"" ] , "n":1.0}'
    expect(parse(signed(tradeList, odd))).toEqual(JSON.parse(odd))
    const compact = JSON.stringify(JSON.parse(odd))
    expect(errorOf(wireResponse(`{"${name}":${odd},"sign":"${signText(compact)}"}`)).code).toBe('SIGNATURE')
  })

  it('is verified once more with plain slashes', () => {
    const sent = '{"code":"10000","images":["https:\\/\\/mdn.example\\/1.png"],"t":"\\\\\\/"}'
    const meant = '{"code":"10000","images":["https://mdn.example/1.png"],"t":"\\\\/"}'
    expect(parse(wireResponse(`{"${name}":${sent},"sign":"${signText(meant)}"}`))).toEqual(JSON.parse(meant))
    expect(parse(wireResponse(`{"${name}":${sent},"sign":"${signText(sent)}"}`))).toEqual(JSON.parse(meant))
    const beyondAscii = sent.replace('"t":"', '"t":"\ufeff投诉')
    const plain = meant.replace('"t":"', '"t":"\ufeff投诉')
    expect(parse(wireResponse(`{"${name}":${beyondAscii},"sign":"${signText(plain)}"}`))).toEqual(JSON.parse(plain))
    // Not the other way round.
    expect(errorOf(wireResponse(`{"${name}":${meant},"sign":"${signText(sent)}"}`)).code).toBe('SIGNATURE')
  })

  it('in GBK is verified by its bytes, and then read', () => {
    const bytes = encodeGbk('{"code":"10000","msg":"成功","t":"誠"}')
    const body = Buffer.concat([Buffer.from(`{"${name}":`), bytes, Buffer.from(`,"sign":"${signText(bytes)}"}`)])
    expect(parse(wireResponse(body))).toEqual({ code: '10000', msg: '成功', t: '誠' })
  })

  it('that is neither UTF-8 nor GBK is refused', () => {
    const bytes = Buffer.from([...Buffer.from('{"code":"10000","t":"'), 0x81, 0x20, ...Buffer.from('"}')])
    const body = Buffer.concat([Buffer.from(`{"${name}":`), bytes, Buffer.from(`,"sign":"${signText(bytes)}"}`)])
    expect(errorOf(wireResponse(body))).toMatchObject({ code: 'RESPONSE', retryable: true })
  })

  it('may hold HTML and byte order marks', () => {
    const odd = success({ t: '\ufeff <html>' })
    expect(parse(signed(tradeList, odd))).toEqual(odd)
  })

  it('keeps integers of any length', () => {
    expect(parse(signed(tradeList, '{"code":"10000","id":2020092300102000000001459758}'))).toMatchObject({
      id: '2020092300102000000001459758',
    })
  })
})

describe('a success is not believed', () => {
  const sign = signText(text)
  it.each<[string, string]>([
    ['without a signature', `{"${name}":${text}}`],
    ['with an empty one', `{"${name}":${text},"sign":""}`],
    ['with null', `{"${name}":${text},"sign":null}`],
    ['with a number', `{"${name}":${text},"sign":1}`],
    ['with one of another text', `{"${name}":${text},"sign":"${signText(`${text} `)}"}`],
    ['with one of another key', `{"${name}":${text},"sign":"${signText(text, app.privateKey)}"}`],
    ['with a blank in it', `{"${name}":${text},"sign":"${sign.slice(0, 10)} ${sign.slice(10)}"}`],
    ['with a line break behind', `{"${name}":${text},"sign":"${sign}\\n"}`],
    ['in the alphabet of URLs', `{"${name}":${text},"sign":"${sign.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}"}`], // biome-ignore format: a table
    ['with two', `{"${name}":${text},"sign":"${sign}","sign":"${sign}"}`],
    ['twice', `{"${name}":${text},"${name}":{"code":"10000"},"sign":"${sign}"}`],
    ['twice, the other first', `{"${name}":{"code":"10000"},"${name}":${text},"sign":"${sign}"}`],
  ])('%s', (_, body) => {
    expect(errorOf(wireResponse(body))).toMatchObject({ code: 'SIGNATURE', retryable: true, verified: false })
  })

  it('says what is wrong', () => {
    const messageOf = (body: string): string => errorOf(wireResponse(body)).message
    expect(messageOf(`{"${name}":${text}}`)).toBe('the response has no signature; nothing of it was used')
    expect(messageOf(`{"${name}":${text},"sign":"x"}`)).toMatch(
      /^the response fails verification: it was changed in transit, or alipayPublicKey or alipayCert is not Alipay's current one/,
    )
    expect(messageOf(`{"${name}":${text},"${name}":${text}}`)).toContain(`has ${name} more than once`)
    expect(messageOf('busy')).toBe('the response is not a JSON object')
    expect(messageOf('{}')).toContain("does not have the form of Alipay's responses")
    expect(messageOf(`{"${name}":{x}}`)).toContain('is not JSON in UTF-8 or GBK')
  })

  it('says that there is no signature where each response has one', () => {
    expect(errorOf(wireResponse(`{"${name}":${text}}`)).issues).toEqual([
      { path: ['sign'], message: 'expected the signature as text' },
    ])
    expect(errorOf(wireResponse(`{"${name}":${text},"sign":"x"}`)).issues).toEqual([])
  })

  it.each(['{"msg":"x"}', '"10000"', 'null', '[]', '{"code":null}', '{"code":{}}'])(
    'unsigned, whatever its form: %s',
    (member) => {
      expect(errorOf(wireResponse(`{"${name}":${member}}`)).code).toBe('SIGNATURE')
    },
  )

  it('signed, but without a code', () => {
    expect(errorOf(signed(tradeList, '{}'))).toMatchObject({ code: 'API', verified: true, providerCode: null })
    expect(errorOf(signed(tradeList, '[]'))).toMatchObject({ code: 'API', verified: true })
  })

  it('encrypted', () => {
    const error = errorOf(signed(tradeList, '"c2VjcmV0"'))
    expect(error.code).toBe('RESPONSE')
    expect(error.message).toContain('接口内容加密方式')
  })
})

describe('in certificate mode', () => {
  it('the response must name the configured certificate', () => {
    expect(parse(signed(tradeList, content, { alipay_cert_sn: 'abc' }), 'abc')).toEqual(content)
    const error = errorOf(signed(tradeList, content, { alipay_cert_sn: 'abd' }), 'abc')
    expect(error).toMatchObject({ code: 'SIGNATURE', retryable: true })
    expect(error.message).toContain('Alipay has renewed it; download the new one')
    expect(errorOf(signed(tradeList, content, { alipay_cert_sn: null }), 'abc').code).toBe('SIGNATURE')
    expect(errorOf(signed(tradeList, content, { alipay_cert_sn: ['abc'] }), 'abc').code).toBe('SIGNATURE')
  })

  it('a response that names none is verified like any other; in key mode the name says nothing', () => {
    expect(parse(signed(tradeList, content), 'abc')).toEqual(content)
    expect(parse(signed(tradeList, content, { alipay_cert_sn: 'abd' }))).toEqual(content)
  })
})

describe('a failure', () => {
  const failed = { code: '40004', msg: 'Business Failed', sub_code: 'PARAM_ILLEGAL', sub_msg: '参数错误' }

  it('with a signature is verified', () => {
    expect(errorOf(signed(tradeList, failed))).toMatchObject({
      code: 'API',
      providerCode: 'PARAM_ILLEGAL',
      providerMessage: '参数错误',
      verified: true,
      status: 200,
    })
    const wrong = wireResponse(`{"${name}":${JSON.stringify(failed)},"sign":"${signText('x')}"}`)
    expect(errorOf(wrong)).toMatchObject({ code: 'SIGNATURE', providerCode: null, verified: false })
  })

  it.each([
    ['of the gateway', `{"error_response":${JSON.stringify(failed)}}`],
    ['of the gateway, with a signature of something', `{"error_response":${JSON.stringify(failed)},"sign":"x"}`],
    ['of the method', `{"${name}":${JSON.stringify(failed)}}`],
    ['of the method, with null for a signature', `{"${name}":${JSON.stringify(failed)},"sign":null}`],
  ])('without one is classified, and not verified: %s', (_, body) => {
    expect(errorOf(wireResponse(body))).toMatchObject({
      code: 'API',
      providerCode: 'PARAM_ILLEGAL',
      verified: false,
    })
  })

  it.each([
    ['of the gateway', 'error_response'],
    ['of the method', name],
  ])('without one says what to do: %s', (_, member) => {
    const messageOf = (code: string): string => errorOf(wireResponse(`{"${member}":{"code":"${code}"}}`)).message
    expect(messageOf('20001')).toContain(facts.tokenHint)
    expect(messageOf('40006')).toContain(facts.capability)
  })

  it('in GBK shows its message', () => {
    const body = encodeGbk(
      '{"error_response":{"code":"40002","sub_code":"isv.invalid-app-id","sub_msg":"誠，无效的应用"}}',
    )
    expect(errorOf(wireResponse(body))).toMatchObject({
      code: 'AUTHENTICATION',
      providerMessage: '誠，无效的应用',
      verified: false,
    })
  })

  it.each([
    '{"error_response":{"code":"10000"}}',
    '{"error_response":{}}',
    '{"error_response":"x"}',
    '{}',
    '{"other_response":{"code":"10000"},"sign":"x"}',
  ])('of another form is no response of Alipay: %s', (body) => {
    const error = errorOf(wireResponse(body))
    expect(error).toMatchObject({ code: 'RESPONSE', retryable: false })
    expect(error.issues).toEqual([{ path: [name], message: `expected ${name} or error_response` }])
  })
})

describe('anything else', () => {
  it.each(['<html>', ' \n<!DOCTYPE html><title>系统维护</title>', '\ufeff<html>'])('HTML: %j', (body) => {
    const error = errorOf(wireResponse(body))
    expect(error).toMatchObject({ code: 'NETWORK', retryable: false, status: 200 })
    expect(error.message).toContain('page of HTML')
    expect(error.message).toContain('check baseUrl')
  })

  it('HTML in GBK', () => {
    expect(errorOf(wireResponse(encodeGbk('<html>系统维护'))).code).toBe('NETWORK')
  })

  it.each(['', 'busy', '[]', '{"a":', `{"${name}":{"code":"10000"}`])('no JSON object: %j', (body) => {
    expect(errorOf(wireResponse(body))).toMatchObject({ code: 'RESPONSE', retryable: true, status: 200 })
  })

  it('a member that is no JSON', () => {
    expect(errorOf(signed(tradeList, '{"code":10000,}'))).toMatchObject({ code: 'RESPONSE', retryable: true })
    expect(errorOf(wireResponse(`{"${name}":{x}}`))).toMatchObject({ code: 'RESPONSE', retryable: true })
  })
})
