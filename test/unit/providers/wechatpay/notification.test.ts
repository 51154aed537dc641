import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  ComplaintClient,
  type ComplaintEvent,
  type ComplaintNotification,
  ConfigError,
  type NotificationBody,
  type NotificationHeaders,
  QueryError,
  ResponseError,
  SignatureError,
  wechatpay,
} from '../../../../src/index.js'
import { failure } from '../../../support/failure.js'
import nock from '../../../support/nock.js'
import { apiV3Key, certificatesBody, createPlatform, proofBy, seal } from '../../../support/wechatpay-certificates.js'
import { merchant, proof } from '../../../support/wechatpay-server.js'

const complaintId = '200201820200101080076610000'
const envelope = (content: unknown, change: object = {}): string => {
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  return JSON.stringify({
    id: 'EV-2018022511223320873',
    create_time: '2026-03-01T10:34:56+08:00',
    resource_type: 'encrypt-resource',
    event_type: 'COMPLAINT.CREATE',
    summary: '产生新投诉',
    resource: {
      algorithm: 'AEAD_AES_256_GCM',
      original_type: 'complaint',
      ciphertext: seal(text, 'fdasflkja484', 'complaint'),
      nonce: 'fdasflkja484',
      associated_data: 'complaint',
    },
    ...change,
  })
}
const content = { complaint_id: complaintId, action_type: 'CREATE_COMPLAINT' }

const clientOf = (options: object = {}): ComplaintClient =>
  new ComplaintClient([wechatpay({ ...merchant, apiV3Key, ...options })])
const read = (
  body: string | Uint8Array,
  headers: Record<string, string | string[] | undefined> = proof(Buffer.from(body)),
  client: ComplaintClient = clientOf(),
): Promise<ComplaintNotification> => client.parseNotification({ headers, body })

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
  vi.useRealTimers()
})

describe('a callback', () => {
  it('is verified, decrypted and typed', async () => {
    expect(await read(envelope(content))).toEqual({
      provider: 'wechatpay',
      account: merchant.mchid,
      id: 'EV-2018022511223320873',
      ref: { provider: 'wechatpay', account: merchant.mchid, id: complaintId },
      complaintId,
      action: 'CREATE_COMPLAINT',
      createdAt: new Date('2026-03-01T02:34:56Z'),
      raw: {
        id: 'EV-2018022511223320873',
        create_time: '2026-03-01T10:34:56+08:00',
        resource_type: 'encrypt-resource',
        event_type: 'COMPLAINT.CREATE',
        summary: '产生新投诉',
        resource: content,
      },
    })
  })

  it('is read from bytes as from text, with headers in any letters and as lists', async () => {
    const body = envelope(content)
    const headers = proof(body)
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]))
    for (const each of [body, Buffer.from(body), new Uint8Array(Buffer.from(body))]) {
      expect((await read(each, { ...upper, Cookie: undefined })).complaintId).toBe(complaintId)
    }
  })

  it('keeps an action that nobody documented, and fields of older forms', async () => {
    const older = { ...content, action_type: 'SOMETHING_NEW', out_trade_no: '20190906154617947762231' }
    const notification = await read(envelope(older))
    expect(notification.action).toBe('SOMETHING_NEW')
    expect(notification.raw).toMatchObject({ resource: older })
  })

  it('without associated data, id or time is read too', async () => {
    const resource = {
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: seal(JSON.stringify(content), 'fdasflkja484', ''),
      nonce: 'fdasflkja484',
    }
    const notification = await read(envelope(content, { id: undefined, create_time: undefined, resource }))
    expect([notification.id, notification.createdAt, notification.complaintId]).toEqual([null, null, complaintId])
  })

  it('signed with a certificate that was not downloaded yet is verified after a download', async () => {
    const platform = createPlatform('5157F09EFDC096DE15EBE81A47057A7232F1B8E1')
    const certificates = certificatesBody([platform])
    nock('https://api.mch.weixin.qq.com').get('/v3/certificates').reply(200, certificates, proof(certificates))
    const body = envelope(content)
    expect((await read(body, proofBy(platform, body))).complaintId).toBe(complaintId)
  })
})

