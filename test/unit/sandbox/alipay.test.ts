import { afterEach, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js'
import { ask, beijing, call, isSignedByOpenssl, methods, type Opened, open, type Tweaks } from './alipay-peer.js'
import { send } from './raw.js'

const range = { from: '2026-01-01', to: '2026-01-31' }
const span = { begin_time: '2026-01-01 00:00:00', end_time: '2026-02-01 00:00:00' }
const riskSpan = { gmt_complaint_start: '2026-01-01 00:00:00', gmt_complaint_end: '2026-02-01 00:00:00' }

const running: Sandbox[] = []
async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ ...range, complaints: 30, reuseKeys: true, quotas: false, ...options })
  running.push(sandbox)
  return sandbox
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()))
})

const truthOf = (sandbox: Sandbox, provider: string) => sandbox.truth.filter((each) => each.provider === provider)
const isGenuine = ({ member, sign }: Opened, publicKey = ''): boolean =>
  sign !== undefined && isSignedByOpenssl(member, sign, publicKey)

describe('trade complaints', () => {
  it('lists a page, newest first, signed over the bytes of the member, without amounts', async () => {
    const sandbox = await start()
    const truth = truthOf(sandbox, 'alipay-trade')
    const opened = await ask(sandbox, 'alipayTrade', 'list', { ...span, page_num: 2, page_size: 20 })
    expect(opened.name).toBe('alipay_merchant_tradecomplain_batchquery_response')
    expect(isGenuine(opened, sandbox.alipayTrade.alipayPublicKey)).toBe(true)
    expect(opened.value).toMatchObject({ code: '10000', page_num: 2, page_size: 20, total_num: 30, total_page_num: 2 })
    const rows = opened.value.trade_complain_infos as Record<string, unknown>[]
    expect(rows.map((row) => row.complain_event_id)).toEqual(truth.slice(20).map(({ id }) => id))
    expect(rows[0]).toMatchObject({
      gmt_create: beijing(truth[20]?.createdAt.getTime() ?? 0),
      status: truth[20]?.providerState,
      content: truth[20]?.detail,
    })
    expect(rows.every((row) => !('trade_amount' in row) && !('reply_detail_infos' in row))).toBe(true)
    expect(sandbox.requests[0]).toMatchObject({
      provider: 'alipay-trade',
      operation: 'list',
      status: 200,
      query: { ...span, page_num: 2, page_size: 20 },
      served: rows.map((row) => row.complain_event_id),
    })
  })

  it('tells amounts and replies of one complaint, the newest first', async () => {
    const sandbox = await start({ complaints: 12 })
    for (const { id } of truthOf(sandbox, 'alipay-trade')) {
      const known = sandbox.complaintOf('alipay-trade', id)
      const { value, ...opened } = await ask(sandbox, 'alipayTrade', 'get', { complain_event_id: id })
      expect(isGenuine({ value, ...opened }, sandbox.alipayTrade.alipayPublicKey)).toBe(true)
      expect(Math.round(Number(value.trade_amount) * 100)).toBe(known.orders[0]?.amount?.fen)
      const replies = value.reply_detail_infos as { gmt_create: string; replier_role: string; content?: string }[]
      expect(replies.map((reply) => [reply.gmt_create, reply.replier_role, reply.content ?? null]).reverse()).toEqual(
        sandbox.historyOf('alipay-trade', id).map(({ at, action, text }) => [beijing(at.getTime()), action, text]),
      )
    }
    expect(truthOf(sandbox, 'alipay-trade').every(({ orders }) => orders[0]?.amount === null)).toBe(true)
  })

  it('answers for an unknown id with a success without fields, or with a code', async () => {
    const [one, other] = [await start({ complaints: 1 }), await start({ complaints: 1, alipayUnknownId: 'code' })]
    const unknown = { complain_event_id: '2020092300102000000001459758' }
    expect((await ask(one, 'alipayTrade', 'get', unknown)).value).toEqual({ code: '10000', msg: 'Success' })
    const { value, sign } = await ask(other, 'alipayTrade', 'get', unknown)
    expect([value.code, value.sub_code, sign === undefined]).toEqual(['40004', 'COMPLAIN_NOT_EXIST', false])
  })

  it('filters by status and by apps', async () => {
    const sandbox = await start()
    const [first] = truthOf(sandbox, 'alipay-trade')
    const wanted = truthOf(sandbox, 'alipay-trade').filter((each) => each.providerState === first?.providerState)
    const byStatus = await ask(sandbox, 'alipayTrade', 'list', { ...span, status: first?.providerState, page_size: 20 })
    expect(byStatus.value.total_num).toBe(wanted.length)
    const target = { target_id: '2015000000000001', target_type: 'PUBLICID' }
    const byTarget = await ask(sandbox, 'alipayTrade', 'list', { ...span, target_infos: [target] })
    const official = truthOf(sandbox, 'alipay-trade').filter(({ resource }) => resource?.type === 'PUBLICID')
    expect(byTarget.value.total_num).toBe(official.length)
  })
})

