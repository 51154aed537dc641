import { describe, expect, it, vi } from 'vitest'
import { accountsFromEnvironment, unknownVariables } from '../../../src/cli/config/environment.js'
import { exitCodeOf, formatError } from '../../../src/cli/exit-codes.js'
import { resolveLanguage } from '../../../src/cli/language.js'
import { complaintColumns } from '../../../src/cli/output/columns.js'
import { csvRow } from '../../../src/cli/output/csv.js'
import { createFormat } from '../../../src/cli/output/formats.js'
import { createProgress, progressLine } from '../../../src/cli/output/progress.js'
import { displayWidth } from '../../../src/cli/output/width.js'
import { parseRange } from '../../../src/cli/range.js'
import { parseReference } from '../../../src/cli/reference.js'
import { oneLine } from '../../../src/cli/text.js'
import { type AccountInfo, ApiError } from '../../../src/index.js'
import { complaintOf } from '../../support/model-provider.js'

it('a request id, which the provider chose, does not move the cursor of a terminal', () => {
  expect(formatError(new ApiError('refused', { requestId: 'r\u009b2J1' }))).toBe('refused (request id r 2J1)')
})

it.each([
  ['NotFoundError', 3],
  ['QueryError', 2],
  ['ConfigError', 2],
  ['ApiError', 1],
] as const)(
  'a %s of another copy of the library, as a configuration may bring, ends with %i',
  async (name, exitCode) => {
    vi.resetModules()
    const copy = await import('../../../src/errors.js')
    const error = new copy[name]('made to fail')
    expect(error).not.toBeInstanceOf(ApiError)
    expect(exitCodeOf(error)).toBe(exitCode)
  },
)

describe('a CSV record', () => {
  it('quotes what RFC 4180 wants quoted, and nothing else', () => {
    expect(csvRow(['a', 'b c', '', '投诉'], false)).toBe('a,b c,,投诉\r\n')
    expect(csvRow(['a,b', 'say "no"', 'two\nlines', ' edge'], false)).toBe(
      '"a,b","say ""no""","two\nlines"," edge"\r\n',
    )
  })

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    ' =1',
    '"=1',
    "'=1",
    '\u200b=1',
    '=1',
    '+1',
    '@x',
    '-1',
  ])('defuses %j, which a spreadsheet would run', (text) => {
    expect(csvRow([text], false).replace(/^"/, '')).toMatch(/^'/)
  })

  it.each(['200201820190', '138****0000', '2026-11-23 10:00:00', '12.34', 'a=b', '好的-谢谢'])(
    'leaves %j as it is',
    (text) => {
      expect(csvRow([text], false)).toBe(`${text}\r\n`)
    },
  )

  it('keeps long numbers as text for Excel only', () => {
    expect(csvRow(['200201820190', '12345678901', '1'], true)).toBe('"200201820190\t",12345678901,1\r\n')
  })
})