describe('verification rejects a callback that', () => {
  const body = envelope(content)

  it.each([
    ['was changed', proof(body), body.replace('CREATE"', 'CREATE" '), /fails verification/],
    ['is not signed', {}, body, /has no wechatpay-timestamp header/],
    [
      'is a probe',
      { ...proof(body), 'Wechatpay-Signature': `WECHATPAY/SIGNTEST/${proof(body)['Wechatpay-Signature']}` },
      body,
      /has a probe signature/,
    ],
    [
      'is signed with an unknown key',
      { ...proof(body), 'Wechatpay-Serial': 'PUB_KEY_ID_0000000000000000000000000000000009' },
      body,
      /is signed with PUB_KEY_ID_0000000000000000000000000000000009, but the known keys are only/,
    ],
    [
      'names two keys',
      { ...proof(body), 'Wechatpay-Serial': [merchant.publicKeyId, merchant.publicKeyId] },
      body,
      /is signed with unreadable/,
    ],
  ])('%s', async (_, headers, text, message) => {
    nock('https://api.mch.weixin.qq.com').get('/v3/certificates').reply(404, '{"code":"RESOURCE_NOT_EXISTS"}')
    const error = await failure(read(text, headers, clientOf({ apiV3Key })))
    expect([error.code, error.operation, error.retryable]).toEqual(['SIGNATURE', 'notification', true])
    expect(error.message).toMatch(message)
  })

  it('moves the border between nonce and body, though the signed text is the same', async () => {
    const whole = `{"a":1}\n${body}`
    const signed = proof(whole)
    const headers = { ...signed, 'Wechatpay-Nonce': `${signed['Wechatpay-Nonce']}\n{"a":1}` }
    const error = await failure(read(body, headers))
    expect([error.code, error.message]).toEqual(['SIGNATURE', expect.stringContaining('Wechatpay-Nonce')])
  })

  it('is a probe, which is reported by an event', async () => {
    const events: ComplaintEvent[] = []
    const client = new ComplaintClient([wechatpay({ ...merchant, apiV3Key })], {
      onEvent: (event) => events.push(event),
    })
    const probe = { ...proof(body), 'Wechatpay-Signature': 'WECHATPAY/SIGNTEST/abc' }
    await failure(read(body, probe, client))
    expect(events).toMatchObject([{ type: 'warning', warning: 'verificationProbe', provider: 'wechatpay' }])
  })

  it('came five minutes ago, or from the future', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const headers = proof(body)
    vi.setSystemTime(Date.now() + 299_000)
    await read(body, headers)
    vi.setSystemTime(Date.now() + 2_000)
    expect(await failure(read(body, headers))).toBeInstanceOf(SignatureError)
    vi.setSystemTime(Date.now() - 602_000)
    expect(await failure(read(body, headers))).toBeInstanceOf(SignatureError)
  })
})

