import { createHash } from 'node:crypto'
import type { Complaint, ComplaintState, Money } from '../model.js'
import { isRecord } from '../parsing/coerce.js'
import { maskText } from '../privacy/mask.js'
import type { ChangedField, ComplaintSnapshot } from './types.js'

/** Fields that may hold texts of the complainant, of which the store keeps a hash only. */
const hashedFields = ['subject', 'detail', 'orders', 'media'] as const
type HashedField = (typeof hashedFields)[number]

/** What is remembered of a complaint that was delivered. */
export interface Entry {
  readonly snapshot: ComplaintSnapshot
  /** Empty for an empty field. */
  readonly hashes: Readonly<Record<HashedField, string>>
  /** Deadlines that were delivered as `due`, in milliseconds since 1970. */
  readonly deliveredDeadlines: readonly number[]
}

/** 48 bits: a change goes unseen once in 2.8·10¹⁴. */
const hashLength = 8
/** More deadlines than that are not remembered. */
const maxDeliveredDeadlines = 8

export function entryOf(complaint: Complaint, deliveredDeadlines: readonly number[]): Entry {
  const { id, state, closedAt, dueAt, awaitingReply, overdue, urgent, inPlatformService, timesComplained } = complaint
  const { refund, subject, detail, orders, media } = complaint
  return {
    snapshot: {
      state,
      // A provider's state should not hold a phone number, but the provider decides.
      providerState: maskText(complaint.providerState),
      closedAt: toText(closedAt),
      dueAt: toText(dueAt),
      awaitingReply,
      overdue,
      urgent,
      inPlatformService,
      timesComplained,
      tags: complaint.tags.map(maskText),
      refund: { wanted: refund.wanted, amount: refund.amount, completed: refund.completed },
    },
    hashes: {
      subject: hash(id, subject ?? ''),
      detail: hash(id, detail),
      orders: hash(
        id,
        joined(orders.map((order) => [order.merchantOrderNo, order.transactionId, order.amount?.fen ?? null])),
      ),
      media: hash(id, joined(media.map(({ kind, urls }) => [kind, ...urls.map(withoutQuery)]))),
    },
    deliveredDeadlines: deliveredDeadlines.slice(-maxDeliveredDeadlines),
  }
}

/** Every field that differs, in the order of `ChangedField`. */
export function changedFields(before: Entry, after: Entry): ChangedField[] {
  return fields.filter((field) => comparable(before, field) !== comparable(after, field))
}

const fields: readonly ChangedField[] = [
  'state',
  'providerState',
  'closedAt',
  'dueAt',
  'subject',
  'detail',
  'orders',
  'refund',
  'awaitingReply',
  'overdue',
  'urgent',
  'inPlatformService',
  'timesComplained',
  'tags',
  'media',
]

function comparable({ snapshot, hashes }: Entry, field: ChangedField): string | number | boolean | null {
  switch (field) {
    case 'subject':
    case 'detail':
    case 'orders':
    case 'media':
      return hashes[field]
    case 'tags':
      // Providers do not promise an order.
      return joined(snapshot.tags)
    case 'refund':
      return JSON.stringify([snapshot.refund.wanted, snapshot.refund.amount?.fen ?? null, snapshot.refund.completed])
    default:
      return snapshot[field]
  }
}

/** With the complaint's id, so that equal texts of two complaints have different hashes. */
function hash(id: string, text: string): string {
  if (text === '') return ''
  return createHash('sha256')
    .update(JSON.stringify([id, text]))
    .digest('base64url')
    .slice(0, hashLength)
}

/** A text of a list whose order means nothing; empty for an empty list. */
function joined(items: readonly unknown[]): string {
  if (items.length === 0) return ''
  return items
    .map((item) => JSON.stringify(item))
    .sort()
    .join()
}

/** Addresses of files carry signatures that differ each time. */
function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '')
}

function toText(date: Date | null): string | null {
  return date === null || Number.isNaN(date.getTime()) ? null : date.toISOString()
}

/** An entry as plain JSON, without what is empty. */
export function encodeEntry({ snapshot, hashes, deliveredDeadlines }: Entry): Record<string, unknown> {
  const encoded: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(snapshot)) {
    if (value !== null && !(Array.isArray(value) && value.length === 0)) encoded[name] = value
  }
  if (Object.values(snapshot.refund).every((value) => value === null)) delete encoded.refund
  const texts = hashedFields.map((field) => hashes[field])
  if (texts.some((text) => text !== '')) encoded.hashes = texts
  if (deliveredDeadlines.length > 0) encoded.due = [...deliveredDeadlines]
  return encoded
}

/** null: not what `encodeEntry` returned. */
export function decodeEntry(value: unknown): Entry | null {
  if (!isRecord(value)) return null
  const {
    state,
    providerState,
    closedAt,
    dueAt,
    timesComplained,
    tags = [],
    refund = {},
    hashes = [],
    due = [],
  } = value
  const flags = flagsOf(value)
  const money = refundOf(refund)
  if (!isState(state) || typeof providerState !== 'string' || flags === null || money === null) return null
  if (!isOptional(closedAt, 'string') || !isOptional(dueAt, 'string') || !isOptional(timesComplained, 'number'))
    return null
  if (!isListOf(tags, 'string') || !isListOf(hashes, 'string') || !isListOf(due, 'number')) return null
  const [subject = '', detail = '', orders = '', media = ''] = hashes
  return {
    snapshot: {
      state,
      providerState,
      closedAt: closedAt ?? null,
      dueAt: dueAt ?? null,
      ...flags,
      timesComplained: timesComplained ?? null,
      tags,
      refund: money,
    },
    hashes: { subject, detail, orders, media },
    deliveredDeadlines: due,
  }
}

const flagNames = ['awaitingReply', 'overdue', 'urgent', 'inPlatformService'] as const
type Flags = Pick<ComplaintSnapshot, (typeof flagNames)[number]>

function flagsOf(value: Record<string, unknown>): Flags | null {
  const flags: Flags = { awaitingReply: null, overdue: null, urgent: null, inPlatformService: null }
  for (const name of flagNames) {
    const flag = value[name] ?? null
    if (flag !== null && typeof flag !== 'boolean') return null
    flags[name] = flag
  }
  return flags
}

function refundOf(value: unknown): ComplaintSnapshot['refund'] | null {
  if (!isRecord(value)) return null
  const { wanted, completed, amount = null } = value
  if (!isOptional(wanted, 'boolean') || !isOptional(completed, 'boolean')) return null
  if (amount !== null && !isMoney(amount)) return null
  return { wanted: wanted ?? null, amount: amount === null ? null : amount, completed: completed ?? null }
}

function isMoney(value: unknown): value is Money {
  return isRecord(value) && Number.isSafeInteger(value.fen) && value.currency === 'CNY'
}

function isState(value: unknown): value is ComplaintState {
  return value === 'pending' || value === 'processing' || value === 'resolved' || value === 'unknown'
}

interface Types {
  string: string
  number: number
  boolean: boolean
}

function isOptional<T extends keyof Types>(value: unknown, type: T): value is Types[T] | null | undefined {
  return value === undefined || value === null || typeof value === type
}

function isListOf<T extends keyof Types>(value: unknown, type: T): value is Types[T][] {
  return Array.isArray(value) && value.every((item) => typeof item === type)
}