describe('the formats', () => {
  const rows = ['c1', 'c2', 'c3'].map((id) => complaintOf({ id, createdAt: 0, state: 'pending' }, 'acc'))
  const written = (name: 'table' | 'json' | 'ndjson' | 'csv', chunks: (typeof rows)[], bom = false): string => {
    const format = createFormat(name, complaintColumns, { language: 'en', bom, hasHeadings: true })
    return format.header() + chunks.map((chunk) => format.rows(chunk)).join('') + format.end()
  }
  const chunkings = [[rows], rows.map((row) => [row]), [[], rows, []], [[], ...rows.map((row) => [row]), []]]

  it('are the same however the rows come', () => {
    for (const name of ['table', 'json', 'ndjson', 'csv'] as const) {
      expect(new Set(chunkings.map((chunks) => written(name, chunks))).size).toBe(1)
    }
  })

  it('are what they say they are', () => {
    expect(JSON.parse(written('json', [rows]))).toEqual(JSON.parse(JSON.stringify(rows)))
    expect(JSON.parse(written('json', []))).toEqual([])
    expect(
      written('ndjson', [rows])
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ).toEqual(['c1', 'c2', 'c3'])
    expect(written('csv', [rows]).trimEnd().split('\r\n')).toHaveLength(4)
    expect(written('csv', [rows], true)).toMatch(/^\ufeffProvider,Account,Id,/)
    expect(written('table', []).split('\n')).toHaveLength(3)
  })

  it('show times of Beijing, whatever the zone of the host', () => {
    expect(written('csv', [rows])).toContain('1970-01-01 08:00:00')
  })

  it('show Chinese words where Chinese is asked for', () => {
    const format = createFormat('csv', complaintColumns, { language: 'zh', bom: false, hasHeadings: true })
    expect(format.header()).toContain('投诉单号')
    expect(format.rows(rows)).toContain('待处理')
  })

  it('of JSON can be read when it breaks off, before and after the first row', () => {
    for (const chunk of [[], rows]) {
      const format = createFormat('json', complaintColumns, { language: 'en', bom: false, hasHeadings: true })
      expect(JSON.parse(format.header() + format.rows(chunk) + format.abort())).toHaveLength(chunk.length)
    }
  })

  it.each(['xiaoe', 'huishouqian'] as const)(
    'of a table cut no provider and no id, also when %s came first',
    (first) => {
      const idOf = { xiaoe: 'c_6621e41fa5e18_dA0idHLY', huishouqian: '200201820200101120246950198' }
      const others = (['xiaoe', 'huishouqian'] as const).filter((name) => name !== first)
      const format = createFormat('table', complaintColumns, { language: 'en', bom: false, hasHeadings: true })
      const lines = [first, ...others].flatMap((provider) =>
        format
          .rows([
            { ...complaintOf({ id: idOf[provider], createdAt: 0, state: 'processing' }, 'acc'), provider } as never,
            { ...complaintOf({ id: 'c_1', createdAt: 0, state: 'pending' }, 'acc'), provider } as never,
          ])
          .trimEnd()
          .split('\n'),
      )
      for (const provider of ['xiaoe', 'huishouqian'] as const)
        expect(lines).toContainEqual(
          expect.stringMatching(new RegExp(`^${provider} +${idOf[provider]} +1970-01-01 08:00:00  processing `)),
        )
      const [, , ...shown] = lines
      expect(new Set(shown.map((line) => line.indexOf('1970-01-01'))).size).toBe(1)
    },
  )

  it('of a table keep an id that is longer than any known', () => {
    const format = createFormat('table', complaintColumns, { language: 'en', bom: false, hasHeadings: true })
    const id = 'x'.repeat(60)
    expect(format.rows([complaintOf({ id, createdAt: 0, state: 'pending' }, 'acc')])).toContain(`${id}  1970-01-01`)
  })

  it('let no control character reach the terminal', () => {
    expect(oneLine('a\u001b[31mb\r\nc\u202ed')).toBe('a [31mb c d')
    expect(displayWidth('投诉 a')).toBe(6)
  })
})

describe('--since, --from and --to', () => {
  const now = Date.parse('2026-03-31T12:00:00.789Z')

  it.each([
    [{ since: '24h' }, { from: '2026-03-30T12:00:00Z' }],
    [{ since: '7d' }, { from: '2026-03-24T12:00:00Z' }],
    [{ since: '2w' }, { from: '2026-03-17T12:00:00Z' }],
    [{}, { from: '2026-03-01T12:00:00Z' }],
    [{ from: '2026-01-01' }, { from: '2026-01-01' }],
    [
      { from: '2026-01-01', to: '2026-01-31' },
      { from: '2026-01-01', to: '2026-01-31' },
    ],
  ])('%j is %j', (given, range) => {
    expect(parseRange(given, now)).toEqual(range)
  })

  it.each([
    { since: '3x' },
    { since: '0d' },
    { since: '-1d' },
    { since: '1d', from: '2026-01-01' },
    { to: '2026-01-01' },
  ])('refuses %j', (given) => {
    expect(() => parseRange(given, now)).toThrow(/--/)
  })
})

describe('the language', () => {
  it.each([
    ['zh', {}, 'zh'],
    [undefined, { LC_ALL: 'zh_CN.UTF-8', LANG: 'en_US' }, 'zh'],
    [undefined, { LC_ALL: '', LC_MESSAGES: 'en_GB', LANG: 'zh_CN' }, 'en'],
    [undefined, { LANG: 'zh_TW.UTF-8' }, 'zh'],
    [undefined, { LANG: 'C' }, 'en'],
    ['en', { LANG: 'zh_CN' }, 'en'],
  ] as const)('of %j and %j is %s', (given, env, language) => {
    expect(resolveLanguage(given, env)).toBe(language)
  })
})

