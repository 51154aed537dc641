import { describe, expect, it } from 'vitest'
import { everythingOf } from '../../../support/core.js'
import {
  app,
  callOptions,
  failure,
  memberName,
  page,
  parametersOf,
  risk,
  riskList,
  signed,
  signText,
  success,
  trade,
  tradeList,
  wireResponse,
} from './support.js'

const emptyList = signed(tradeList, success({ total_num: 0 }))
const timedOut = signed(tradeList, { code: '20001', msg: 'x', sub_code: 'aop.app-auth-token-time-out' })
const invalid = signed(tradeList, { code: '20001', msg: 'x', sub_code: 'aop.invalid-app-auth-token' })
const tokensOf = (sent: readonly Parameters<typeof parametersOf>[0][]): (string | undefined)[] =>
  sent.map((request) => parametersOf(request).app_auth_token)

describe('the token of a merchant', () => {
  it('is sent and signed', async () => {
    const { connection, sent } = trade([emptyList], { appAuthToken: ' 202609BB0001 ' })
    await connection.listPage(page, callOptions)
    const { sign, ...rest } = parametersOf(sent[0] ?? expect.fail('nothing was sent'))
    expect(rest.app_auth_token).toBe('202609BB0001')
    const text = Object.keys(rest).sort().map((name) => `${name}=${rest[name]}`).join('&') // biome-ignore format: one line
    expect(text).toContain('app_auth_token=202609BB0001&app_id=')
    expect(sign).toBe(signText(text, app.privateKey))
  })

  it('is not sent without the option', async () => {
    const { connection, sent } = risk([signed(riskList, success({ total_size: 0 }))])
    await connection.listPage(page, callOptions)
    expect(tokensOf(sent)).toEqual([undefined])
  })

  it('may come from a function, which is called for every attempt', async () => {
    let calls = 0
    const busy = wireResponse('', 503)
    const { connection, sent } = trade([busy, emptyList], {
      appAuthToken: async () => `202609BB000${++calls}\n`,
    })
    await connection.listPage(page, { ...callOptions, maxRetries: 1 })
    await connection.listPage(page, callOptions)
    expect(tokensOf(sent)).toEqual(['202609BB0001', '202609BB0002', '202609BB0003'])
  })

  it('of a function that has expired is asked for once more, beside the retries', async () => {
    let calls = 0
    const { connection, sent } = trade([timedOut, emptyList], { appAuthToken: async () => `202609BB000${++calls}` })
    await connection.listPage(page, callOptions)
    expect(tokensOf(sent)).toEqual(['202609BB0001', '202609BB0002'])
    const always = trade([timedOut], { appAuthToken: async () => '202609BB0001' })
    const error = await failure(always.connection.listPage(page, { ...callOptions, maxRetries: 3 }))
    expect([error.code, always.sent.length, error.attempts]).toEqual(['AUTHENTICATION', 2, 2])
    expect(error.message).toContain('appAuthToken() was called again, and the token that it returned was rejected too')
  })

  it('that is wrong, or given as text, is not asked for again', async () => {
    const wrong = trade([invalid], { appAuthToken: async () => '202609BB0001' })
    expect((await failure(wrong.connection.listPage(page, callOptions))).providerCode).toBe(
      'aop.invalid-app-auth-token',
    )
    expect(wrong.sent).toHaveLength(1)
    const given = trade([timedOut], { appAuthToken: '202609BB0001' })
    const error = await failure(given.connection.listPage(page, callOptions))
    expect([error.code, given.sent.length]).toEqual(['AUTHENTICATION', 1])
    expect(error.message).toContain('pass the new appAuthToken, or a function that returns one')
    const none = trade([timedOut])
    expect((await failure(none.connection.listPage(page, callOptions))).message).toContain(
      'the call needs the token of a merchant: set appAuthToken',
    )
  })

  it.each<[string, () => Promise<string>, string]>([
    ['no text', async () => 7 as unknown as string, 'must return a token as text'],
    ['an empty text', async () => ' ', 'must return a token as text'],
    ['an exception', async () => Promise.reject(new Error('made-up secret')), 'threw instead of returning a token'],
    [
      'an exception at once',
      () => {
        throw new Error('made-up secret')
      },
      'threw instead of returning a token',
    ],
  ])('of a function that returns %s is an AuthenticationError before any request', async (_, appAuthToken, message) => {
    const { connection, sent } = trade([emptyList], { appAuthToken })
    const error = await failure(connection.listPage(page, callOptions))
    expect([error.code, error.retryable, sent.length]).toEqual(['AUTHENTICATION', false, 0])
    expect(error.message).toContain(`appAuthToken() ${message}`)
    expect(everythingOf(error)).not.toContain('made-up')
  })

  it('of a function that does not return is a TimeoutError', async () => {
    const { connection, sent } = trade([emptyList], { appAuthToken: () => new Promise(() => {}) })
    const error = await failure(connection.listPage(page, { ...callOptions, timeoutMs: 10 }))
    expect([error.code, error.retryable, sent.length]).toEqual(['TIMEOUT', true, 0])
    expect(error.message).toContain('appAuthToken() returned no token within 10 ms')
  })

  it('is not asked for after an abort', async () => {
    const controller = new AbortController()
    const reason = new Error('stopped')
    const { connection } = trade([emptyList], {
      appAuthToken: () => {
        controller.abort(reason)
        return Promise.reject(new Error('x'))
      },
    })
    await expect(connection.listPage(page, { ...callOptions, signal: controller.signal })).rejects.toBe(reason)
  })
})