describe('risk complaints', () => {
  it('lists a page with ids of 19 digits as numbers, deadlines, merchants and payments', async () => {
    const sandbox = await start()
    const truth = truthOf(sandbox, 'alipay-risk')
    const { value, member, ...opened } = await ask(sandbox, 'alipayRisk', 'list', { ...riskSpan, page_size: 20 })
    expect(isGenuine({ value, member, ...opened }, sandbox.alipayRisk.alipayPublicKey)).toBe(true)
    expect(value).toMatchObject({ code: '10000', current_page: 1, page_size: 20, total_size: 30 })
    const ids = [...member.toString().matchAll(/"id":(\d+),"task_id"/g)].map(([, id]) => id)
    expect(ids).toEqual(truth.slice(0, 20).map(({ id }) => id))
    const rows = value.complaint_list as Record<string, unknown>[]
    expect(rows.map((row) => [row.opposite_pid, row.gmt_overdue])).toEqual(
      truth.slice(0, 20).map(({ merchantId, dueAt }) => [merchantId, beijing(dueAt?.getTime() ?? 0)]),
    )
    expect(rows.some((row) => 'label_tag_list' in row || 'certify_info' in row)).toBe(false)
  })

  it('writes ids as text, too, and takes an id as number and as text', async () => {
    const sandbox = await start({ complaints: 3, alipayIds: 'text' })
    const [known] = truthOf(sandbox, 'alipay-risk')
    const { value } = await ask(sandbox, 'alipayRisk', 'list', riskSpan)
    expect((value.complaint_list as { id: string }[])[0]?.id).toBe(known?.id)
    for (const business of [`{"complain_id":${known?.id}}`, `{"complain_id":"${known?.id}"}`])
      expect((await ask(sandbox, 'alipayRisk', 'get', business)).value).toMatchObject({ id: known?.id })
  })

  it('an empty list has no complaint_list', async () => {
    const sandbox = await start({ complaints: 0 })
    const { value } = await ask(sandbox, 'alipayRisk', 'list', riskSpan)
    expect(value).toMatchObject({ code: '10000', total_size: 0 })
    expect(value).not.toHaveProperty('complaint_list')
  })

  it('only the single call has tags and proofs', async () => {
    const sandbox = await start()
    const known = truthOf(sandbox, 'alipay-risk').map(({ id }) => sandbox.complaintOf('alipay-risk', id))
    const tagged = known.find(({ tags, media }) => tags.length > 0 && media.length > 0)
    const { value } = await ask(sandbox, 'alipayRisk', 'get', { complain_id: tagged?.id })
    expect([value.label_tag_list, value.certify_info]).toEqual([tagged?.tags, tagged?.media[0]?.urls])
  })
})

