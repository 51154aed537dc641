import { generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ComplaintClient, ComplaintEvent } from '../../../../src/index.js'
import nock from '../../../support/nock.js'
import {
  certificate,
  clientOf,
  drain,
  failureOf,
  host,
  modes,
  play,
  playRows,
  ref,
  resultOf,
  row,
  success,
} from './platform.js'

const dayMs = 86_400_000
const read = async (entries: AsyncIterable<unknown>): Promise<void> => {
  for await (const _ of entries) expect.fail('there should be none')
}

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
  vi.useRealTimers()
})

/** A client, and what it warns of. */
function watched(platformCertificate: string | string[]): { client: ComplaintClient; warnings: string[] } {
  const warnings: string[] = []
  const onEvent = (event: ComplaintEvent): void => {
    if (event.type === 'warning') warnings.push(`${event.warning} ${event.message}`)
  }
  return { client: clientOf('RSA2', { platformCertificate }, { onEvent }), warnings }
}

describe('platform certificates', () => {
  it.each<[string, number[], RegExp[]]>([
    ['that live long are warned of by nothing', [31], []],
    ['are warned of 30 days ahead', [29], [/^certificateExpiresSoon platform certificate 0A expires on \d{4}-/]],
    [
      'that are expired are warned of, and in force all the same',
      [-1],
      [/^certificateExpired platform certificate 0A/],
    ],
    ['that are replaced are warned of by nothing', [300, -1], []],
    ['that are soon to be replaced are warned of by nothing', [12, 300, 29], []],
    ['are warned of where what replaces them expires soon as well', [29, -1], [/^certificateExpiresSoon /]],
    ['are warned of where all are expired, the last of them', [-2, -1], [/^certificateExpired /]],
    ['given twice are warned of once', [29, 29], [/^certificateExpiresSoon /]],
  ])('%s', async (_, days, expected) => {
    vi.useFakeTimers({ toFake: ['Date'] })
    playRows('RSA2', [row()])
    const { client, warnings } = watched(days.map((left) => certificate(left)))
    expect(warnings).toEqual([])
    await client.get(ref)
    await client.get(ref)
    await drain(client)
    expect(warnings.length).toBe(expected.length)
    for (const [index, pattern] of expected.entries()) expect(warnings[index]).toMatch(pattern)
  })

  it('that expire on the same day are both warned of', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    playRows('RSA2', [row()])
    const { client, warnings } = watched([certificate(29), certificate(29, undefined, '0b')])
    await client.get(ref)
    expect(warnings.map((text) => /certificate (0[AB])/.exec(text)?.[1])).toEqual(['0A', '0B'])
  })

  it('say the day of Beijing', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-12-22T20:00:00Z') })
    playRows('RSA2', [row()])
    const { client, warnings } = watched(certificate(9))
    await client.get(ref)
    expect(warnings[0]).toContain('expires on 2027-01-01;')
  })

  it('of a client that lives long are warned of when their time comes', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-01T00:00:00Z') })
    playRows('RSA2', [row()])
    const { client, warnings } = watched(certificate(300))
    const later = async (days: number): Promise<number> => {
      vi.setSystemTime(Date.now() + days * dayMs)
      await client.get(ref)
      return warnings.length
    }
    expect([
      await later(0),
      await later(269),
      await later(2),
      await later(10),
      await later(20),
      await later(9),
    ]).toEqual([0, 0, 1, 1, 2, 2])
  })

  it.each<[string, (client: ComplaintClient) => Promise<unknown>]>([
    ['a list', (client) => drain(client)],
    ['a history', (client) => read(client.history(ref))],
    ['a file', (client) => client.media(ref, 'https://pictures.example/1.png')],
    ['a callback', (client) => failureOf(client.parseNotification({ headers: {}, body: posted }))],
  ])('are warned of by %s too', async (_, use) => {
    playRows('RSA2', [])
    play(() => success('RSA2', resultOf([])), 200, '/complaint/queryHistory')
    play(() => success('RSA2', '{"bytes":"QQ==","suffix":"png"}'), 200, '/complaint/download')
    const { client, warnings } = watched(certificate(-1))
    await use(client)
    expect(warnings.length).toBe(1)
  })
})

