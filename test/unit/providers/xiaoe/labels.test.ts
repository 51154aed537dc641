import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { errorForCode, xiaoeCodes } from '../../../../src/providers/xiaoe/error-codes.js'
import { xiaoeLabels } from '../../../../src/providers/xiaoe/labels.js'
import { mapComplaint } from '../../../../src/providers/xiaoe/map.js'

const row = (change: object): object => ({
  complaint_id: 'c_made_up_1',
  complaint_time: '2026-01-01 00:00:00',
  state: 0,
  ...change,
})

describe('labels', () => {
  const labels = Object.entries(xiaoeLabels).flatMap(([field, table]) =>
    Object.entries(table).map(([value, label]) => [field, value, label] as const),
  )

  it.each(labels)('%s %s has a Chinese and an English text', (_, __, { zh, en }) => {
    expect(zh.trim()).toBe(zh)
    expect(zh.length).toBeGreaterThan(0)
    expect(en).toMatch(/^[A-Za-z0-9]/)
  })

  it('cover the states and channels that are mapped, and no others', () => {
    const mapped = (field: 'state' | 'channel_type', read: (row: object) => string): string[] =>
      Array.from({ length: 12 }, (_, value) => value)
        .filter((value) => read(row({ [field]: value })) !== 'unknown')
        .map(String)
    expect(Object.keys(xiaoeLabels.state)).toEqual(mapped('state', (one) => mapComplaint(one, 'a').state))
    expect(Object.keys(xiaoeLabels.channel_type)).toEqual(
      mapped('channel_type', (one) => mapComplaint(one, 'a').channel),
    )
  })

  it('cover every documented code', () => {
    expect(Object.keys(xiaoeLabels.code)).toEqual(['0', ...Object.keys(xiaoeCodes)])
  })

  it('cover every value of the official sample', () => {
    const sample = readFileSync(new URL('../../../fixtures/xiaoe/list-official-sample.json', import.meta.url), 'utf8')
    for (const complaint of JSON.parse(sample).data.list)
      for (const field of [
        'state',
        'channel_type',
        'complaint_from',
        'complaint_type',
        'current_step',
        'is_overtime',
      ]) {
        const table = xiaoeLabels[field as keyof typeof xiaoeLabels]
        expect(table[String(complaint[field])], `${field} ${complaint[field]}`).toBeDefined()
      }
  })

  it('give 10 and 210 of complaint_from one meaning, and 1 to 6 of current_step two', () => {
    expect(xiaoeLabels.complaint_from[10]).toEqual(xiaoeLabels.complaint_from[210])
    expect(Object.keys(xiaoeLabels.complaint_from)).toHaveLength(18)
    expect(xiaoeLabels.current_step[3]?.zh).toBe('小鹅通录入')
    expect(xiaoeLabels.detail_current_step[3]?.zh).toBe('C端回复')
    expect(Object.keys(xiaoeLabels.detail_current_step)).toEqual(Object.keys(xiaoeLabels.current_step))
  })
})

describe.each(['docs/providers/xiaoe.md', 'docs/zh-CN/providers/xiaoe.md'])('%s', (name) => {
  const rows = readFileSync(new URL(`../../../../${name}`, import.meta.url), 'utf8').match(/^\|.*\|$/gm) ?? []

  it.each(Object.keys(xiaoeCodes))('lists %s with the error it becomes, and whether it is retried', (code) => {
    const found = rows.filter((each) => each.includes(`\`${code}\``))
    expect(found).toHaveLength(1)
    const [text = ''] = found
    const { name: error, retryable } = errorForCode(Number(code), undefined)
    expect([...text.matchAll(/`(\w+Error)`/g)].map(([, named]) => named)).toEqual([error])
    expect(/retried|重试/.test(text)).toBe(retryable)
    const { outcome } = xiaoeCodes[code] ?? expect.fail('a code of the table')
    expect(/once more|重发一次/.test(text)).toBe(outcome === 'renew')
    expect(text.includes('投诉管理-查询')).toBe(code === '2017')
  })
})
