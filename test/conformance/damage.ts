import { expect, it, vi } from 'vitest'
import { type Complaint, ComplaintError, type ComplaintEvent } from '../../src/index.js'
import type { Meddle, PassingAnswer } from '../support/proxy.js'
import { byId, type Harness, ids, jsonAnswer, mapped, month } from './harness.js'

const cutShort = (answer: PassingAnswer): PassingAnswer => ({
  ...answer,
  body: answer.body.subarray(0, answer.body.length - 9),
})
const html = '<html><body><h1>502 Bad Gateway</h1></body></html>'

/** What a network, a gateway or an attacker can do to an answer. */
const damages: Record<string, { change: Meddle; endsIn: readonly string[] | 'html'; timeoutMs?: number }> = {
  'bytes cut off in the middle of the transfer': {
    change: async (_, ask) => ({ cut: await ask() }),
    endsIn: ['TransportError'],
  },
  'bytes missing although the length agrees': {
    change: async (_, ask) => cutShort(await ask()),
    endsIn: ['SignatureError', 'ResponseError'],
  },
  'an HTML page with status 200': {
    change: () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from(html) }),
    endsIn: 'html',
  },
  'nothing at all with status 200': {
    change: () => ({ status: 200, headers: {}, body: Buffer.alloc(0) }),
    endsIn: ['SignatureError', 'ResponseError'],
  },
  'an HTML page with status 500': {
    change: () => ({ status: 500, headers: { 'content-type': 'text/html' }, body: Buffer.from(html) }),
    endsIn: ['ApiError'],
  },
  'a redirect': {
    change: async (_, ask) => ({
      ...(await ask()),
      status: 302,
      headers: { location: 'http://127.0.0.1:9/elsewhere' },
    }),
    endsIn: ['TransportError'],
  },
  'no answer in time': { change: () => 'hang', endsIn: ['TimeoutError'], timeoutMs: 60 },
}

