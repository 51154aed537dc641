import { describe, expect, it } from 'vitest'
import { complaintColumns } from '../../../../src/cli/output/columns.js'
import { createFormat } from '../../../../src/cli/output/formats.js'
import { complaintOf } from '../../../support/model-provider.js'

describe('the formats', () => {
  const rows = ['c1', 'c2', 'c3'].map((id) => complaintOf({ id, createdAt: 0, state: 'pending' }, 'acc'))
  const written = (name: 'table' | 'json' | 'ndjson' | 'csv', chunks: (typeof rows)[], bom = false): string => {
    const format = createFormat(name, complaintColumns, { language: 'en', bom, excel: false, hasHeadings: true })
    return format.header() + chunks.map((chunk) => format.rows(chunk)).join('') + format.end()
  }
  const chunkings = [[rows], rows.map((row) => [row]), [[], rows, []], [[], ...rows.map((row) => [row]), []]]

  it('are the same however the rows are split into chunks', () => {
    for (const name of ['table', 'json', 'ndjson', 'csv'] as const) {
      expect(new Set(chunkings.map((chunks) => written(name, chunks))).size).toBe(1)
    }
  })

  it('are valid JSON, NDJSON, CSV and a table', () => {
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

  it('C22: --bom puts a byte order mark in front and changes nothing else', () => {
    const long = [{ ...rows[0], id: '200201820200101120246950198' }] as (typeof rows)[number][]
    expect(written('csv', [long], true)).toBe(`\ufeff${written('csv', [long])}`)
    expect(written('csv', [long], true)).toContain(',200201820200101120246950198,')
  })

  it('show Beijing time in any time zone', () => {
    expect(written('csv', [rows])).toContain('1970-01-01 08:00:00')
  })

  it('show Chinese labels if the language is Chinese', () => {
    const format = createFormat('csv', complaintColumns, {
      language: 'zh',
      bom: false,
      excel: false,
      hasHeadings: true,
    })
    expect(format.header()).toContain('投诉单号')
    expect(format.rows(rows)).toContain('待处理')
  })

  it('of JSON parse after abort(), before and after the first row', () => {
    for (const chunk of [[], rows]) {
      const format = createFormat('json', complaintColumns, {
        language: 'en',
        bom: false,
        excel: false,
        hasHeadings: true,
      })
      expect(JSON.parse(format.header() + format.rows(chunk) + format.abort())).toHaveLength(chunk.length)
    }
  })

  it.each(['xiaoe', 'huishouqian'] as const)('of a table cut neither provider nor id, also if %s is first', (first) => {
    const idOf = { xiaoe: 'c_6621e41fa5e18_dA0idHLY', huishouqian: '200201820200101120246950198' }
    const others = (['xiaoe', 'huishouqian'] as const).filter((name) => name !== first)
    const format = createFormat('table', complaintColumns, {
      language: 'en',
      bom: false,
      excel: false,
      hasHeadings: true,
    })
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
        expect.stringMatching(new RegExp(`^${provider} +acc +${idOf[provider]} +1970-01-01 08:00:00  processing `)),
      )
    const [, , ...shown] = lines
    expect(new Set(shown.map((line) => line.indexOf('1970-01-01'))).size).toBe(1)
  })

  it('of a table do not cut an id longer than the column', () => {
    const format = createFormat('table', complaintColumns, {
      language: 'en',
      bom: false,
      excel: false,
      hasHeadings: true,
    })
    const id = 'x'.repeat(60)
    expect(format.rows([complaintOf({ id, createdAt: 0, state: 'pending' }, 'acc')])).toContain(`${id}  1970-01-01`)
  })
})
