import dayjs from 'dayjs'
import advancedFormat from 'dayjs/plugin/advancedFormat.js'
import badMutable from 'dayjs/plugin/badMutable.js'
import buddhistEra from 'dayjs/plugin/buddhistEra.js'
import customParseFormat from 'dayjs/plugin/customParseFormat.js'
import localizedFormat from 'dayjs/plugin/localizedFormat.js'
import objectSupport from 'dayjs/plugin/objectSupport.js'
import preParsePostFormat from 'dayjs/plugin/preParsePostFormat.js'
import timezone from 'dayjs/plugin/timezone.js'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  addDays,
  beijingDay,
  dayMs,
  daysBetween,
  formatBeijing,
  parseBeijing,
  parseInstant,
  startOfBeijingDay,
} from '../../src/time.js'

const hourMs = 3_600_000
/** Instants from 1970 to the end of 9999 in Beijing. */
const anyInstant = fc.integer({ min: -8 * hourMs, max: Date.UTC(10_000, 0, 1) - 8 * hourMs - 1 })

describe('Beijing days', () => {
  it.each([
    ['2026-01-01T00:00:00Z', '2026-01-01'],
    ['2025-12-31T15:59:59.999Z', '2025-12-31'],
    ['2025-12-31T16:00:00Z', '2026-01-01'],
    ['2024-02-28T16:00:00Z', '2024-02-29'],
    // The nights in which New York changes its clocks.
    ['2026-03-08T06:59:59Z', '2026-03-08'],
    ['2026-03-08T16:00:00Z', '2026-03-09'],
    ['2026-11-01T05:30:00Z', '2026-11-01'],
    // China had summer time then; the providers have never known it.
    ['1988-07-01T15:30:00Z', '1988-07-01'],
  ])('%s lies in %s', (instant, day) => {
    expect(beijingDay(new Date(instant))).toBe(day)
    expect(beijingDay(Date.parse(instant))).toBe(day)
  })

  it.each([
    ['2026-01-01', '2025-12-31T16:00:00.000Z'],
    ['2024-02-29', '2024-02-28T16:00:00.000Z'],
    ['1970-01-01', '1969-12-31T16:00:00.000Z'],
    ['9999-12-31', '9999-12-30T16:00:00.000Z'],
  ])('%s begins at %s', (day, instant) => {
    expect(new Date(startOfBeijingDay(day) ?? Number.NaN).toISOString()).toBe(instant)
  })

  it.each([
    '2026-02-29',
    '2026-02-31',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-1-1',
    '2026-01-01 ',
    '20260101',
    '10000-01-01',
    '',
    'today',
  ])('%o is no day', (day) => expect(startOfBeijingDay(day)).toBeNull())

  it('begin every 24 hours, and every instant lies in the day that began last', () => {
    fc.assert(
      fc.property(anyInstant, (instant) => {
        const start = startOfBeijingDay(beijingDay(instant)) ?? Number.NaN
        expect(start).toBeLessThanOrEqual(instant)
        expect(instant - start).toBeLessThan(dayMs)
      }),
    )
  })

  it.each([
    ['2026-01-31', 1, '2026-02-01'],
    ['2024-02-28', 1, '2024-02-29'],
    ['2023-02-28', 1, '2023-03-01'],
    ['2026-01-01', -1, '2025-12-31'],
    ['2026-03-08', 1, '2026-03-09'],
    ['2026-11-01', 1, '2026-11-02'],
    ['2026-05-05', 0, '2026-05-05'],
    ['2026-01-01', 400, '2027-02-05'],
  ])('%s moved by %i is %s', (day, days, moved) => {
    expect(addDays(day, days)).toBe(moved)
    expect(daysBetween(day, moved)).toBe(days)
  })

  it('count back what was added', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: Date.UTC(9000, 0, 1) }),
        fc.integer({ min: -2000, max: 2000 }),
        (at, days) => {
          const day = beijingDay(at + 10_000 * dayMs)
          expect(daysBetween(day, addDays(day, days))).toBe(days)
        },
      ),
    )
  })
})