describe('secrecy', () => {
  const token = `202609BB<made>&"up'+/%=`
  const escaped = token.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;') // biome-ignore format: one line
  const forms = [token, escaped, encodeURIComponent(token), new URLSearchParams({ '': token }).toString().slice(1)]

  it.each([
    ['fixed', token],
    ['from a function', async () => token],
  ] as const)('the token, %s, is in no error and no event, however it is repeated', async (_, appAuthToken) => {
    for (const form of forms) {
      for (const member of [
        {
          code: '40002',
          sub_code: 'isv.invalid-signature',
          sub_msg: `为：alipay_x=1&amp;app_auth_token=${form}&amp;app_id=2021`,
        },
        { code: '40004', sub_code: `X ${form}`, sub_msg: `the token ${form} is wrong` },
        { code: `${form}`, msg: `token: ${form}` },
        { code: '20001', sub_code: 'aop.app-auth-token-time-out', sub_msg: form },
      ]) {
        const text = JSON.stringify(member)
        for (const body of [
          `{"${memberName(tradeList)}":${text},"sign":"${signText(text)}"}`,
          `{"error_response":${text}}`,
          `{"${memberName(tradeList)}":${text}}`,
        ]) {
          const headers = { trace_id: `t ${form}` }
          const { connection, events } = trade([wireResponse(body, 200, headers)], { appAuthToken })
          const error = await failure(connection.listPage(page, callOptions))
          for (const text of [everythingOf(error), JSON.stringify(events)]) {
            for (const secret of [...forms, '202609BB']) expect(text).not.toContain(secret)
          }
        }
      }
    }
  })

  it('the trace id of the gateway is the request id', async () => {
    const headers = { trace_id: '0b51_made_up' }
    const ok = trade([wireResponse(emptyList.body, 200, headers)])
    await ok.connection.listPage(page, callOptions)
    expect(ok.events).toMatchObject([{ type: 'request', requestId: '0b51_made_up', providerCode: null }])
    const refused = trade([wireResponse(timedOut.body, 200, headers)])
    const error = await failure(refused.connection.listPage(page, callOptions))
    expect(error.requestId).toBe('0b51_made_up')
  })
})
