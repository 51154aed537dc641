import { request } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { ComplaintClient, huishouqian, xiaoe } from '../../../src/index.js'
import { failureResponse, type HuishouqianKeys, successResponse } from '../../../src/sandbox/huishouqian/envelope.js'
import { removeTotal } from '../../../src/sandbox/huishouqian/remove-total.js'
import { type Sandbox, type SandboxFault, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js'
import { reuseKeyPair } from '../../../src/sandbox/keys.js'
import { headerOf, signerOf } from './peer.js'
import { type RawAnswer, send, wechatPayGet, xiaoePost, xiaoeToken } from './raw.js'

const base = '/v3/merchant-service/complaints-v2'
const list = `${base}?limit=50&offset=0&begin_date=2026-01-01&end_date=2026-01-31`

const open: Sandbox[] = []
async function start(faults: readonly SandboxFault[], options: SandboxOptions = {}): Promise<Sandbox> {
  const days = { from: '2026-01-01', to: '2026-01-31' }
  const sandbox = await startSandbox({ ...days, reuseKeys: true, complaints: 20, faults, ...options })
  open.push(sandbox)
  return sandbox
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()))
})

const own = (sandbox: Sandbox): Sandbox['truth'] => sandbox.truth.filter(({ provider }) => provider === 'wechatpay')
const rowsOf = ({ body }: RawAnswer): string[] =>
  (JSON.parse(body) as { data: { complaint_id: string }[] }).data.map((row) => row.complaint_id)