describe('a certificate that a callback needs', () => {
  const { mchid, serialNo, privateKey } = merchant
  const first = createPlatform('5157F09EFDC096DE15EBE81A47057A7232F1B8E1')
  const second = createPlatform('6A5E2B6C0AAD34E47D9F0F4E4C9C31A0B2C3D4E5')
  const hosts = ['https://api.mch.weixin.qq.com', 'https://api2.mch.weixin.qq.com']
  const body = envelope(content)
  const empty = JSON.stringify({ data: [] })
  const listed = (client: ComplaintClient): Promise<unknown[]> =>
    client.list({ from: '2026-03-01', to: '2026-03-02' }).toArray({ limit: 10 })
  const lonely = (options: object = {}): ComplaintClient =>
    new ComplaintClient([wechatpay({ mchid, serialNo, privateKey, apiV3Key })], { maxRetries: 3, ...options })
  const forged = (serial: string): Record<string, string> => ({ ...proofBy(first, body), 'Wechatpay-Serial': serial })

  interface Platforms {
    listed: (typeof first)[]
    signer: typeof first
    downloads: number
  }

  /** Plays list and certificates; the first `failing` downloads end in 503, each after `delayMs`. */
  function play(failing = 0, delayMs = 0): Platforms {
    const state: Platforms = { listed: [first], signer: first, downloads: 0 }
    for (const host of hosts) {
      nock(host)
        .persist()
        .get('/v3/certificates')
        .delay(delayMs)
        .reply(() => {
          state.downloads += 1
          if (state.downloads <= failing) return [503, '']
          const text = certificatesBody(state.listed)
          return [200, text, proofBy(state.signer, text)]
        })
      nock(host)
        .persist()
        .get('/v3/merchant-service/complaints-v2')
        .query(true)
        .reply(() => [200, empty, proofBy(state.signer, empty)])
    }
    return state
  }

  it('gets one attempt, which fails no list that joined it: that begins its own', async () => {
    const state = play(1, 300)
    const client = lonely()
    const callback = failure(read(body, proofBy(first, body), client))
    const lists = [listed(client), listed(client)]
    expect([(await callback).code, (await callback).operation]).toEqual(['API', 'certificates'])
    expect(await Promise.all(lists)).toEqual([[], []])
    expect(state.downloads).toBe(2)
  })

  it('is waited for 4 s at most, though a list that was first waits longer', async () => {
    play(Number.POSITIVE_INFINITY, 6_000)
    const client = lonely({ maxRetries: 0 })
    const list = failure(listed(client))
    await new Promise((resolve) => setTimeout(resolve, 100))
    const error = await failure(read(body, proofBy(first, body), client))
    expect([error.name, error.retryable, error.operation]).toEqual(['TimeoutError', true, 'notification'])
    expect((await list).code).toBe('API')
  }, 15_000)

  it('is not asked for again within a minute when the download failed', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] })
    const state = play(1)
    const client = lonely()
    await failure(read(body, forged('FEED'), client))
    for (let time = 0; time < 20; time += 1)
      expect((await failure(read(body, forged('FEED'), client))).code).toBe('SIGNATURE')
    expect(state.downloads).toBe(1)
    vi.advanceTimersByTime(60_000)
    expect((await failure(read(body, forged('FEED'), client))).code).toBe('SIGNATURE')
    expect(state.downloads).toBe(2)
  })

  it('that is forged does not use up the download budget of responses when certificates rotate', async () => {
    const state = play()
    const client = lonely({ maxRetries: 0 })
    await listed(client)
    for (let time = 0; time < 30; time += 1) await failure(read(body, forged(`FEED${time}`), client))
    expect(state.downloads).toBe(11)
    await failure(read(body, proofBy(second, body), client))
    state.listed = [first, second]
    state.signer = second
    await listed(client)
    expect(state.downloads).toBe(12)
    // The certificate of the list verifies callbacks too.
    expect((await read(body, proofBy(second, body), client)).complaintId).toBe(complaintId)
  })
})

describe('C12: a body is taken', () => {
  const body = envelope(content)
  const bytes = (): Uint8Array => new TextEncoder().encode(body)
  const inLargerBuffer = (): DataView => {
    const padded = new TextEncoder().encode(`{}${body}{}`)
    return new DataView(padded.buffer, 2, padded.length - 4)
  }
  it.each<[string, () => NotificationBody]>([
    ['as an ArrayBuffer', () => bytes().buffer as ArrayBuffer],
    ['as a DataView within a larger buffer', inLargerBuffer],
    ['as a Uint8Array of another realm', () => runInNewContext('Uint8Array.from(bytes)', { bytes: bytes() })],
    ['as an ArrayBuffer of another realm', () => runInNewContext('Uint8Array.from(bytes).buffer', { bytes: bytes() })],
  ])('%s', async (_, received) => {
    expect((await clientOf().parseNotification({ headers: proof(body), body: received() })).complaintId).toBe(
      complaintId,
    )
  })
})

