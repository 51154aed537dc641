import { afterEach, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxFault, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js'
import { ask, call, isSignedByOpenssl, methods, type Opened, open } from './alipay-peer.js'

const range = { from: '2026-01-01', to: '2026-01-31' }
const span = { begin_time: '2026-01-01 00:00:00', end_time: '2026-02-01 00:00:00', page_size: 20 }
const list = methods.alipayTrade.list

const running: Sandbox[] = []
async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({
    ...range,
    complaints: { 'alipay-trade': 40, 'alipay-risk': 40 },
    reuseKeys: true,
    quotas: false,
    ...options,
  })
  running.push(sandbox)
  return sandbox
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()))
})

const isGenuine = ({ member, sign = '' }: Opened, { alipayTrade }: Sandbox): boolean =>
  isSignedByOpenssl(member, sign, alipayTrade.alipayPublicKey ?? '')

describe('how responses are written', () => {
  it('slashes are plain, escaped and signed so, or escaped after the signature was made', async () => {
    const written = async (alipaySlashes: NonNullable<SandboxOptions['alipaySlashes']>) => {
      const sandbox = await start({ alipaySlashes })
      const opened = await ask(sandbox, 'alipayTrade', 'list', span)
      const text = opened.member.toString()
      const plain = { ...opened, member: Buffer.from(text.replaceAll('\\/', '/')) }
      return [text.includes('https:\\/\\/'), isGenuine(opened, sandbox), isGenuine(plain, sandbox)]
    }
    expect(await written('plain')).toEqual([false, true, true])
    expect(await written('escaped')).toEqual([true, true, false])
    expect(await written('escapedAfterSigning')).toEqual([true, false, true])
  })

  it('errors come in GBK and are signed so; rows come in UTF-8', async () => {
    const sandbox = await start({ alipayMessages: 'gbk' })
    const response = await call(sandbox.alipayTrade, list, { page_size: 21 })
    expect(response.headers['content-type']).toBe('text/html;charset=utf-8')
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(response.bytes)).toThrow()
    const opened = open(response, 'gbk')
    expect(opened.value.sub_msg).toBe('参数不合法，page_size')
    expect(isGenuine(opened, sandbox)).toBe(true)
    expect(isGenuine(open(await call(sandbox.alipayTrade, list, span)), sandbox)).toBe(true)
  })

  it('members come in every order, and some texts look like an envelope', async () => {
    const sandbox = await start()
    const orders = new Set<string>()
    let looksLikeEnvelope = false
    for (let page = 1; page <= 4; page += 1) {
      const { body } = await call(sandbox.alipayTrade, list, { ...span, page_num: (page % 2) + 1 })
      orders.add(Object.keys(JSON.parse(body)).join())
      looksLikeEnvelope ||= body.includes('\\"sign\\":')
    }
    expect(orders.size).toBe(2)
    expect(looksLikeEnvelope).toBe(true)
  })
})

describe('faults', () => {
  const withFault = (fault: Omit<SandboxFault, 'provider'>, options: SandboxOptions = {}): Promise<Sandbox> =>
    start({ faults: [{ provider: 'alipay-trade', operation: 'list', ...fault }], ...options })

  it.each(['tamperedSignature', 'tamperedBody'] as const)('%s: JSON that no signature proves', async (kind) => {
    const sandbox = await withFault({ kind })
    for (const _ of [1, 2, 3, 4])
      expect(isGenuine(await ask(sandbox, 'alipayTrade', 'list', span), sandbox)).toBe(false)
  })

  it('missingTotal: a genuine response without totals', async () => {
    const sandbox = await withFault({ kind: 'missingTotal' })
    const opened = await ask(sandbox, 'alipayTrade', 'list', span)
    expect(opened.value).not.toHaveProperty('total_num')
    expect(opened.value).not.toHaveProperty('total_page_num')
    expect((opened.value.trade_complain_infos as unknown[]).length).toBe(20)
    expect(isGenuine(opened, sandbox)).toBe(true)
  })

  it('rateLimit: code 40005 with status 200, or status 429 with a Retry-After', async () => {
    const [one, other] = [
      await withFault({ kind: 'rateLimit' }),
      await withFault({ kind: 'rateLimit', retryAfterSeconds: 3 }),
    ]
    const limited = await call(one.alipayTrade, list, span)
    expect([limited.status, open(limited).value.code, open(limited).sign]).toEqual([200, '40005', undefined])
    const { status, headers } = await call(other.alipayTrade, list, span)
    expect([status, headers['retry-after']]).toEqual([429, '3'])
  })

  it.each([
    [undefined, '20000', 'isp.unknow-error'],
    [null, undefined, undefined],
    ['aop.app-auth-token-time-out', '20001', 'aop.app-auth-token-time-out'],
    ['SOMETHING_NEW', '40004', 'SOMETHING_NEW'],
  ])('refusal with code %s', async (given, code, subCode) => {
    const sandbox = await withFault({ kind: 'refusal', ...(given === undefined ? {} : { code: given }) })
    const { value } = await ask(sandbox, 'alipayTrade', 'list', span)
    expect([value.code, value.sub_code]).toEqual([code, subCode])
  })

  it('wrongSerial: another certificate is named, only where there are certificates', async () => {
    const sandbox = await withFault({ kind: 'wrongSerial' })
    expect(isGenuine(await ask(sandbox, 'alipayTrade', 'list', span), sandbox)).toBe(true)
  })

  it('clampPageSize, shiftRows, lateRow and staleList as for the others', async () => {
    const rowsOf = async (sandbox: Sandbox, page = 1): Promise<string[]> => {
      const { value } = await ask(sandbox, 'alipayTrade', 'list', { ...span, page_num: page })
      return (value.trade_complain_infos as { complain_event_id: string }[]).map((row) => row.complain_event_id)
    }
    expect(await rowsOf(await withFault({ kind: 'clampPageSize', rows: 7 }))).toHaveLength(7)
    const shifting = await withFault({ kind: 'shiftRows', nth: 2 })
    const first = await rowsOf(shifting)
    expect((await rowsOf(shifting, 2))[0]).toBe(first.at(-1))
    const late = await withFault({ kind: 'lateRow', row: 5, nth: 2 })
    const before = await rowsOf(late)
    const after = await rowsOf(late)
    expect([after.slice(0, 4), after[5]]).toEqual([before.slice(0, 4), before[4]])
    const stale = await withFault({ kind: 'staleList', nth: 2 })
    const old = await rowsOf(stale)
    stale.addComplaint('alipay-trade', { createdAt: new Date('2026-01-31T15:59:59Z') })
    expect(await rowsOf(stale)).toEqual(old)
    expect(await rowsOf(stale)).not.toEqual(old)
  })
})

