import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../../src/privacy/redact.js'

const redact = (text: string, ...secrets: string[]): string => {
  const redactor = createRedactor()
  for (const secret of secrets) redactor.addSecret(secret)
  return redactor.redact(text)
}

describe('phone numbers', () => {
  it.each([
    ['13800000000', '138****0000'],
    ['call 13800000000, or 19912345678!', 'call 138****0000, or 199****5678!'],
    ['"payer_phone":"13800000000"', '"payer_phone":"138****0000"'],
    ['电话13800000000打不通', '电话138****0000打不通'],
    ['+8613800000000', '+86138****0000'],
    ['008613800000000', '0086138****0000'],
    ['8613800000000', '86138****0000'],
    ['+86 138 0000 0000', '+86 138 **** 0000'],
    ['138-0000-0000', '138-****-0000'],
  ])('%s is shown as %s', (text, shown) => {
    expect(redact(text)).toBe(shown)
  })

  it.each(['1380000000', '138000000001', '12800000000', '20260101138000000001', '4200000404201909069117582536'])(
    '%s is not masked',
    (text) => expect(redact(text)).toBe(text),
  )
})

it('openids are masked', () => {
  expect(redact('openid oUpF8uMuAJO_M2pxb1Q9zNjWeS6o!')).toBe('openid oUpF8u…!')
  expect(redact('oUpF8uMuAJO_M2pxb1Q9zNjWeS6oX')).toBe('oUpF8uMuAJO_M2pxb1Q9zNjWeS6oX')
})

describe('secrets', () => {
  const secret = 'k3y/+="\\\n!\'()~* 密'

  it.each([
    ['unchanged', secret],
    ['in a URL', encodeURIComponent(secret)],
    ['in a form', new URLSearchParams({ a: secret }).toString()],
    ['in JSON', JSON.stringify({ a: secret })],
    ['several times', `${secret}${secret} and ${secret}`],
  ])('are removed: %s', (_, text) => {
    const shown = redact(text, secret)
    expect(shown).toContain('[secret]')
    expect(shown).not.toContain('k3y')
  })

  it('are removed completely when one is a prefix of another, in any order', () => {
    for (const secrets of [
      ['abcd', 'abcd-1234'],
      ['abcd-1234', 'abcd'],
    ]) {
      expect(redact('token abcd-1234, key abcd', ...secrets)).toBe('token [secret], key [secret]')
    }
  })

  it('are removed before phone numbers are masked', () => {
    expect(redact('key 13800000000x', '13800000000x')).toBe('key [secret]')
  })

  it('of fewer than four characters are not removed: they would match everywhere', () => {
    expect(redact('a b abc', 'a', '', 'abc')).toBe('a b abc')
  })

  it('may be any text, including a lone surrogate', () => {
    expect(redact('key \ud83dabcd', '\ud83dabcd')).toBe('key [secret]')
    expect(redact('$& is kept', 'nothing')).toBe('$& is kept')
  })

  it('are not shared between redactors', () => {
    createRedactor().addSecret('abcd')
    expect(redact('abcd')).toBe('abcd')
  })
})

describe('many secrets', () => {
  it('do not make a redactor grow: it keeps the first and the most recent ones', () => {
    const redactor = createRedactor()
    redactor.addSecret('the-merchant-key')
    for (let call = 0; call < 1000; call += 1) redactor.addSecret(`token-number-${call}.`)
    expect(redactor.redact('the-merchant-key token-number-999. token-number-500.')).toBe(
      '[secret] [secret] token-number-500.',
    )
  })
})

describe('a request that a response repeats', () => {
  const credentials =
    'mchid="1900000001",nonce_str="5K8264ILTKCH16CQ2502SI8ZNMTM67VS",timestamp="1554208460",signature="c2ln"'
  const header = `WECHATPAY2-SHA256-RSA2048 ${credentials}`

  it.each([
    ['a header line', `GET / HTTP/1.1\r\nAuthorization: ${header}\r\nAccept: */*`],
    ['JSON', JSON.stringify({ headers: { authorization: header, accept: '*/*' } })],
    ['JSON in JSON', JSON.stringify(JSON.stringify({ authorization: header, accept: '*/*' }))],
  ])('the Authorization header is removed: %s', (_, text) => {
    const shown = redact(`${text} was refused`)
    expect(shown).toMatch(/\[secret\].* was refused$/s)
    expect(shown).not.toMatch(/WECHATPAY2|5K8264|1900000001|c2ln/)
  })

  it.each([
    ['a list', `['Authorization', '${header}']`],
    ['PHP', `[Authorization] => ${header}`],
    ['a map', `{Authorization=[${header}]}`],
    ['two words', `Authorization ${header}`],
    ['a Chinese colon', `Http头Authorization：${header}`],
    ['a Chinese sentence', `Http头Authorization的值为：${header} 有误`],
    ['a short one after other signs', 'Authorization的值是 Bearer abcdefghijklmnop'],
    ['a short one', 'Authorization: Bearer abcd'],
  ])('the Authorization header is removed in any notation: %s', (_, text) => {
    const shown = redact(text)
    expect(shown).toContain('[secret]')
    expect(shown).not.toMatch(/WECHATPAY2|5K8264|1900000001|c2ln|abcd/)
  })

  it.each([
    "Http头Authorization时间戳有误; this host's clock is 600 s off, 300 s are too much",
    'Http头缺少Authorization; check that serialNo is right',
    'Http头Authorization认证类型不正确',
  ])('a sentence about the header is kept: %s', (text) => {
    expect(redact(text)).toBe(text)
  })

  it('a long signature is removed, also percent-encoded', () => {
    const signature = Buffer.alloc(96, 0xfb).toString('base64')
    expect(redact(`sign=${signature}&x`)).toBe('[…]&x')
    expect(redact(`sign ${encodeURIComponent(signature)}&x`)).toBe('sign […]&x')
  })
  it('a signature in lines or with HTML entities is removed', () => {
    const signature = Buffer.alloc(256, 0xfb).toString('base64')
    for (const width of [64, 76]) {
      for (const end of ['\n', '\r\n', '\r\n    ']) {
        const lines = signature.replace(new RegExp(`.{${width}}`, 'g'), `$&${end}`)
        expect(redact(`sign ${lines}, was refused`)).toBe('sign […], was refused')
      }
    }
    for (const entity of ['&#x2F;', '&#x2f;', '&#47;'])
      expect(redact(`sign ${signature.replaceAll('/', entity)} was refused`)).toBe('sign […] was refused')
  })

  it('two long ids on separate lines are kept', () => {
    const ids = `${'a'.repeat(59)}\n${'b'.repeat(59)}\n`
    expect(redact(ids)).toBe(ids)
  })

  it('a secret with lower-case escapes is removed', () => {
    const redactor = createRedactor()
    redactor.addSecret('a/secret+of some')
    expect(redactor.redact('a%2fsecret%2bof%20some a%2Fsecret%2Bof%20some a%2fsecret%2bof+some')).toBe(
      '[secret] [secret] [secret]',
    )
  })
})