describe('headers are taken', () => {
  const body = envelope(content)

  it('as a WHATWG Headers', async () => {
    const headers = new Headers({ ...proof(body), 'Content-Length': '12' })
    expect((await clientOf().parseNotification({ headers, body })).complaintId).toBe(complaintId)
  })

  it.each<[string, () => NotificationHeaders]>([
    ['a Map', () => new Map(Object.entries(proof(body)))],
    ['pairs', () => Object.entries(proof(body))],
    ["Node's rawHeaders", () => Object.entries(proof(body)).flat()],
    [
      'an object of lists',
      () => Object.fromEntries(Object.entries(proof(body)).map(([name, value]) => [name, [value]])),
    ],
    ['another Headers class', () => ({ entries: () => new Map(Object.entries(proof(body))).entries() })],
  ])('C12: as %s', async (_, headers) => {
    expect((await clientOf().parseNotification({ headers: headers(), body })).complaintId).toBe(complaintId)
  })

  it('whatever those are that do not matter', async () => {
    const headers = { ...proof(body), 'content-length': 12, x: null } as unknown as Record<string, string>
    expect((await read(body, headers)).complaintId).toBe(complaintId)
  })

  it.each([
    ['a number', { ...proof(body), 'Wechatpay-Timestamp': 1 }, /needs the header wechatpay-timestamp as text/],
    ['null', { ...proof(body), 'Wechatpay-Serial': null }, /needs the header wechatpay-serial as text/],
    ['a list of numbers', { ...proof(body), 'Wechatpay-Nonce': [1] }, /needs the header wechatpay-nonce as text/],
    ['a list without its last value', Object.entries(proof(body)).flat().slice(0, -1), /with headers as received/],
    ['a text', 'Wechatpay-Nonce: 1', /with headers as received/],
    ['null for all', null, /with headers as received/],
    ['none', undefined, /with headers as received/],
  ])('and a mistake is explained: %s', async (_, headers, message) => {
    const error = await failure(clientOf().parseNotification({ headers: headers as unknown as Headers, body }))
    expect(error).toBeInstanceOf(QueryError)
    expect(error.message).toMatch(message)
  })

  it.each([undefined, null, 'x', []])('and a message that is none is explained: %j', async (message) => {
    const error = await failure(clientOf().parseNotification(message as unknown as { headers: Headers; body: string }))
    expect(error).toBeInstanceOf(QueryError)
    expect(error.message).toMatch(/parseNotification\(\) takes \{ headers, body \}/)
  })
})

describe('a mistake is explained:', () => {
  it('a body that a JSON parser has already read', async () => {
    const parsed = JSON.parse(envelope(content))
    const error = await failure(read(parsed as string, proof(envelope(content))))
    expect(error).toBeInstanceOf(QueryError)
    expect(error.message).toMatch(/exactly as received/)
    expect(error.message).toMatch(/raw/)
  })

  it('no apiV3Key', async () => {
    const error = await failure(read(envelope(content), undefined, clientOf({ apiV3Key: undefined })))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toMatch(/set apiV3Key/)
  })

  it('another apiV3Key', async () => {
    const other = 'fedcba9876543210fedcba9876543210'
    const error = await failure(read(envelope(content), undefined, clientOf({ apiV3Key: other })))
    expect(error).toBeInstanceOf(ConfigError)
    expect(JSON.stringify(error)).not.toContain(other)
  })

  it('a callback that is not about a complaint', async () => {
    const error = await failure(read(envelope(content, { event_type: 'TRANSACTION.SUCCESS' })))
    expect(error).toBeInstanceOf(QueryError)
    expect(error.message).toContain('TRANSACTION.SUCCESS')
  })

  it.each([
    ['not JSON', 'x'],
    ['no resource', '{"id":"1"}'],
    ['another cipher', envelope(content).replace('AEAD_AES_256_GCM', 'AEAD_SM4_GCM')],
    ['no JSON inside', envelope('x')],
    ['no object inside', envelope('[]')],
    ['no complaint inside', envelope({ action_type: 'CREATE_COMPLAINT' })],
    ['no action inside', envelope({ complaint_id: complaintId })],
  ])('%s', async (_, body) => expect(await failure(read(body))).toBeInstanceOf(ResponseError))
})