describe('the gateway refuses', () => {
  const list = methods.alipayTrade.list
  const refused: [what: string, subCode: string, tweaks: Tweaks, business?: unknown][] = [
    [
      'an unknown app, before the signature',
      'isv.invalid-app-id',
      { query: { app_id: '2021000000009999' }, sign: () => 'AAAA' },
    ],
    ['an app of the other product', 'isv.invalid-app-id', { query: { app_id: '2021000000000002' } }],
    ['a wrong signature', 'isv.invalid-signature', { sign: () => 'AAAA' }],
    ['no signature', 'isv.missing-signature', { query: { sign: undefined } }],
    ['a method of the other product', 'isv.invalid-method', { query: { method: methods.alipayRisk.list } }],
    ['another format', 'isv.invalid-format', { query: { format: 'json' } }],
    ['another charset', 'isv.invalid-charset', { query: { charset: 'GBK' } }],
    [
      'a form in another charset',
      'isv.invalid-charset',
      { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
    ],
    ['SHA-1', 'isv.invalid-signature-type', { query: { sign_type: 'RSA' } }],
    ['another version', 'isv.invalid-version', { query: { version: '1.1' } }],
    ['a clock in UTC', 'isv.invalid-timestamp', { query: { timestamp: beijing(Date.now() - 8 * 3_600_000) } }],
    ['a clock ten minutes ahead', 'isv.invalid-timestamp', { query: { timestamp: beijing(Date.now() + 600_000) } }],
    ['an impossible time', 'isv.invalid-timestamp', { query: { timestamp: '2026-02-31 00:00:00' } }],
    ['an unknown parameter', 'isv.invalid-parameter', { query: { notify_url: 'http://127.0.0.1' } }],
    ['serial numbers where there are no certificates', 'isv.invalid-parameter', { query: { app_cert_sn: 'a' } }],
    ['a token where the app calls for itself', 'aop.invalid-app-auth-token', { query: { app_auth_token: 'a' } }],
    ['a doubled name', 'isv.suspected-attack', { behind: '&version=1.0' }],
    ['no business fields', 'isv.missing-biz-content', { form: 'a=1' }],
    ['parameters in the form', 'isv.missing-biz-content', { form: 'biz_content=%7B%7D&page=1' }],
    ['a page of 21 rows', 'PARAM_ILLEGAL', {}, { page_size: 21 }],
    ['page 0', 'PARAM_ILLEGAL', {}, { page_num: 0 }],
    ['a number as text', 'PARAM_ILLEGAL', {}, { page_size: '20' }],
    ['a field of the other product', 'PARAM_ILLEGAL', {}, { current_page_num: 1 }],
    ['more than a year', 'PARAM_ILLEGAL', {}, { begin_time: '2025-01-01 00:00:00', end_time: '2026-01-02 00:00:00' }],
    ['reversed times', 'PARAM_ILLEGAL', {}, { begin_time: '2026-01-02 00:00:00', end_time: '2026-01-01 00:00:00' }],
    ['fields that are not JSON', 'isv.invalid-parameter', {}, '[]'],
  ]
  it.each(refused)('%s: %s', async (_, subCode, tweaks, business = span) => {
    const sandbox = await start({ complaints: 1 })
    const response = await call(sandbox.alipayTrade, list, business, tweaks)
    const { value, sign, name, ...rest } = open(response)
    expect([response.status, value.sub_code]).toEqual([200, subCode])
    expect(response.headers.trace_id).toMatch(/^[0-9a-f]{32}$/)
    expect(response.headers['content-type']).toBe('text/html;charset=utf-8')
    // What is signed is genuine, and an `error_response` never is.
    if (sign !== undefined)
      expect(isGenuine({ value, sign, name, ...rest }, sandbox.alipayTrade.alipayPublicKey)).toBe(true)
    if (name === 'error_response') expect(sign).toBeUndefined()
    expect(sandbox.requests[0]?.served).toEqual([])
  })

  it('another path with HTML and GET with a code', async () => {
    const sandbox = await start({ complaints: 1 })
    const wrong = await call(sandbox.alipayTrade, list, span, { path: '/v3/alipay' })
    expect([wrong.status, wrong.body.startsWith('<!doctype html>')]).toEqual([404, true])
    expect(sandbox.requests[0]?.operation).toBe('unknown')
    const got = await send(`${sandbox.alipayTrade.baseUrl}/gateway.do?method=${list}`)
    expect([got.status, open(got).value.sub_code]).toEqual([200, 'isv.invalid-parameter'])
  })

  it('a wrong signature with a signed response that repeats the text, a token included', async () => {
    const sandbox = await start({ complaints: 1, alipayServiceProvider: true })
    const { value, name, sign } = await ask(sandbox, 'alipayTrade', 'list', span, { sign: () => 'AAAA' })
    expect([name, sign === undefined]).toEqual(['alipay_merchant_tradecomplain_batchquery_response', false])
    expect(value.sub_msg).toContain(`app_auth_token=${sandbox.alipayTrade.appAuthToken}&amp;app_id=`)
    expect(value.sub_msg).not.toMatch(/&(?!amp;)/)
    // The log of requests names no token.
    expect(sandbox.requests[0]?.url).not.toContain(sandbox.alipayTrade.appAuthToken)
  })

  it("a service provider's call without the merchant's token, or with another", async () => {
    const sandbox = await start({ complaints: 1, alipayServiceProvider: true })
    const codeOf = async (token: string | undefined): Promise<unknown> =>
      (await ask(sandbox, 'alipayTrade', 'list', span, { query: { app_auth_token: token } })).value.sub_code
    expect(await codeOf(undefined)).toBe('isv.invalid-auth-relations')
    expect(await codeOf('another')).toBe('aop.invalid-app-auth-token')
    expect((await ask(sandbox, 'alipayTrade', 'list', span)).value.code).toBe('10000')
  })

  it('more than ten requests a second while quotas are enforced', async () => {
    const sandbox = await start({ complaints: 1, quotas: true })
    const codes = await Promise.all(
      Array.from({ length: 14 }, async () => (await ask(sandbox, 'alipayTrade', 'list', span)).value.sub_code),
    )
    expect(codes.filter((code) => code === 'isv.app-call-limited').length).toBeGreaterThan(0)
  })
})
