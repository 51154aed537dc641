import { types } from 'node:util'
import { type Complaint, ComplaintError, type HistoryEntry } from '../../../src/index.js'

/** Longer than any text that a person would read. */
const maxMessage = 20_000
const states: readonly string[] = ['pending', 'processing', 'resolved', 'unknown']
const prototypes: readonly object[] = [
  Object,
  Array,
  Function,
  String,
  Number,
  Boolean,
  Map,
  Set,
  Promise,
  Date,
  Error,
].map(({ prototype }) => prototype as object)
const namesOf = (): string => prototypes.map((prototype) => Reflect.ownKeys(prototype).map(String).join()).join('\n')
const untouched = namesOf()

/** What is wrong with the prototypes that everything shares; null: nothing. */
export function pollution(): string | null {
  const plain: Record<string, unknown> = {}
  if (plain.polluted !== undefined || plain.isAdmin !== undefined) return 'every object is polluted'
  return namesOf() === untouched ? null : 'a prototype was changed'
}

/** Why something thrown may not leave the library; null: it may. */
export function strangeError(error: unknown): string | null {
  if (!ComplaintError.isInstance(error)) return `not of the family: ${String(error)}`
  if (error.constructor === ComplaintError) return 'of no class'
  const { message, providerMessage, providerCode, requestId, stack, issues } = error
  for (const text of [message, providerMessage, providerCode, requestId])
    if (text !== null && text.length > maxMessage) return `an error with a text of ${text.length} characters`
  if ((stack?.length ?? 0) > 2 * maxMessage) return 'an error with an endless stack'
  return issues.length > 1000 ? `an error with ${issues.length} issues` : null
}

/** Why a complaint is none; null: it is one. */
export function strangeComplaint(row: Complaint, account: string): string | null {
  if (Object.getPrototypeOf(row) !== Object.prototype) return 'a row with another prototype'
  if (Object.getPrototypeOf(row.raw) !== Object.prototype) return 'raw with another prototype'
  if (row.account !== account) return 'a row of another account'
  if (!isFilled(row.id) || !isFilled(row.providerState) || typeof row.detail !== 'string')
    return 'a row without id, state or detail'
  if (!states.includes(row.state)) return `state ${row.state}`
  if (!isDate(row.createdAt)) return 'createdAt is no date'
  for (const at of [row.closedAt, row.dueAt]) if (at !== null && !isDate(at)) return 'an invalid date'
  for (const text of [row.subject, row.merchantId, row.agentId, row.payer.openId])
    if (text !== null && typeof text !== 'string') return 'a text that is none'
  for (const flag of [
    row.awaitingReply,
    row.overdue,
    row.urgent,
    row.inPlatformService,
    row.refund.wanted,
    row.refund.completed,
  ])
    if (flag !== null && typeof flag !== 'boolean') return 'a flag that is none'
  if (row.timesComplained !== null && !Number.isSafeInteger(row.timesComplained)) return 'a number that is none'
  for (const money of [row.refund.amount, ...row.orders.map(({ amount }) => amount)])
    if (money !== null && !Number.isSafeInteger(money.fen)) return 'money that is no integer'
  for (const order of row.orders)
    if (!isTextOrNull(order.merchantOrderNo) || !isTextOrNull(order.transactionId))
      return 'an order number that is no text'
  if (!row.tags.every((tag) => typeof tag === 'string')) return 'a tag that is no text'
  if (row.payer.phone !== null && !isFilled(row.payer.phone.value)) return 'a phone that is no text'
  if (row.resource !== null && !(isFilled(row.resource.id) && isTextOrNull(row.resource.type)))
    return 'a strange resource'
  return isMedia(row.media) ? null : 'strange media'
}

export function strangeEntry({ id, at, operator, action, text, media }: HistoryEntry): string | null {
  if (!isFilled(id) || !isDate(at) || typeof action !== 'string') return 'an entry without id, time or action'
  return isTextOrNull(operator) && isTextOrNull(text) && isMedia(media) ? null : 'a strange entry'
}

function isMedia(media: Complaint['media']): boolean {
  return media.every(({ kind, urls }) => typeof kind === 'string' && urls.every((url) => typeof url === 'string'))
}

function isFilled(text: unknown): boolean {
  return typeof text === 'string' && text !== ''
}

function isTextOrNull(text: unknown): boolean {
  return text === null || typeof text === 'string'
}

function isDate(at: unknown): boolean {
  return types.isDate(at) && !Number.isNaN(at.getTime())
}