/** A callback that nobody signed. */
const posted =
  'method=CALLBACK&version=1.0&format=JSON&merchantNo=814000000001&signType=RSA2&signContent=%7B%7D&sign=00'

describe.each(modes)('rotation under %s', (signType) => {
  const next = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

  it('in the middle of a drain is not noticed when both certificates are given', async () => {
    let number = 0
    const rows = Array.from({ length: 6 }, (_, index) => row({ complaintId: String(index) }))
    play(({ offset, limit }) => {
      const page = rows.slice(Number(offset), Number(offset) + Number(limit))
      return success(signType, resultOf(page, { totalSize: 6 }), {}, number++ < 2 ? undefined : next)
    })
    const client = clientOf(signType, { platformCertificate: [certificate(-1), certificate(300, next)] })
    expect((await drain(client, { pageSize: 2 })).map(({ id }) => id)).toEqual(
      rows.map(({ complaintId }) => complaintId),
    )
    expect(number).toBeGreaterThan(2)
  })

  it('to a certificate that was not given is a SignatureError', async () => {
    play(() => success(signType, resultOf([row()]), {}, next))
    expect(await failureOf(clientOf(signType).get(ref))).toMatchObject({ name: 'SignatureError' })
  })
})

const sizes = [1024, 2048, 3072, 4096]
interface Keys {
  readonly merchant: KeyObject
  readonly platform: KeyObject
  readonly platformCertificate: string
}
const keysOf = new Map<number, Keys>()
const newKey = async (modulusLength: number): Promise<KeyObject> =>
  (await promisify(generateKeyPair)('rsa', { modulusLength })).privateKey

describe.each(modes)('key sizes under %s', (signType) => {
  // Large keys take seconds: off the main thread, side by side, once for both mechanisms.
  beforeAll(async () => {
    if (keysOf.size > 0) return
    await Promise.all(
      sizes.map(async (size) => {
        const [merchant, platform] = await Promise.all([newKey(size), newKey(size)])
        keysOf.set(size, { merchant, platform, platformCertificate: certificate(300, platform) })
      }),
    )
  }, 120_000)

  it.each(sizes)('%i bits', async (modulusLength) => {
    const { merchant, platform, platformCertificate } = keysOf.get(modulusLength) ?? expect.fail('no keys were made')
    let content = ''
    nock(host)
      .post('/complaint/query')
      .reply((_, body) => {
        content = new URLSearchParams(String(body)).get(signType === 'RSA2' ? 'sign' : 'signContent') ?? ''
        return [200, success(signType, resultOf([row()]), {}, platform)]
      })
    const client = clientOf(signType, { privateKey: merchant, platformCertificate })
    expect((await client.get(ref)).id).toBe(ref.id)
    expect(content.length % (modulusLength / 4)).toBe(0)
    expect(content).not.toBe('')
  })
})

it('a signature in upper-case hex is one', async () => {
  play(() => {
    const answer = JSON.parse(success('RSA2', resultOf([row()])))
    return JSON.stringify({ ...answer, sign: answer.sign.toUpperCase() })
  })
  expect((await clientOf('RSA2').get(ref)).id).toBe(ref.id)
})

it('a place beyond row 500 is asked for like any other, whatever bound the page states', async () => {
  const rows = Array.from({ length: 1200 }, (_, index) => row({ complaintId: String(index) }))
  const asked = playRows('RSA2', rows)
  const seen = await clientOf('RSA2').list({ from: '2026-01-01', to: '2026-01-02' }).toArray({ limit: 2000 })
  expect(seen.length).toBe(1200)
  expect(Math.max(...asked.map(({ business }) => Number(business.offset)))).toBeGreaterThan(500)
})
