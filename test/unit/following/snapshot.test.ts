import { describe, expect, it } from 'vitest'
import { changedFields, decodeEntry, encodeEntry, entryOf } from '../../../src/following/snapshot.js'
import type { ChangedField } from '../../../src/following/types.js'
import type { Complaint } from '../../../src/model.js'
import { complaintOf } from '../../support/model-provider.js'

const base = complaintOf({ id: 'c1', createdAt: 0, state: 'pending' }, 'a')
const full: Complaint = {
  ...base,
  closedAt: new Date(1),
  dueAt: new Date(2),
  subject: '商品质量问题',
  detail: '一直不发货',
  orders: [
    { merchantOrderNo: 'o1', transactionId: 't1', amount: { fen: 1, currency: 'CNY' } },
    { merchantOrderNo: 'o2', transactionId: null, amount: null },
  ],
  refund: { wanted: true, amount: { fen: 100, currency: 'CNY' }, completed: false },
  awaitingReply: true,
  overdue: false,
  urgent: true,
  inPlatformService: false,
  timesComplained: 2,
  tags: ['TRUSTED', 'HIGH_RISK'],
  media: [{ kind: 'image', urls: ['https://a.example/1?sign=1', 'https://a.example/2'] }],
} as Complaint

const compare = (changes: Partial<Complaint>): ChangedField[] =>
  changedFields(entryOf(full, []), entryOf({ ...full, ...changes } as Complaint, []))

describe('what counts as a change', () => {
  it.each<[ChangedField, Partial<Complaint>]>([
    ['state', { state: 'resolved' }],
    ['providerState', { providerState: 'DONE' }],
    ['closedAt', { closedAt: null }],
    ['dueAt', { dueAt: new Date(3) }],
    ['subject', { subject: null }],
    ['detail', { detail: '已发货' }],
    ['orders', { orders: [] }],
    ['refund', { refund: { wanted: true, amount: { fen: 101, currency: 'CNY' }, completed: false } }],
    ['awaitingReply', { awaitingReply: null }],
    ['overdue', { overdue: true }],
    ['urgent', { urgent: false }],
    ['inPlatformService', { inPlatformService: null }],
    ['timesComplained', { timesComplained: 3 }],
    ['tags', { tags: ['TRUSTED'] }],
    ['media', { media: [{ kind: 'image', urls: ['https://a.example/1'] }] }],
  ])('%s', (field, changes) => {
    expect(compare(changes)).toEqual([field])
  })

  it.each<[string, Partial<Complaint>]>([
    ['a phone', { payer: { phone: { value: 'other', form: 'encrypted' }, openId: 'o' } }],
    ['raw', { raw: { another: 1 } as never }],
    [
      'the query of an address',
      { media: [{ kind: 'image', urls: ['https://a.example/1?sign=2', 'https://a.example/2#x'] }] },
    ],
    ['the order of tags', { tags: ['HIGH_RISK', 'TRUSTED'] }],
    ['the order of orders', { orders: [...full.orders].reverse() }],
    ['an invalid time', { closedAt: full.closedAt }],
  ])('not %s', (_, changes) => {
    expect(compare(changes)).toEqual([])
  })

  it('names every field that differs', () => {
    expect(compare({ state: 'resolved', providerState: 'DONE', awaitingReply: false })).toEqual([
      'state',
      'providerState',
      'awaitingReply',
    ])
  })
})

describe('an entry as JSON', () => {
  it.each([
    ['full', full],
    ['empty', base],
  ])('says the same when it was stored (%s)', (_, complaint) => {
    const entry = entryOf(complaint, [1, 2])
    // A database may give members back in another order.
    const stored = Object.fromEntries(Object.entries(JSON.parse(JSON.stringify(encodeEntry(entry)))).reverse())
    const decoded = decodeEntry(stored)
    expect(decoded).toEqual(entry)
    expect(decoded === null ? [] : changedFields(entry, decoded)).toEqual([])
  })

  it('leaves out what is empty, and has a hash of its own for equal texts of other complaints', () => {
    expect(encodeEntry(entryOf(base, []))).toEqual({ state: 'pending', providerState: 'pending' })
    const hashes = ['c1', 'c2'].map((id) => entryOf({ ...full, id } as Complaint, []).hashes.detail)
    expect(new Set(hashes).size).toBe(2)
  })

  it.each([
    null,
    'text',
    [],
    {},
    { state: 'new', providerState: '' },
    { state: 'pending' },
    { state: 'pending', providerState: '', tags: [1] },
    { state: 'pending', providerState: '', due: ['1'] },
    { state: 'pending', providerState: '', awaitingReply: 1 },
    { state: 'pending', providerState: '', refund: { amount: 1 } },
    { state: 'pending', providerState: '', refund: [] },
    { state: 'pending', providerState: '', closedAt: 1 },
    { state: 'pending', providerState: '', timesComplained: '1' },
  ])('%j is none', (value) => {
    expect(decodeEntry(value)).toBeNull()
  })
})
