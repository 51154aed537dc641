import { describe, expect, it } from 'vitest'
import type { Complaint, ComplaintClient } from '../../../src/index.js'
import { dice } from '../fuzz/dice.js'
import { pollution, strangeError } from '../fuzz/judge.js'
import { accounts, type Mode, modes, sealResource, sealWechatPay } from '../fuzz/platform.js'
import { month } from '../fuzz/rows.js'
import { askableId } from '../fuzz/server.js'
import { play } from './play.js'

interface Outcome {
  readonly complaints: readonly Complaint[]
  /** Null: the list came to its end. */
  readonly failure: string | null
}

async function drain(client: ComplaintClient, options: { maxPages?: number; cursor?: string } = {}): Promise<Outcome> {
  const complaints: Complaint[] = []
  try {
    for await (const complaint of client.list(month, options)) complaints.push(complaint)
    return { complaints, failure: null }
  } catch (error) {
    expect(strangeError(error)).toBeNull()
    return { complaints, failure: (error as Error).name }
  }
}

/** What comes of a list whose JSON is changed before it is proven. */
async function changed(mode: Mode, change: (json: string) => string | Buffer): Promise<Outcome> {
  const { client } = await play(mode, {
    write: (content, what) => Buffer.from(what === 'list' ? change(JSON.stringify(content)) : JSON.stringify(content)),
  })
  const outcome = await drain(client)
  expect(pollution()).toBeNull()
  return outcome
}

const idNames: Readonly<Record<Mode, string>> = {
  'wechatpay publicKey': 'complaint_id',
  'wechatpay certificates': 'complaint_id',
  'huishouqian RSA2': 'complaintId',
  'huishouqian CFCA': 'complaintId',
  xiaoe: 'complaint_id',
  'alipay trade': 'complain_event_id',
  'alipay risk': 'id',
}
/** The call whose one response has a whole history; null: there are no histories. Absent: histories come in pages. */
const historyCalls: Partial<Record<Mode, 'history' | 'get' | null>> = {
  xiaoe: 'history',
  'alipay trade': 'get',
  'alipay risk': null,
}
const deep = (depth: number): string => `${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)}`

describe.each(modes)('%s: a proven answer that', (mode) => {
  const idName = idNames[mode]
  const withMember = (member: string) => (json: string) => json.replaceAll(`"${idName}":`, `${member},"${idName}":`)
  const unreadable = mode === 'huishouqian CFCA' ? 'SignatureError' : 'ResponseError'

  it('begins with a byte order mark is refused', async () => {
    expect(await changed(mode, (json) => `\ufeff${json}`)).toEqual({ complaints: [], failure: unreadable })
  })

  it.each([
    ['cut short', (json: string) => json.slice(0, -1)],
    ['followed by more', (json: string) => `${json}{}`],
    ['not JSON', (json: string) => json.replaceAll('"', "'")],
    ['empty', () => ''],
    ['nested 100,000 deep and never closed', () => '['.repeat(100_000)],
  ])('is %s is refused', async (_, change) => {
    expect(await changed(mode, change)).toEqual({ complaints: [], failure: unreadable })
  })

  it('is no UTF-8 is refused', async () => {
    const { complaints, failure } = await changed(mode, (json) => {
      const [before, after] = json.split('扣款').length > 1 ? json.split('扣款', 2) : json.split('课程', 2)
      return Buffer.concat([Buffer.from(before ?? ''), Buffer.from([0xcd, 0xb6]), Buffer.from(after ?? '')])
    })
    // An RSA2 result is text within JSON: what is no UTF-8 became something else before it was signed.
    if (mode !== 'huishouqian RSA2') expect({ complaints, failure }).toEqual({ complaints: [], failure: unreadable })
    else expect(failure).not.toBeNull()
  })

  it.each([
    '"__proto__":{"polluted":true,"isAdmin":true}',
    '"constructor":{"prototype":{"polluted":true}}',
    '"prototype":{"polluted":true}',
    '"\\u005f_proto__":{"polluted":true}',
    '"toString":1,"valueOf":null,"hasOwnProperty":0,"then":"x","toJSON":"x"',
  ])('holds %s keeps it as data', async (member) => {
    const { complaints, failure } = await changed(mode, withMember(member))
    expect([complaints.length, failure]).toEqual([3, null])
    const [name = ''] = Object.keys(JSON.parse(`{${member}}`))
    for (const { raw } of complaints) {
      expect(Object.getPrototypeOf(raw)).toBe(Object.prototype)
      expect(Object.hasOwn(raw, name)).toBe(true)
    }
  })

  it('nests 20,000 deep is read', async () => {
    const { complaints, failure } = await changed(
      mode,
      withMember(`"deep":${deep(mode === 'huishouqian CFCA' ? 2_000 : 20_000)}`),
    )
    expect([complaints.length, failure]).toEqual([3, null])
  })

  it('names a member twice is read as JSON.parse reads it: the last one holds', async () => {
    const { complaints } = await changed(mode, withMember(`"${idName}":"x"`))
    expect(complaints).toHaveLength(3)
    expect(complaints.map(({ id }) => id)).not.toContain('x')
  })

  it('holds lone surrogates keeps them, in ids and cursors too', async () => {
    const { client } = await play(
      mode,
      {
        write: (content, what) =>
          Buffer.from(
            what === 'list'
              ? JSON.stringify(content).replaceAll(`"${idName}":"`, `"${idName}":"\\ud800`)
              : JSON.stringify(content),
          ),
      },
      { rows: 9 },
    )
    const query = { ...month, pageSize: 3 }
    const whole = await client.list(query).toArray({ limit: 99 })
    expect(whole).toHaveLength(9)
    expect(whole.every(({ id }) => id.startsWith('\ud800'))).toBe(true)
    const pages = client.list(query).pages()
    for await (const { items, cursor } of pages) {
      if (cursor === null) continue
      const rest = await client.list(query, { cursor }).toArray({ limit: 99 })
      expect(rest.map(({ id }) => id)).toEqual(
        whole.slice(whole.findIndex(({ id }) => id === items.at(-1)?.id) + 1).map(({ id }) => id),
      )
      break
    }
  })

  it.each([
    '9007199254740993',
    '-9007199254740993',
    '1e400',
    '12345678901234567890.5',
    '0.1000000000000000055511151231257827',
  ])('holds the number %s keeps its digits, or is refused', async (number) => {
    const { complaints, failure } = await changed(mode, (json) =>
      json.replaceAll(
        /("(?:user_complaint_times|userComplaintTimes|time_limit|amount|trade_amount)":)(?:\d+|"3\.00")/g,
        `$1${number}`,
      ),
    )
    for (const { orders, timesComplained, raw } of complaints) {
      expect(timesComplained).toBeNull()
      expect(orders.every(({ amount }) => amount === null)).toBe(true)
      expect(JSON.stringify(raw)).toContain(`"${number}"`)
    }
    // Xiaoe reports no amounts.
    expect(failure).toBe(mode === 'xiaoe' ? null : 'ResponseError')
  })
})