describe('answers that arrive badly', () => {
  it('stall: nothing comes until the client gives up, or the sandbox closes', async () => {
    const sandbox = await start([{ kind: 'stall', nth: 1 }])
    const pending = wechatPayGet(sandbox, list)
    const outcome = pending.then(
      () => 'answered',
      (error: NodeJS.ErrnoException) => error.code,
    )
    const waited = new Promise((resolve) => setTimeout(() => resolve('waiting'), 300))
    expect(await Promise.race([outcome, waited])).toBe('waiting')
    expect((await wechatPayGet(sandbox, list)).status).toBe(200)
    expect(sandbox.requests[0]).toMatchObject({ status: null, served: [], query: { limit: 50 } })
    await sandbox.close()
    expect(await outcome).toBe('ECONNRESET')
  })

  it('truncate: half of the body, then the connection ends', async () => {
    const sandbox = await start([{ kind: 'truncate', nth: 1 }])
    await expect(wechatPayGet(sandbox, list)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(sandbox.requests[0]?.status).toBe(200)
    expect((await wechatPayGet(sandbox, list)).status).toBe(200)
  })

  it('slowBody: the headers at once, the body over a few hundred milliseconds, whole', async () => {
    const sandbox = await start([{ kind: 'slowBody' }])
    const begun = performance.now()
    const headersAfter = await new Promise<number>((resolve, reject) => {
      const call = request(`${sandbox.huishouqian.baseUrl}/complaint/query`, { method: 'POST' }, (reply) => {
        resolve(performance.now() - begun)
        reply.resume()
      })
      call.on('error', reject)
      call.end('a=1')
    })
    expect(headersAfter).toBeLessThan(150)
    const answer = await wechatPayGet(sandbox, list)
    expect(signerOf(answer, sandbox)).toBe('public key')
    expect(rowsOf(answer)).toEqual(own(sandbox).map(({ id }) => id))
    const asked = performance.now()
    await wechatPayGet(sandbox, list)
    const took = performance.now() - asked
    expect(took).toBeGreaterThan(200)
    expect(took).toBeLessThan(2000)
  })

  it('images, too', async () => {
    const sandbox = await start([
      { kind: 'truncate', operation: 'media', nth: 1 },
      { kind: 'slowBody', operation: 'media', nth: 2 },
      { kind: 'serverError', operation: 'media', nth: 3 },
    ])
    const [file] = own(sandbox).flatMap(({ id }) => sandbox.mediaOf('wechatpay', id))
    const { pathname } = new URL(file?.url ?? '')
    await expect(wechatPayGet(sandbox, pathname)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect((await wechatPayGet(sandbox, pathname)).bytes.equals(file?.bytes ?? Buffer.alloc(0))).toBe(true)
    expect((await wechatPayGet(sandbox, pathname)).status).toBe(502)
  })
})

describe('answers that are changed', () => {
  it('probeSignature: a mark before a signature that would be good', async () => {
    const sandbox = await start([{ kind: 'probeSignature', nth: 1 }])
    const probe = await wechatPayGet(sandbox, list)
    const signature = headerOf(probe, 'wechatpay-signature')
    expect(signature.startsWith('WECHATPAY/SIGNTEST/')).toBe(true)
    expect(signerOf(probe, sandbox)).toBeNull()
    const without = { ...probe.headers, 'wechatpay-signature': signature.slice('WECHATPAY/SIGNTEST/'.length) }
    expect(signerOf({ ...probe, headers: without }, sandbox)).toBe('public key')
    expect(signerOf(await wechatPayGet(sandbox, list), sandbox)).toBe('public key')
  })

  it('wrongSerial: one that nobody knows, always the same', async () => {
    const sandbox = await start([{ kind: 'wrongSerial', times: 2 }], { wechatpaySigning: 'onRequest' })
    const serials = []
    for (let turn = 0; turn < 3; turn += 1)
      serials.push(headerOf(await wechatPayGet(sandbox, list), 'wechatpay-serial'))
    expect(serials[0]).toMatch(/^[0-9A-F]{40}$/)
    expect(serials).toEqual([serials[0], serials[0], sandbox.wechatpay.publicKeyId])
  })

  it.each(['publicKey', 'certificate', 'onRequest', 'alternate'] as const)(
    'missingTotal: no total, and signed all the same (%s)',
    async (wechatpaySigning) => {
      const sandbox = await start([{ kind: 'missingTotal', operation: 'list', times: 2 }], { wechatpaySigning })
      for (let turn = 0; turn < 2; turn += 1) {
        const answer = await wechatPayGet(sandbox, list)
        expect(JSON.parse(answer.body)).not.toHaveProperty('total_count')
        expect(rowsOf(answer).length).toBe(20)
        expect(signerOf(answer, sandbox)).not.toBeNull()
      }
      expect(JSON.parse((await wechatPayGet(sandbox, list)).body).total_count).toBe(20)
    },
  )

  it.each(['RSA2', 'CFCA'] as const)('missingTotal: of Huishouqian, proven again (%s)', async (signType) => {
    const [merchant, platform] = await Promise.all([reuseKeyPair('merchant', 2048), reuseKeyPair('platform', 2048)])
    const keys: HuishouqianKeys = { merchant, platform, key: 'k', signType }
    const good = { ...successResponse({ data: [{ complaintId: '1' }], offset: 0, totalSize: 1 }, keys), served: ['1'] }
    const { body, ...rest } = removeTotal(good, keys)
    expect(rest).toMatchObject({ status: 200, headers: good.headers, served: ['1'] })
    expect(body).toBe(successResponse({ data: [{ complaintId: '1' }], offset: 0 }, keys).body)
    expect(body).not.toBe(good.body)
    const failure = failureResponse({ errorCode: '130003', errorMsg: 'x' }, keys)
    expect(removeTotal(failure, keys)).toEqual(failure)
  })

  it.each(['RSA2', 'CFCA'] as const)('missingTotal: pages of the others go without (%s)', async (signType) => {
    const sandbox = await start([{ kind: 'missingTotal' }], { signType })
    const client = new ComplaintClient([huishouqian(sandbox.huishouqian), xiaoe(sandbox.xiaoe)])
    const totals: unknown[] = []
    for await (const page of client.list({ from: '2026-01-01', to: '2026-01-31' }).pages()) totals.push(page.total)
    expect(totals.length).toBeGreaterThan(1)
    expect(new Set(totals)).toEqual(new Set([null]))
  })

  it('clampPageSize: fewer rows in silence, for one answer, of every provider', async () => {
    const sandbox = await start([
      { kind: 'clampPageSize', rows: 3, nth: 1 },
      { kind: 'clampPageSize', nth: 2 },
    ])
    const lengths = []
    for (let turn = 0; turn < 3; turn += 1) lengths.push(rowsOf(await wechatPayGet(sandbox, list)).length)
    expect(lengths).toEqual([3, 5, 20])
    const other = await start([{ kind: 'clampPageSize', rows: 3, nth: 1 }])
    const access_token = await xiaoeToken(other)
    const counts = []
    for (let turn = 0; turn < 2; turn += 1)
      counts.push(JSON.parse((await xiaoePost(other, { access_token, page_size: 100 })).body).data.list.length)
    expect(counts).toEqual([3, 20])
  })

  it('packetTooLarge: a 400 of a list or a history, and of nothing else', async () => {
    const sandbox = await start([{ kind: 'packetTooLarge' }])
    const [{ id } = expect.fail('none')] = own(sandbox)
    const answers = [
      await wechatPayGet(sandbox, list),
      await wechatPayGet(sandbox, `${base}/${id}/negotiation-historys?limit=1`),
      await wechatPayGet(sandbox, `${base}/${id}`),
    ]
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 200])
    expect(JSON.parse(answers[0]?.body ?? '').message).toMatch(/数据量过大/)
    expect(answers.map((answer) => signerOf(answer, sandbox))).toEqual(['public key', 'public key', 'public key'])
  })

  it('a total that is missing does not mend a body that was tampered with', async () => {
    const sandbox = await start([{ kind: 'tamperedBody' }, { kind: 'missingTotal' }])
    const answer = await wechatPayGet(sandbox, list)
    expect(JSON.parse(answer.body)).not.toHaveProperty('total_count')
    expect(signerOf(answer, sandbox)).toBeNull()
  })
})

