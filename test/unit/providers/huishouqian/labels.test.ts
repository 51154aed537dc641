import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { errorForCode } from '../../../../src/providers/huishouqian/error-codes.js'
import { huishouqianLabels } from '../../../../src/providers/huishouqian/labels.js'
import { mapComplaint } from '../../../../src/providers/huishouqian/map.js'
import { wechatpayLabels } from '../../../../src/providers/wechatpay/labels.js'
import { row } from './platform.js'

const operations = ['list', 'get', 'history', 'media'] as const
const codes = Object.keys(huishouqianLabels.errorCode)

describe("Huishouqian's labels", () => {
  it('cover the states that are mapped, and no others', () => {
    const states = ['pending', 'processing', 'resolved']
    const mapped = Object.keys(huishouqianLabels.complaintState).map(
      (complaintState) => mapComplaint(row({ complaintState }), 'a').state,
    )
    expect(mapped).toEqual(states)
  })

  it.each(['incomingUserResponse', 'complaintFullRefunded'] as const)('of %s say what is mapped', (field) => {
    for (const [value, { en }] of Object.entries(huishouqianLabels[field])) {
      const { awaitingReply, refund } = mapComplaint(row({ [field]: Number(value) }), 'a')
      expect(field === 'incomingUserResponse' ? awaitingReply : refund.completed, value).toBe(en === 'Yes')
    }
  })

  it('cover every code of the page, also those that are mapped to nothing special', () => {
    const source = readFileSync(
      new URL('../../../../src/providers/huishouqian/error-codes.ts', import.meta.url),
      'utf8',
    )
    const mapped = [...source.matchAll(/'(\d{6})'/g)].map(([, code = '']) => code)
    expect(mapped.length).toBeGreaterThan(5)
    expect(codes).toEqual(expect.arrayContaining(mapped))
    const page = ['000000', '000001', ...Array.from({ length: 12 }, (_, last) => String(130_000 + last))]
    expect([...codes].sort()).toEqual(page)
  })

  it("name a history's steps and callbacks in WeChat Pay's words, whose complaints these are", () => {
    expect(huishouqianLabels.operateType).toEqual(wechatpayLabels.operate_type)
    expect(huishouqianLabels.actionType).toEqual(wechatpayLabels.action_type)
  })
})

describe.each(['docs/providers/huishouqian.md', 'docs/zh-CN/providers/huishouqian.md'])('%s', (name) => {
  const rows = readFileSync(new URL(`../../../../${name}`, import.meta.url), 'utf8').match(/^\|.*\|$/gm) ?? []

  it.each(codes)('lists %s with the error it becomes', (code) => {
    const found = rows.filter((each) => each.includes(`\`${code}\``))
    expect(found).toHaveLength(1)
    const named = new Set([...(found[0] ?? '').matchAll(/`(\w+Error)`/g)].map(([, error]) => error))
    const errors = operations.map((operation) => errorForCode(code, undefined, true, operation))
    expect(named).toEqual(new Set(code === '000000' ? [] : errors.map((error) => error.name)))
    const isRetried = /retried|重试/.test(found[0] ?? '')
    expect(errors.map(({ retryable }) => retryable)).toEqual(errors.map(() => isRetried))
    // Where they differ, each operation stands beside its own.
    const clauses = (found[0] ?? '').split(/[;；]/)
    for (const [index, operation] of operations.entries()) {
      if (named.size > 1)
        expect(clauses.find((clause) => clause.includes(`\`${operation}\``))).toContain(errors[index]?.name)
    }
  })
})