describe('lists where the documentation is silent', () => {
  const count = async (sandbox: Sandbox, begin: string, end: string): Promise<unknown> =>
    (await ask(sandbox, 'alipayTrade', 'list', { begin_time: begin, end_time: end })).value.total_num

  it('the second of the end is included, or not', async () => {
    for (const [alipayEndTime, expected] of [
      ['included', 1],
      ['excluded', 0],
    ] as const) {
      const sandbox = await start({ complaints: 0, alipayEndTime })
      sandbox.addComplaint('alipay-trade', { createdAt: new Date('2026-01-05T04:00:00Z') })
      expect(await count(sandbox, '2026-01-05 11:00:00', '2026-01-05 12:00:00')).toBe(expected)
      expect(await count(sandbox, '2026-01-05 12:00:00', '2026-01-05 12:00:01')).toBe(1)
    }
  })

  it('dates are about the time of the complaint, or of its last change', async () => {
    for (const [alipayFilteredTime, expected] of [
      ['created', 1],
      ['modified', 0],
    ] as const) {
      const sandbox = await start({ complaints: 0, alipayFilteredTime })
      const { id } = sandbox.addComplaint('alipay-trade', {
        createdAt: new Date('2026-01-05T04:00:00Z'),
        state: 'pending',
      })
      sandbox.changeState('alipay-trade', id, 'processing')
      expect(await count(sandbox, '2026-01-05 00:00:00', '2026-01-06 00:00:00')).toBe(expected)
    }
  })

  it('without times: the last 30 days, ten rows', async () => {
    const sandbox = await start({ complaints: 0 })
    for (const days of [1, 29, 31])
      sandbox.addComplaint('alipay-trade', { createdAt: new Date(Date.now() - days * 86_400_000) })
    const { value } = await ask(sandbox, 'alipayTrade', 'list', {})
    expect([value.total_num, value.page_size]).toEqual([2, 10])
  })

  it.each(['alipay-trade', 'alipay-risk'] as const)(
    '%s: hidden rows, poisoned rows, ties, ignored pages and depth as for the others',
    async (provider) => {
      const isTrade = provider === 'alipay-trade'
      const product = isTrade ? 'alipayTrade' : 'alipayRisk'
      const page = (number: number): object =>
        isTrade ? { ...span, page_num: number } : { page_size: 20, current_page_num: number }
      const rowsOf = async (options: SandboxOptions, number = 1): Promise<Record<string, unknown>[]> => {
        const { value } = await ask(await start(options), product, 'list', page(number))
        return (value[isTrade ? 'trade_complain_infos' : 'complaint_list'] ?? []) as Record<string, unknown>[]
      }
      const idName = isTrade ? 'complain_event_id' : 'id'
      const plain = await rowsOf({})
      const hidden = [...(await rowsOf({ hiddenRows: 5 })), ...(await rowsOf({ hiddenRows: 5 }, 2))]
      expect(hidden).toHaveLength(35)
      const poisoned = [...(await rowsOf({ poisonRows: { id: 3 } })), ...(await rowsOf({ poisonRows: { id: 3 } }, 2))]
      expect(poisoned.filter((row) => !(idName in row))).toHaveLength(3)
      expect(await rowsOf({ ignoredPages: true }, 2)).toEqual(plain)
      expect(await rowsOf({ deepCap: 25 }, 2)).toHaveLength(5)
      expect(await rowsOf({ maxOffset: 10 }, 2)).toEqual([])
      const tied = await rowsOf({ ties: 40 })
      expect(new Set(tied.map((row) => row[isTrade ? 'gmt_create' : 'gmt_complain'])).size).toBe(1)
    },
  )
})
