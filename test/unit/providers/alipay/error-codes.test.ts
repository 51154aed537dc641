import { describe, expect, it } from 'vitest'
import { alipayRiskLabels, alipayTradeLabels } from '../../../../src/index.js'
import { type ErrorFacts, errorForMember, toApiError } from '../../../../src/providers/alipay/error-codes.js'
import { wireResponse } from './support.js'

const facts: ErrorFacts = { verified: true, operation: 'get', capability: '交易投诉', tokenHint: 'renew the token' }
const errorOf = (member: unknown, change: Partial<ErrorFacts> = {}) => errorForMember(member, { ...facts, ...change })
const of = (code: string, sub_code?: string, change: Partial<ErrorFacts> = {}) =>
  errorOf({ code, msg: 'msg', ...(sub_code === undefined ? {} : { sub_code, sub_msg: '原因' }) }, change)

describe('codes', () => {
  it.each<[string, string | undefined, string, boolean, RegExp]>([
    ['20000', 'isp.unknow-error', 'API', true, /the service is busy/],
    ['20000', 'aop.unknow-error', 'API', true, /the service is busy/],
    ['20001', 'aop.invalid-app-auth-token', 'AUTHENTICATION', false, /renew the token/],
    ['20001', 'aop.app-auth-token-time-out', 'AUTHENTICATION', false, /renew the token/],
    ['20001', 'aop.invalid-app-auth-token-no-api', 'AUTHENTICATION', false, /renew the token/],
    ['20001', undefined, 'AUTHENTICATION', false, /renew the token/],
    ['40001', 'isv.missing-method', 'API', false, /code 40001 isv\.missing-method 原因$/],
    ['40001', 'isv.missing-signature', 'API', false, /原因$/],
    ['40002', 'isv.invalid-signature', 'AUTHENTICATION', false, /check that privateKey belongs to appId/],
    ['40002', 'isv.invalid-signature-type', 'AUTHENTICATION', false, /privateKey/],
    ['40002', 'isv.invalid-app-id', 'AUTHENTICATION', false, /check appId and baseUrl/],
    ['40002', 'isv.invalid-timestamp', 'AUTHENTICATION', false, /clock/],
    ['40002', 'isv.app-cert-expired', 'AUTHENTICATION', false, /appCert, alipayCert and alipayRootCert/],
    ['40002', 'isv.invalid-app-cert-sn', 'AUTHENTICATION', false, /appCert/],
    ['40002', 'isv.invalid-method', 'API', false, /原因$/],
    ['40002', 'isv.suspected-attack', 'API', false, /原因$/],
    ['40002', 'isv.not-online-app', 'API', false, /原因$/],
    ['40002', undefined, 'API', false, /code 40002 msg$/],
    ['40003', 'isv.missing-signature-config', 'PERMISSION', false, /has its keys and is authorised/],
    ['40003', 'isv.invalid-auth-relations', 'PERMISSION', false, /is authorised/],
    ['40004', 'AUTHORITY_ILLEGAL', 'PERMISSION', false, /add the capability 交易投诉/],
    ['40004', 'SYSTEM_ERROR', 'API', true, /the service is busy/],
    ['40004', 'PARAM_ILLEGAL', 'API', false, /check the id: Alipay has no code for an unknown complaint/],
    ['40004', 'COMPLAIN_NOT_EXIST', 'NOT_FOUND', false, /check the id and appId/],
    ['40004', 'COMPLAIN_NOT_FOUND', 'NOT_FOUND', false, /check the id and appId/],
    ['40004', 'COMPLAIN_NOTEXIST', 'NOT_FOUND', false, /check the id/],
    ['40004', 'LATER_CODE', 'API', false, /code 40004 LATER_CODE 原因$/],
    ['40005', 'isv.app-call-limited', 'RATE_LIMIT', true, /too many requests/],
    ['40005', 'isv.method-call-limited', 'RATE_LIMIT', true, /too many requests/],
    ['40005', undefined, 'RATE_LIMIT', true, /too many requests/],
    ['40006', 'isv.insufficient-isv-permissions', 'PERMISSION', false, /add the capability 交易投诉/],
    ['40006', 'isv.self-invoke-forbidden', 'PERMISSION', false, /have the merchant authorise it/],
    ['50000', 'x.y', 'API', false, /原因$/],
  ])('%s %s is %s, retryable: %s', (code, sub, name, retryable, message) => {
    const error = of(code, sub)
    expect([error.code, error.retryable]).toEqual([name, retryable])
    expect(error.message).toMatch(message)
    expect(error.message.startsWith(`code ${code}`)).toBe(true)
    expect(error).toMatchObject({
      status: 200,
      providerCode: sub ?? code,
      providerMessage: sub === undefined ? 'msg' : '原因',
      verified: true,
    })
  })

  it('of a list name no complaint', () => {
    for (const sub of ['COMPLAIN_NOT_EXIST', 'PARAM_ILLEGAL']) {
      const error = of('40004', sub, { operation: 'list' })
      expect([error.code, error.message]).toEqual(['API', `code 40004 ${sub} 原因`])
    }
    expect(of('40004', 'AUTHORITY_ILLEGAL', { operation: 'list' }).code).toBe('PERMISSION')
    expect(of('40004', 'SYSTEM_ERROR', { operation: 'list' }).retryable).toBe(true)
    expect(of('40004', 'COMPLAIN_NOT_EXIST', { operation: 'history' }).code).toBe('NOT_FOUND')
  })

  it('name the capability of the product', () => {
    expect(of('40006', 'x', { capability: '消费者投诉 (RiskGO)' }).message).toContain('消费者投诉 (RiskGO)')
  })

  it('may be numbers or missing', () => {
    expect(errorOf({ code: 20000 })).toMatchObject({ code: 'API', retryable: true, providerCode: '20000', providerMessage: null }) // biome-ignore format: one line
    for (const member of [{}, [], 'x', null, undefined, { code: {} }])
      expect(errorOf(member)).toMatchObject({
        code: 'API',
        message: 'failed without a code',
        providerCode: null,
        providerMessage: null,
      })
    expect(errorOf({ code: '40004', sub_code: '', msg: '', sub_msg: '' })).toMatchObject({
      message: 'code 40004',
      providerCode: '40004',
      providerMessage: null,
    })
  })

  it('say whether they were verified', () => {
    expect(of('40004', 'X', { verified: false }).verified).toBe(false)
  })

  it('have labels in both products', () => {
    for (const code of ['isv.invalid-signature', '40005', 'AUTHORITY_ILLEGAL', 'aop.app-auth-token-time-out'])
      expect([alipayTradeLabels.code[code]?.zh, alipayRiskLabels.code[code]?.en]).toEqual([
        expect.stringMatching(/\p{Script=Han}/u),
        expect.stringMatching(/^[A-Za-z]/),
      ])
  })
})

