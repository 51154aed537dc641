import { describe, expect, it } from 'vitest'
import { requireText } from '../../../src/adapter-kit/rows.js'
import { parseJson } from '../../../src/parsing/json.js'
import { toErrorIssues } from '../../../src/parsing/validate.js'
import { createRedactor } from '../../../src/privacy/redact.js'
import { mapEntry } from '../../../src/providers/wechatpay/history.js'
import { certificatesResponseSchema } from '../../../src/providers/wechatpay/wire.js'

/** Each of these took minutes or all memory once; now it is a matter of milliseconds, whatever else the machine does. */
const soonMs = 4_000
const mebibyte = 1024 * 1024

function tookMs(work: () => unknown): number {
  const startedAt = performance.now()
  work()
  return performance.now() - startedAt
}

describe('what an answer may hold costs no more than its size', () => {
  it.each([
    ['a fraction with a gap of zeros', (zeros: string) => `1.5${zeros}1`],
    ['a fraction that begins with zeros', (zeros: string) => `0.${zeros}1`],
    ['zeros on both sides', (zeros: string) => `1${zeros}.${zeros}5`],
    ['a long exponent', (zeros: string) => `1e${zeros}1`],
  ])('%s is kept as its text', (_, numberOf) => {
    const token = numberOf('0'.repeat(4 * mebibyte))
    let read: unknown
    expect(tookMs(() => (read = parseJson(`{"amount":${token}}`)))).toBeLessThan(soonMs)
    expect(read).toEqual({ amount: token })
  })

  it.each(['authorization-', 'authorization: A', 'A', '1380000', '86 ', 'o', '%41', ' ', '+1 ', '投'])(
    'a refusal that says %j for 20 MiB is shown shortened',
    (word) => {
      const { addSecret: protect, redact } = createRedactor()
      protect('a-secret-made-up')
      const text = `${word.repeat(Math.floor((20 * mebibyte) / Buffer.byteLength(word)))} a-secret-made-up`
      let shown = ''
      expect(tookMs(() => (shown = redact(text)))).toBeLessThan(soonMs)
      expect(shown.length).toBeLessThanOrEqual(10_100)
    },
  )

  it.each([
    ['objects', (size: number) => `[${'{},'.repeat(size / 3)}{}]`],
    ['zeros', (size: number) => `[${'0,'.repeat(size / 2)}0]`],
    ['lists in lists', (size: number) => `${'['.repeat(size / 2)}${']'.repeat(size / 2)}`],
  ])('20 MiB of %s are not made into values of 24 times the size', (_, textOf) => {
    const text = textOf(20 * mebibyte)
    expect(tookMs(() => expect(() => parseJson(text)).toThrow(SyntaxError))).toBeLessThan(soonMs)
  })

  it('a long answer of ordinary rows is read', () => {
    const row = {
      id: '1',
      detail: '投诉,'.repeat(100),
      orders: [{ amount: 1 }],
      more: Array.from({ length: 30 }, () => 1),
    }
    const rows = Array.from({ length: 5_000 }, () => row)
    expect(parseJson(JSON.stringify(rows))).toEqual(rows)
  })

  it('a text is never cut within a secret, wherever it stands', () => {
    const secret = 'a-secret-made-up'
    const { addSecret: protect, redact } = createRedactor()
    protect(secret)
    for (let before = 9_970; before < 10_010; before += 1) {
      const shown = redact(`${'x '.repeat(before / 2)}${' '.repeat(before % 2)}${secret}${' y'.repeat(500)}`)
      expect(shown).not.toContain('a-s')
      expect(shown.endsWith(' […]')).toBe(true)
    }
  })

  it('a history entry of many images', () => {
    const urls = (of: string): string[] => Array.from({ length: 100_000 }, (_, index) => `${of}${index}`)
    const entry = {
      log_id: '1',
      operate_time: '2026-03-01T00:00:00Z',
      image_list: urls('a'),
      complaint_media_list: [{ media_type: 'OPERATION_IMAGE', media_url: [...urls('b'), 'a7'] }],
    }
    let images: readonly string[] = []
    expect(
      tookMs(
        () =>
          (images =
            mapEntry(entry, {
              baseUrl: 'https://api.mch.weixin.qq.com',
              imageOrigins: ['https://api.mch.weixin.qq.com'],
            }).media[0]?.urls ?? []),
      ),
    ).toBeLessThan(soonMs)
    expect(images).toHaveLength(99_999)
    expect(images).not.toContain('a7')
  })

  it('a download of millions of certificates, which is read before it is proven', () => {
    const data = Array.from({ length: 1_000_000 }, () => ({}))
    let issues: unknown[] = []
    const work = (): void => {
      const parsed = certificatesResponseSchema.safeParse({ data })
      if (!parsed.success) issues = parsed.error.issues
    }
    expect(tookMs(work)).toBeLessThan(soonMs)
    expect(issues).toHaveLength(1)
  })

  it('an error lists a limited number of places', () => {
    const parsed = certificatesResponseSchema.safeParse({ data: Array.from({ length: 100 }, () => ({})) })
    if (parsed.success) expect.fail('should have been refused')
    expect(parsed.error.issues.length).toBeGreaterThan(100)
    expect(toErrorIssues(parsed.error)).toHaveLength(20)
  })

  it('an id is short: those met are remembered while a list is read', () => {
    expect(requireText({ id: 'x'.repeat(256) }, 'id')).toHaveLength(256)
    expect(() => requireText({ id: 'x'.repeat(257) }, 'id')).toThrow(/^id: expected non-empty text of at most 256/)
  })
})
