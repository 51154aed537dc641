import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { Complaint } from '../../../src/model.js'
import { deadlineOf, deadlineRules } from '../../../src/providers/deadlines.js'

const createdAt = new Date('2026-03-20T14:00:00+08:00')
const input = (changes: Partial<Record<keyof Parameters<typeof deadlineOf>[0], unknown>>): never =>
  ({ provider: 'wechatpay', state: 'pending', createdAt, dueAt: null, ...changes }) as never

describe('deadlineOf()', () => {
  it.each<[Complaint['state'], string | null, string | null]>([
    // The documentation's example: made on 20 March 14:00.
    ['pending', '2026-03-21T14:00:00+08:00', 'reply'],
    ['processing', '2026-03-23T14:00:00+08:00', 'resolution'],
    ['unknown', '2026-03-23T14:00:00+08:00', 'resolution'],
    ['resolved', null, null],
  ])('%s under the published rule: %s for %s', (state, at, purpose) => {
    for (const provider of ['wechatpay', 'huishouqian']) {
      const expected = at === null ? null : { at: new Date(at), for: purpose, basis: 'rule' }
      expect(deadlineOf(input({ provider, state }))).toEqual(expected)
    }
  })

  it.each<[Complaint['state'], string | null]>([
    ['pending', 'reply'],
    ['processing', 'resolution'],
    ['unknown', 'resolution'],
    ['resolved', null],
  ])("a provider's own deadline goes before any rule: %s for %s", (state, purpose) => {
    const dueAt = new Date('2026-03-20T20:00:00+08:00')
    for (const provider of ['xiaoe', 'wechatpay', 'another']) {
      const expected = purpose === null ? null : { at: dueAt, for: purpose, basis: 'provider' }
      expect(deadlineOf(input({ provider, state, dueAt }))).toEqual(expected)
    }
  })

  it('takes rows of a database and Dates of another realm', () => {
    const at = new Date('2026-03-21T14:00:00+08:00')
    for (const made of [
      '2026-03-20T14:00:00+08:00',
      '2026-03-20T06:00:00.000Z',
      runInNewContext(`new Date(${+createdAt})`),
    ])
      expect(deadlineOf(input({ createdAt: made }))).toMatchObject({ at })
    expect(deadlineOf(input({ provider: 'xiaoe', dueAt: '2026-03-21T06:00:00Z' }))).toMatchObject({ at })
  })

  it.each([
    ['an unknown provider', { provider: 'another' }],
    ['a name of Object.prototype', { provider: 'toString' }],
    ['a provider without a rule', { provider: 'xiaoe' }],
    ['an invalid time', { createdAt: new Date(Number.NaN) }],
    ['a time without an offset, which depends on the host', { createdAt: '2026-03-20 14:00:00' }],
    ['no time', { createdAt: undefined }],
    ['a deadline after the last date that there is', { createdAt: new Date(8.64e15) }],
    ['an invalid dueAt', { provider: 'xiaoe', dueAt: new Date(Number.NaN) }],
  ])('is null for %s', (_, changes) => {
    expect(deadlineOf(input(changes))).toBeNull()
  })

  it('takes rules of the caller, provider by provider, for states that are unknown too', () => {
    const rules = { xiaoe: { replyHours: 1, resolutionHours: 2 }, huishouqian: { replyHours: 9, resolutionHours: 2 } }
    const hours = (changes: object): number =>
      ((deadlineOf(input(changes), rules)?.at.getTime() ?? 0) - createdAt.getTime()) / 3_600_000
    expect(hours({ provider: 'xiaoe' })).toBe(1)
    expect(hours({ provider: 'huishouqian', state: 'unknown' })).toBe(9)
    expect(hours({ provider: 'wechatpay' })).toBe(24)
  })

  it('the rules name their source and cannot be changed', () => {
    for (const rule of Object.values(deadlineRules)) {
      expect(rule).toMatchObject({ replyHours: 24, resolutionHours: 72, source: expect.stringMatching(/^https:/) })
      expect(Object.isFrozen(rule)).toBe(true)
    }
    expect(Object.isFrozen(deadlineRules)).toBe(true)
  })
})