/** Nothing unverified is believed. The answers pass through a proxy that changes them. */
export function describeDamage({ given, start, proxy, clientOf, drain, brokenOff, failure, own }: Harness): void {
  it.each(Object.entries(damages))(
    '%s: never a row, and one that passes costs none',
    async (_, { change, endsIn, timeoutMs = 15_000 }) => {
      const sandbox = await start({ ...month, complaints: 12 })
      const always = await proxy(sandbox, change)
      const client = clientOf(given.adapter(sandbox, { baseUrl: always.baseUrl }), { timeoutMs })
      const { delivered, error } = await brokenOff(client, month)
      expect(delivered).toEqual([])
      expect(endsIn === 'html' ? given.htmlEndsIn : endsIn).toContain(error.name)
      expect(ComplaintError.isInstance(await failure(client.get(own(sandbox)[0] ?? expect.fail('none'))))).toBe(true)
      // What is not retryable would come again.
      if (!error.retryable) return
      let passed = 0
      const once = await proxy(sandbox, (asked, ask) => (++passed === 1 ? change(asked, ask) : ask()))
      const patient = clientOf(given.adapter(sandbox, { baseUrl: once.baseUrl }), {
        maxRetries: 1,
        timeoutMs: 5 * timeoutMs,
      })
      expect(mapped(await drain(patient, month))).toEqual(own(sandbox).sort(byId))
    },
  )

  it('a bit flipped anywhere in a proven answer: the truth, or an error and nothing', async () => {
    const sandbox = await start({ ...month, complaints: 6 })
    // Without a signature a changed letter cannot be distinguished from a true one.
    if (given.withWrongKey === null) return expect(given.tamperedEndsIn).not.toContain('SignatureError')
    const truth = own(sandbox).sort(byId)
    const flips = 48
    let turn = 0
    let refused = 0
    const { baseUrl } = await proxy(sandbox, async (_, ask) => {
      const answer = await ask()
      const body = Buffer.from(answer.body)
      const at = Math.floor((turn * body.length) / flips)
      body.writeUInt8(body.readUInt8(at) ^ (1 << (turn % 7)), at)
      return { ...answer, body }
    })
    for (; turn < flips; turn += 1) {
      const rows: Complaint[] = []
      const error = await (async () => {
        for await (const row of clientOf(given.adapter(sandbox, { baseUrl })).list(month)) rows.push(row)
      })().catch((reason: ComplaintError) => reason)
      // Some letters say nothing: the case of a hexadecimal digit, or a space.
      const delivered = new Set(rows.map(({ id }) => id))
      expect(mapped(rows)).toEqual(truth.filter(({ id }) => delivered.has(id)))
      if (error === undefined) expect(rows.length).toBe(truth.length)
      else {
        expect(['SignatureError', 'ResponseError', 'ApiError']).toContain(error.name)
        refused += 1
      }
    }
    expect(refused).toBeGreaterThan(flips * 0.9)
  })

  it('an answer that was true once is refused when it is too old', async () => {
    const sandbox = await start({ ...month, complaints: 6 })
    if (given.staleAfterMs === null) return expect(given.freshness).toBeNull()
    const kept = new Map<string, PassingAnswer>()
    const { baseUrl } = await proxy(sandbox, async ({ url }, ask) => {
      const answer = kept.get(url) ?? (await ask())
      kept.set(url, answer)
      return answer
    })
    const adapter = given.adapter(sandbox, { baseUrl })
    expect(ids(await drain(clientOf(adapter), month))).toEqual(ids(own(sandbox)))
    const { now } = Date
    let laterMs = given.staleAfterMs - 5000
    vi.spyOn(Date, 'now').mockImplementation(() => now() + laterMs)
    expect(ids(await drain(clientOf(adapter), month))).toEqual(ids(own(sandbox)))
    laterMs = given.staleAfterMs
    const { delivered, error } = await brokenOff(clientOf(adapter), month)
    expect([delivered, error.name]).toEqual([[], 'SignatureError'])
  })

  it('a refusal in HTTP 200, or 400, is an error of its own and is not retried', async () => {
    const sandbox = await start({ ...month, complaints: 6 })
    const { baseUrl, requests } = await proxy(sandbox, () => given.refusal('no such thing'))
    const { delivered, error } = await brokenOff(
      clientOf(given.adapter(sandbox, { baseUrl }), { maxRetries: 3 }),
      month,
    )
    expect([delivered, error.name, error.providerMessage]).toEqual([[], 'ApiError', 'no such thing'])
    expect([error.retryable, error.attempts]).toEqual([false, 1])
    expect(requests.filter(({ url }) => !url.startsWith('/token')).length).toBe(1)
  })

  it('an answer that repeats the whole request, and a phone number, brings no secret into an error', async () => {
    const sandbox = await start({ ...month, complaints: 6 })
    const phones = '13800000000, +86 138-0000-0000'
    const keys: Partial<Record<Complaint['provider'], string>> = {
      huishouqian: sandbox.huishouqian.key,
      xiaoe: sandbox.xiaoe.secretKey,
      'alipay-trade': sandbox.alipayTrade.appAuthToken ?? '',
      'alipay-risk': sandbox.alipayRisk.appAuthToken ?? '',
    }
    const key = keys[given.provider] ?? ''
    for (const status of [null, 500, 403]) {
      const { baseUrl } = await proxy(sandbox, (asked) => {
        const text = `${phones} ${key} ${asked.url} ${JSON.stringify(asked.headers)} ${asked.body}`
        return status === null ? given.refusal(text) : jsonAnswer({ code: text, message: text, msg: text }, status)
      })
      const events: ComplaintEvent[] = []
      const client = clientOf(given.adapter(sandbox, { baseUrl }), {
        maxRetries: 1,
        onEvent: (event) => events.push(event),
      })
      const { delivered, error } = await brokenOff(client, month)
      expect(delivered).toEqual([])
      expect(`${error.stack}${JSON.stringify([error, events])}`).not.toMatch(/138-?0000-?0000/)
    }
  })
}