describe('the text that the gateway verified', () => {
  const verified =
    'alipay_root_cert_sn=1_2&amp;app_auth_token=202609BBmade-up&amp;app_id=2021&amp;biz_content={&quot;a&quot;:1}'

  it.each([
    [`验签出错，网关生成的验签字符串为：${verified}`, '验签出错，网关生成的验签字符串为：[…]'],
    [`app_auth_token=x&app_id=1`, '[…]'],
    [`建议检查 sign_type=RSA2 的签名`, '建议检查 […]'],
    ['app_id 无效', 'app_id 无效'],
    ['my_app_id=1', 'my_app_id=1'],
  ])('is left out of %s', (sub_msg, shown) => {
    const error = errorOf({ code: '40002', msg: 'Invalid Arguments', sub_code: 'isv.invalid-signature', sub_msg })
    expect(error.providerMessage).toBe(shown)
    expect(error.message).not.toContain('made-up')
  })

  it('is left out of msg, too', () => {
    expect(errorOf({ code: '40002', msg: `x ${verified}` }).providerMessage).toBe('x […]')
  })
})

describe('a status other than 2xx', () => {
  it.each([
    [404, 'API', false, /check baseUrl/],
    [502, 'API', true, /HTTP 502 from Alipay's gateway/],
    [503, 'API', true, /HTTP 503/],
    [429, 'RATE_LIMIT', true, /HTTP 429/],
    [403, 'PERMISSION', false, /HTTP 403/],
    [400, 'API', false, /HTTP 400/],
  ])('%d is %s', (status, name, retryable, message) => {
    const error = toApiError(wireResponse('<html>', status), 0)
    expect([error.code, error.retryable, error.status]).toEqual([name, retryable, status])
    expect(error.message).toMatch(message)
  })

  it('may say when to try again', () => {
    const error = toApiError(wireResponse('', 429, { 'retry-after': '7' }), 0)
    expect(error).toMatchObject({ code: 'RATE_LIMIT', retryAfterMs: 7000 })
  })
})
