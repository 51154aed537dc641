import { describe, expect, it } from 'vitest'
import { type EvaluationContext, evaluate, type Urgency } from '../../../src/following/evaluate.js'
import type { Entry } from '../../../src/following/snapshot.js'
import { entryOf } from '../../../src/following/snapshot.js'
import type { Complaint } from '../../../src/model.js'
import { complaintOf } from '../../support/model-provider.js'

const hour = 3_600_000
const complaint = complaintOf({ id: 'c1', createdAt: 100 * hour, state: 'pending' }, 'a')
const context: EvaluationContext = {
  from: 0,
  now: 101 * hour,
  dueWithinMs: 6 * hour,
  deadlines: { replyHours: 24, resolutionHours: 72 },
  detailFields: [],
}
const none: Urgency = { isInHand: false, isNotified: false }
const kinds = (
  known: Entry | null,
  changes: Partial<EvaluationContext> = {},
  urgency: Partial<Urgency> = {},
): string[] =>
  evaluate(complaint, known, { ...context, ...changes }, { ...none, ...urgency }).map(({ change }) => change.kind)

describe('the changes of a complaint', () => {
  it('created: it was never delivered', () => {
    const [{ change, entry } = {}, ...others] = evaluate(complaint, null, context, none)
    expect(change).toMatchObject({ kind: 'created', previous: null, changed: [], deadline: { for: 'reply' } })
    expect(entry).toEqual(entryOf(complaint, []))
    expect(others).toEqual([])
  })

  it('none: it is as it was, or was made before the start and is not known', () => {
    expect(kinds(entryOf(complaint, []))).toEqual([])
    expect(kinds(null, { from: 101 * hour })).toEqual([])
  })

  it('a complaint made before the start is delivered when it was named, or was in hand', () => {
    expect(kinds(null, { from: 101 * hour }, { isNotified: true })).toEqual(['created'])
    expect(kinds(null, { from: 101 * hour }, { isInHand: true })).toEqual(['created'])
  })

  it('updated: it differs, or was in hand', () => {
    const known = entryOf({ ...complaint, state: 'processing' } as Complaint, [])
    const [{ change } = {}] = evaluate(complaint, known, context, none)
    expect(change).toMatchObject({ kind: 'updated', changed: ['state'], previous: { state: 'processing' } })
    const [again] = evaluate(complaint, entryOf(complaint, []), context, { ...none, isInHand: true })
    expect(again?.change).toMatchObject({ kind: 'updated', changed: [] })
    expect(kinds(entryOf(complaint, []), {}, { isNotified: true })).toEqual([])
  })

  it('none: only fields differ that a list does not have', () => {
    const known = entryOf({ ...complaint, tags: ['x'], urgent: true } as Complaint, [])
    expect(kinds(known)).toEqual(['updated'])
    expect(kinds(known, { detailFields: ['tags'] })).toEqual(['updated'])
    expect(kinds(known, { detailFields: ['tags', 'urgent'] })).toEqual([])
    const changed = entryOf({ ...complaint, tags: ['x'], state: 'processing' } as Complaint, [])
    const [{ change } = {}] = evaluate(complaint, changed, { ...context, detailFields: ['tags'] }, none)
    expect(change?.changed).toEqual(['state'])
  })

  it('due: once for each deadline, with or after created', () => {
    const near = { now: 119 * hour }
    expect(kinds(null, near)).toEqual(['created', 'due'])
    expect(kinds(entryOf(complaint, []), near)).toEqual(['due'])
    const remembered = evaluate(complaint, null, { ...context, ...near }, none).at(-1)?.entry
    expect(kinds(remembered ?? null, near)).toEqual([])
    expect(kinds(remembered ?? null, { now: 500 * hour })).toEqual([])
    expect(kinds(entryOf(complaint, []), { now: 500 * hour })).toEqual(['due'])
    expect(kinds(null, { ...near, dueWithinMs: undefined })).toEqual(['created'])
    expect(kinds(null, { ...near, deadlines: undefined })).toEqual(['created'])
    expect(kinds(null, { now: 118 * hour })).toEqual(['created'])
  })

  it('a deadline that moves away and back is delivered again only if it was further meanwhile', () => {
    const now = 119 * hour
    const withDue = (dueAt: number): Complaint => ({ ...complaint, dueAt: new Date(dueAt) }) as Complaint
    let entry: Entry | null = null
    const see = (dueAt: number): string => {
      const changes = evaluate(withDue(dueAt), entry, { ...context, now }, none)
      entry = changes.at(-1)?.entry ?? entry
      return changes.map(({ change }) => change.kind).join(' ')
    }
    expect(see(120 * hour)).toBe('created due')
    expect(see(121 * hour)).toBe('updated due')
    expect(see(120 * hour)).toBe('updated')
    expect(see(200 * hour)).toBe('updated')
    expect(see(120 * hour)).toBe('updated due')
  })
})