describe('Beijing wall-clock texts', () => {
  it.each([
    ['2026-03-08 02:30:00', 'YYYY-MM-DD HH:mm:ss', '2026-03-07T18:30:00.000Z'],
    ['20260101235959', 'YYYYMMDDHHmmss', '2026-01-01T15:59:59.000Z'],
    ['2024-02-29 00:00:00', 'YYYY-MM-DD HH:mm:ss', '2024-02-28T16:00:00.000Z'],
  ] as const)('%s (%s) is %s, and is written so', (text, format, instant) => {
    expect(parseBeijing(text, format)?.toISOString()).toBe(instant)
    expect(formatBeijing(new Date(instant), format)).toBe(text)
  })

  it.each([
    ['2026-02-31 00:00:00', 'YYYY-MM-DD HH:mm:ss'],
    ['2026-01-01 24:00:00', 'YYYY-MM-DD HH:mm:ss'],
    ['2026-01-01 00:60:00', 'YYYY-MM-DD HH:mm:ss'],
    ['2026-01-01T00:00:00', 'YYYY-MM-DD HH:mm:ss'],
    ['2026-01-01 00:00', 'YYYY-MM-DD HH:mm:ss'],
    ['2026-01-01 00:00:00Z', 'YYYY-MM-DD HH:mm:ss'],
    ['', 'YYYY-MM-DD HH:mm:ss'],
    ['null', 'YYYYMMDDHHmmss'],
  ] as const)('%o is no time (%s)', (text, format) => expect(parseBeijing(text, format)).toBeNull())

  it('are parsed as strictly as dayjs parses them', () => {
    dayjs.extend(customParseFormat)
    const strict = dayjs.utc as unknown as (text: string, format: string, locale: string, strict: true) => dayjs.Dayjs
    const digits = (most: number, length: number): fc.Arbitrary<string> =>
      fc.nat(most).map((number) => String(number).padStart(length, '0'))
    const year = fc.oneof(digits(9_999, 4), fc.constantFrom('0000', '0099', '0100', '1900', '2000', '2024', '2026'))
    const parts = fc.tuple(year, digits(13, 2), digits(32, 2), digits(25, 2), digits(61, 2), digits(61, 2))
    const changed = fc.tuple(fc.nat(25), fc.constantFrom('', '0', '-', ' ', '９', '\n'))
    fc.assert(
      fc.property(parts, fc.boolean(), fc.option(changed), ([y, mo, d, h, mi, s], isCompact, change) => {
        const format = isCompact ? 'YYYYMMDDHHmmss' : 'YYYY-MM-DD HH:mm:ss'
        const whole = isCompact ? [y, mo, d, h, mi, s].join('') : `${y}-${mo}-${d} ${h}:${mi}:${s}`
        const [at, inserted] = change ?? [0, '']
        const text = `${whole.slice(0, at)}${inserted}${whole.slice(change === null ? at : at + 1)}`
        const parsed = strict(text, format, 'en', true)
        expect(parseBeijing(text, format)?.getTime() ?? null).toBe(
          parsed.isValid() ? parsed.valueOf() - 8 * hourMs : null,
        )
      }),
      { numRuns: 500 },
    )
  })

  it('come back from every second, whatever the zone of the host', () => {
    fc.assert(
      fc.property(anyInstant, (instant) => {
        const second = Math.floor(instant / 1000) * 1000
        const text = formatBeijing(second, 'YYYY-MM-DD HH:mm:ss')
        expect(parseBeijing(text, 'YYYY-MM-DD HH:mm:ss')?.getTime()).toBe(second)
      }),
    )
  })
})

describe('instants', () => {
  it.each([
    ['2026-01-31T08:00:00+08:00', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T08:00:00.5+0800', '2026-01-31T00:00:00.500Z'],
    ['2026-01-31t08:00:00z', '2026-01-31T08:00:00.000Z'],
    ['2026-01-31 08:00Z', '2026-01-31T08:00:00.000Z'],
    ['2026-01-01T00:00:00-05:30', '2026-01-01T05:30:00.000Z'],
    ['2024-02-29T23:59:59.999999999Z', '2024-02-29T23:59:59.999Z'],
    ['2026-03-08T02:30:00-05:00', '2026-03-08T07:30:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ])('%s is %s', (text, instant) => expect(parseInstant(text)?.toISOString()).toBe(instant))

  it.each([
    '2026-01-31T08:00:00',
    '2026-01-31',
    '2026-02-29T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:60Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00+08',
    '2026-01-01T00:00:00.Z',
    ' 2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00Z\n',
    'Thu, 01 Jan 2026 00:00:00 GMT',
    '1767225600',
  ])('%o is none', (text) => expect(parseInstant(text)).toBeNull())

  it('read every millisecond exactly', () => {
    const wrong = Array.from({ length: 1000 }, (_, millisecond) => millisecond).filter((millisecond) => {
      const text = `2026-06-01T12:00:00.${String(millisecond).padStart(3, '0')}Z`
      return parseInstant(text)?.getTime() !== Date.parse(text)
    })
    expect(wrong).toEqual([])
  })

  it('agree with the platform for every ISO text', () => {
    fc.assert(
      fc.property(anyInstant, (instant) => {
        expect(parseInstant(new Date(instant).toISOString())?.getTime()).toBe(instant)
      }),
    )
  })
})

describe("C9: an application's dayjs", () => {
  const values = (): unknown[] => [
    startOfBeijingDay('2026-01-05'),
    startOfBeijingDay('2026-02-31'),
    beijingDay(1_000_000_000_000),
    addDays('2026-01-05', 40),
    daysBetween('2026-01-05', '2026-03-05'),
    parseBeijing('20260105101112', 'YYYYMMDDHHmmss'),
    formatBeijing(1_000_000_000_000, 'YYYY-MM-DDTHH:mm:ss.SSS'),
  ]
  const plugins = {
    preParsePostFormat,
    advancedFormat,
    badMutable,
    buddhistEra,
    localizedFormat,
    objectSupport,
    timezone,
  }

  it.each(['ar', 'fa', 'hi', 'zh-cn'])('with plugins and the locale %s changes nothing', async (locale) => {
    const usual = values()
    onTestFinished(() => void dayjs.locale('en'))
    for (const plugin of Object.values(plugins)) dayjs.extend(plugin)
    await import(`../../node_modules/dayjs/locale/${locale}.js`)
    dayjs.locale(locale)
    dayjs.tz.setDefault('America/New_York')
    expect(dayjs(0).format('MMMM')).not.toBe('January')
    expect(values()).toEqual(usual)
  })
})