describe('what happens before an answer', () => {
  it('shiftRows: a new complaint stands at the front of the list asked for', async () => {
    const sandbox = await start([{ kind: 'shiftRows', provider: 'wechatpay', times: 2 }], {
      to: '2026-02-28',
      complaints: { wechatpay: 60 },
    })
    const before = own(sandbox).map(({ id }) => id)
    const january = own(sandbox).filter(({ createdAt }) => createdAt < new Date('2026-02-01T00:00:00+08:00'))
    const shifted = rowsOf(await wechatPayGet(sandbox, list))
    expect(before).not.toContain(shifted[0])
    expect(shifted.slice(1)).toEqual(january.map(({ id }) => id).slice(0, 49))
    expect(own(sandbox).map(({ id }) => id)).toContain(shifted[0])
    // Where there is nothing yet, too.
    const none = list.replace('begin_date=2026-01-01&end_date=2026-01-31', 'begin_date=2025-06-01&end_date=2025-06-02')
    expect(rowsOf(await wechatPayGet(sandbox, none)).length).toBe(1)
    expect(own(sandbox).length).toBe(62)
    expect(rowsOf(await wechatPayGet(sandbox, list))).toEqual(shifted)
  })

  it('shiftRows: of the other providers, too', async () => {
    const client = (sandbox: Sandbox): ComplaintClient =>
      new ComplaintClient([huishouqian(sandbox.huishouqian), xiaoe(sandbox.xiaoe)])
    // Up to the sandbox's last day: the day that is requested in addition has no rows.
    const days = { from: '2026-01-05', to: '2026-01-31' }
    const sandbox = await start(
      [
        { kind: 'shiftRows', nth: 1 },
        { kind: 'shiftRows', nth: 2 },
      ],
      { complaints: { wechatpay: 40, huishouqian: 40, xiaoe: 40 } },
    )
    const before = sandbox.truth.length
    await client(sandbox).list(days).toArray({ limit: 1000 })
    expect(sandbox.truth.length).toBe(before + 2)
    const inside = sandbox.truth
      .filter(({ provider }) => provider !== 'wechatpay')
      .filter(({ createdAt }) => createdAt >= new Date('2026-01-05T00:00+08:00'))
      .filter(({ createdAt }) => createdAt < new Date('2026-02-01T00:00+08:00'))
    const after = await client(sandbox).list(days).toArray({ limit: 1000 })
    expect(after.map(({ id }) => id).sort()).toEqual(inside.map(({ id }) => id).sort())
    const fresh = await start([], { complaints: { wechatpay: 40, huishouqian: 40, xiaoe: 40 } })
    const old = await client(fresh).list(days).toArray({ limit: 1000 })
    expect(after.length).toBe(old.length + 2)
  })

  it('shiftRows + reset: the list moves, the answer is lost', async () => {
    const sandbox = await start([
      { kind: 'shiftRows', nth: 1 },
      { kind: 'reset', nth: 1 },
    ])
    await expect(wechatPayGet(sandbox, list)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(rowsOf(await wechatPayGet(sandbox, list)).length).toBe(21)
  })

  it('rotateCertificate: this very answer is signed with the new one', async () => {
    const sandbox = await start([{ kind: 'rotateCertificate', nth: 2 }], { wechatpaySigning: 'certificate' })
    const signers = []
    for (let turn = 0; turn < 3; turn += 1) signers.push(signerOf(await wechatPayGet(sandbox, list), sandbox))
    expect(signers).toEqual([0, 1, 1])
    const without = await start([{ kind: 'rotateCertificate' }])
    expect(signerOf(await wechatPayGet(without, list), without)).toBe('public key')
  })

  it('killToken: the token of this very request is dead', async () => {
    const sandbox = await start([{ kind: 'killToken', nth: 1 }])
    const codes = []
    for (let turn = 0; turn < 2; turn += 1) {
      const access_token = await xiaoeToken(sandbox)
      codes.push(JSON.parse((await xiaoePost(sandbox, { access_token })).body).code)
    }
    expect(codes).toEqual([2008, 0])
  })
})

describe('where rules strike', () => {
  it('at one host, one account', async () => {
    const { appId } = (await start([])).xiaoe
    const sandbox = await start([
      { kind: 'serverError', host: 'primary', provider: 'wechatpay' },
      { kind: 'rateLimit', account: appId },
    ])
    const backup = { baseUrl: sandbox.wechatpayBackupUrl }
    expect((await wechatPayGet(sandbox, list)).status).toBe(502)
    expect((await wechatPayGet(sandbox, list, backup)).status).toBe(200)
    const access_token = await xiaoeToken(sandbox)
    expect(JSON.parse((await xiaoePost(sandbox, { access_token })).body).code).toBe(2054)
  })

  it('a kind without meaning neither strikes nor counts', async () => {
    const sandbox = await start([
      { kind: 'probeSignature', provider: 'huishouqian' },
      { kind: 'wrongSerial', provider: 'xiaoe' },
      { kind: 'killToken', nth: 1 },
    ])
    const answer = await send(`${sandbox.huishouqian.baseUrl}/complaint/query`, { method: 'POST', body: 'a=1' })
    expect(answer.status).toBe(200)
    await wechatPayGet(sandbox, list)
    const access_token = await xiaoeToken(sandbox)
    expect(JSON.parse((await xiaoePost(sandbox, { access_token })).body).code).toBe(2008)
  })

  it('options that make no sense are refused by name', async () => {
    const wrong: [object, RegExp][] = [
      [{ kind: 'reset', probability: 1.1 }, /faults\.0\.probability/],
      [{ kind: 'reset', host: 'third' }, /faults\.0\.host/],
      [{ kind: 'clampPageSize', rows: 0 }, /faults\.0\.rows/],
      [{ kind: 'stalled' }, /faults\.0\.kind/],
    ]
    for (const [fault, name] of wrong) await expect(start([fault as SandboxFault])).rejects.toThrow(name)
    await expect(start([], { wechatpaySigning: 'both' } as unknown as SandboxOptions)).rejects.toThrow(
      /wechatpaySigning/,
    )
    await expect(start([], { wechatpayPacketRows: 0 })).rejects.toThrow(/wechatpayPacketRows/)
  })
})