describe('a reference', () => {
  const info = (provider: string, account: string): AccountInfo => ({ provider, account }) as AccountInfo
  const accounts = [info('wechatpay', '1'), info('wechatpay', 'a:b'), info('xiaoe', 'app')]

  it.each([
    ['wechatpay:1:99', { provider: 'wechatpay', account: '1', id: '99' }],
    ['wechatpay:a:b:99', { provider: 'wechatpay', account: 'a:b', id: '99' }],
    ['xiaoe:c_1', { provider: 'xiaoe', account: 'app', id: 'c_1' }],
  ])('%s', (text, ref) => {
    expect(parseReference(text, accounts)).toEqual(ref)
  })

  it('may be the id alone where there is one account', () => {
    expect(parseReference('c_1', [info('xiaoe', 'app')])).toEqual({ provider: 'xiaoe', account: 'app', id: 'c_1' })
  })

  it.each(['99', 'wechatpay:99', 'alipay:1:2', 'wechatpay:2:99', 'xiaoe:app:', ''])('%j is not clear', (text) => {
    expect(() => parseReference(text, accounts)).toThrow('wechatpay:1, wechatpay:a:b, xiaoe:app')
  })
})

describe('the environment', () => {
  it('describes one account for each provider of which something is set', () => {
    expect(
      accountsFromEnvironment({
        XIAOE_APP_ID: 'app',
        XIAOE_CLIENT_ID: ' ',
        WECHATPAY_CERTIFICATE_FILES: 'a.pem:b.pem',
      }),
    ).toEqual([
      { provider: 'wechatpay', certificateFiles: ['a.pem', 'b.pem'] },
      { provider: 'xiaoe', appId: 'app' },
    ])
    expect(accountsFromEnvironment({})).toEqual([])
  })

  it('takes an empty path among several for none, as PATH does', () => {
    expect(accountsFromEnvironment({ WECHATPAY_CERTIFICATE_FILES: ' a.pem : :b.pem:' })).toEqual([
      { provider: 'wechatpay', certificateFiles: ['a.pem', 'b.pem'] },
    ])
  })

  it('is searched for names that look misspelt', () => {
    expect(unknownVariables({ WECHATPAY_MCH_ID: '1', WECHATPAY_MCHID: '1', PATH: '' })).toEqual(['WECHATPAY_MCH_ID'])
  })
})

describe('progress', () => {
  it('tells rows, rate, windows and an estimate', () => {
    expect(progressLine({ rows: 1200, done: 3, windows: 12, elapsedMs: 6000 })).toBe(
      '1,200 rows, 200/s, 3 of 12 windows, about 18 s left',
    )
    expect(progressLine({ rows: 0, done: 0, windows: 2, elapsedMs: 0 })).toBe('0 rows, 0/s, 0 of 2 windows')
    expect(progressLine({ rows: 9, done: 2, windows: 2, elapsedMs: 1000 })).toBe('9 rows, 9/s, 2 of 2 windows')
    expect(progressLine({ rows: 9, done: 1, windows: 300, elapsedMs: 1000 })).toContain('about 5 min left')
  })

  it('says nothing of windows left where a cursor skips some', () => {
    expect(progressLine({ rows: 9, done: 3, windows: null, elapsedMs: 1000 })).toBe('9 rows, 9/s, 3 windows')
  })

  it('comes back at once after rows that it was taken away for', () => {
    const lines: string[] = []
    const stderr = { isTTY: true, write: (text: string) => lines.push(text) > 0 }
    const progress = createProgress({ stderr, now: () => 0 } as never, null)
    for (let page = 0; page < 2; page += 1) {
      progress.clear()
      progress.clear()
      progress.addRows(1)
    }
    expect(lines.map((line) => line.replace('\r\u001b[K', '<'))).toEqual([
      '<1 rows, 0/s, 0 windows',
      '<',
      '<2 rows, 0/s, 0 windows',
    ])
  })

  it('is drawn on a terminal only, not more than five times a second, and cleared', () => {
    const drawnOn = (isTTY: boolean): string[] => {
      const lines: string[] = []
      let now = 0
      const stderr = { isTTY, write: (text: string) => lines.push(text) > 0 }
      const progress = createProgress({ stderr, now: () => now } as never, 2)
      for (; now < 1000; now += 10) progress.addRows(1)
      progress.onEvent({ type: 'rateLimitWait', delayMs: 1500 } as never)
      progress.clear()
      return lines
    }
    expect(drawnOn(false)).toEqual([])
    const lines = drawnOn(true)
    expect(lines).toHaveLength(7)
    expect(lines.at(-2)).toContain('waiting 2 s (quota)')
    expect(lines.at(-1)).toBe('\r\u001b[K')
  })
})