describe.each(modes)('%s: a server that proves everything and', (mode) => {
  const maxPages = 6
  it.each(['endless', 'endlessTotal', 'repeats', 'emptyPromised', 'tooMany', 'oneRow', 'anyRows', 'anyTotal'] as const)(
    'pages in the way %j is stopped in time',
    async (paging) => {
      const { client, counts } = await play(mode, {}, { paging, rows: 40 })
      const { complaints, failure } = await drain(client, { maxPages })
      if (paging === 'endless') expect(failure).toBe('PaginationError')
      expect([null, 'PaginationError']).toContain(failure)
      expect(new Set(complaints.map(({ id }) => id)).size).toBe(complaints.length)
      expect(counts.list).toBeLessThan(60)
    },
  )

  const call = historyCalls[mode]
  if (call === null) {
    it('has no histories is not asked for one', async () => {
      const { client, counts } = await play(mode)
      const { provider = 'alipay-risk', capabilities } = client.accounts[0] ?? {}
      expect(capabilities?.history).toBe(false)
      const read = client.history({ provider, account: accounts[mode], id: askableId(mode, dice(1)) })
      await expect(read[Symbol.asyncIterator]().next()).rejects.toMatchObject({ name: 'UnsupportedError' })
      expect(counts.get).toBe(0)
    })
  } else if (call !== undefined) {
    it('has a history is asked for once, whatever it says of more', async () => {
      const { client, counts } = await play(mode, {}, { paging: 'endless' })
      const { provider = 'xiaoe' } = client.accounts[0] ?? {}
      const ref = { provider, account: accounts[mode], id: askableId(mode, dice(1)) }
      for await (const _ of client.history(ref));
      expect(counts[call]).toBe(1)
    })
  } else {
    it('has a history without end is stopped in time', async () => {
      const { client, counts } = await play(mode, {}, { paging: 'endless' })
      const { provider, capabilities } = client.accounts[0] ?? expect.fail('no account')
      expect(capabilities.history).toBe(true)
      let entries = 0
      const read = async (): Promise<void> => {
        for await (const _ of client.history({ provider, account: accounts[mode], id: '200201820200101080076610000' }))
          entries += 1
      }
      await expect(read()).rejects.toMatchObject({ name: 'PaginationError' })
      expect(counts.history).toBeLessThanOrEqual(200)
      expect(entries).toBeGreaterThan(counts.history)
    })
  }
})

describe('a callback that WeChat Pay proves', () => {
  const content = '{"complaint_id":"200201820200101080076610000","action_type":"CREATE_COMPLAINT"}'
  const envelopeOf = (member: string, plain: string = content): Buffer =>
    Buffer.from(
      `{${member}"id":"EV-1","event_type":"COMPLAINT.CREATE","resource":${JSON.stringify(sealResource(Buffer.from(plain)))}}`,
    )

  it.each(['"__proto__":{"polluted":true},', '"constructor":{"prototype":{"polluted":true}},', '"then":1,'])(
    'and holds %s pollutes nothing, inside or outside',
    async (member) => {
      const { client } = await play('wechatpay publicKey')
      for (const body of [envelopeOf(member), envelopeOf('', content.replace('{', `{${member}`))]) {
        const { raw, complaintId } = await client.parseNotification(sealWechatPay('wechatpay publicKey', body))
        expect(complaintId).toBe('200201820200101080076610000')
        expect(Object.getPrototypeOf(raw)).toBe(Object.prototype)
        expect((raw as { polluted?: unknown }).polluted).toBeUndefined()
        expect(pollution()).toBeNull()
      }
    },
  )

  it.each([
    '',
    'null',
    '[]',
    '"x"',
    '{}',
    '{"complaint_id":1e400}',
    `\ufeff${content}`,
    '['.repeat(100_000),
    deep(50_000),
  ])('around %.20j is an error of the family', async (plain) => {
    const { client } = await play('wechatpay publicKey')
    const sealed = sealWechatPay('wechatpay publicKey', envelopeOf('', plain))
    const error = await client.parseNotification(sealed).catch((reason: unknown) => reason)
    expect(strangeError(error)).toBeNull()
    expect(error).toMatchObject({ name: 'ResponseError' })
  })
})
