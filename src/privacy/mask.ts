import type { Complaint } from '../model.js'

/** Also with the country's code before it, or in groups of 3, 4 and 4 digits. */
const mainlandMobile = /(?<!\d)((?:(?:00)?86[ -]?)?1[3-9]\d[ -]?)\d{4}([ -]?\d{4})(?!\d)/g
/** Of other countries (`+852 9123 4567`), and landlines with their area's code (`010-12345678`), but no end of hex digits as in a request's id. */
const otherPhone = /(?<![\d+])(\+\d{1,3}[ -]?|(?<![\dA-F][A-F])0\d{2,3}[ -])\d[\d -]{4,9}(\d{2})(?!\d)/g
/** WeChat openids: 28 characters that begin with `o`. */
const openIdPattern = /(?<![\w-])(o[\w-]{5})[\w-]{22}(?![\w-])/g
/** Deeper than any provider nests; what a hostile answer nests deeper is no loss to a log. */
const maxDepth = 50

/** What a member's name says of its value, in whatever form that comes. */
type Kind = 'phone' | 'openId' | 'number' | 'url' | null

/**
 * Numbers of complaints, orders, payments, merchants and the like, by their names in lower case without underscores. They
 * are compared, looked up and joined, so they stay whole though some look like phones or openids. Members that are not
 * listed are taken for text: a `user_id` may well be a phone number.
 */
const identifierFields = new Set(
  [
    ['complaintId', 'logId', 'replyId'],
    ['merchantOrderNo', 'transactionId', 'outTradeNo', 'orderId', 'outOrderNo', 'merchantTradeNo'],
    ['merchantId', 'agentId', 'merchantNo', 'agentNo', 'complaintedMchid', 'mchid', 'subMchId'],
    ['complaintResourceId'],
  ]
    .flat()
    .map((name) => name.toLowerCase()),
)
/** Where files are. Whoever shortens an address cannot download from it. */
const urlFields = new Set([
  'url',
  'urls',
  'mediaurl',
  'imagelist',
  'uploadedimages',
  'replyimages',
  'replyimgs',
  'images',
  'imgs',
])

/** A text with phone numbers (`138****0000`) and openids (`oUpF8u…`) shortened wherever they stand in it. */
export function maskText(text: string): string {
  return text.replace(mainlandMobile, '$1****$2').replace(otherPhone, '$1****$2').replace(openIdPattern, '$1…')
}

/**
 * A copy for logs, errors and analytics: plain data of the same shape, with phone numbers (`138****0000`) and openids
 * (`oUpF8u…`) shortened in `payer`, in texts such as `detail`, and everywhere in `raw`. The complaint stays as it is.
 * Numbers of complaints, orders, payments, merchants, agents and resources stay whole, as do addresses of files.
 * Printing a complaint through `console.log` or `util.inspect` shows this copy; `JSON.stringify` needs it made first.
 * Names, addresses and whatever else people write into `detail` are left: it is no anonymisation.
 */
export function maskComplaint<C extends Complaint>(complaint: C): C {
  return maskPlainData(complaint) as C
}

/** A copy of plain data with phone numbers and openids shortened; its own `id` stays whole. */
function maskPlainData(value: unknown): unknown {
  const { id } = value as { id?: unknown }
  const shorten = (text: string, kind: Kind): string => {
    if (kind === 'phone' || kind === 'openId') {
      const shown = maskText(text)
      return shown !== text ? shown : kind === 'phone' ? maskPhone(text) : maskOpenId(text)
    }
    return text === id || kind === 'number' || (kind === 'url' && isUrl(text)) ? text : maskText(text)
  }
  const copy = (part: unknown, kind: Kind, depth: number): unknown => {
    if (typeof part === 'string') return shorten(part, kind)
    if (typeof part === 'number' && (kind === 'phone' || kind === 'openId')) return shorten(String(part), kind)
    if (!isPlainObject(part)) return part
    if (depth > maxDepth) return '[…]'
    if (Array.isArray(part)) return part.map((item) => copy(item, kind, depth + 1))
    // Not by assignment: a member may be called __proto__.
    return Object.fromEntries(
      Object.entries(part).map(([name, member]) => [name, copy(member, kindOfField(name, kind), depth + 1)]),
    )
  }
  const copied = copy(value, null, 0)
  keepOwnIdentifiers(value, copied)
  return copied
}

/** What is said of a whole holds for its members where it warns, not where it assures. */
function kindOfField(name: string, whole: Kind): Kind {
  const personal = /phone|mobile/i.test(name) ? 'phone' : /open_?id/i.test(name) ? 'openId' : null
  if (personal !== null) return personal
  if (whole === 'phone' || whole === 'openId') return whole
  const plain = name.replaceAll('_', '').toLowerCase()
  return identifierFields.has(plain) ? 'number' : urlFields.has(plain) ? 'url' : null
}

/** Only a complaint's own: elsewhere an `account` or an `id` may be anybody's. */
function keepOwnIdentifiers(value: unknown, copied: unknown): void {
  const from = value as Partial<Complaint>
  const to = copied as Partial<Complaint>
  if (typeof from.account === 'string') to.account = from.account
  if (isPlainObject(from.resource) && isPlainObject(to.resource) && typeof from.resource.id === 'string')
    to.resource.id = from.resource.id
}

/** Of one file, and nothing else. */
function isUrl(text: string): boolean {
  return /^https?:\/\/\S+$/.test(text)
}

/** A number of an unknown form, or ciphertext; words about it (`plain`) and what the provider masked stay. */
function maskPhone(text: string): string {
  if (text.includes('*') || /^[a-z]{0,12}$/i.test(text)) return text
  const kept = Math.min(4, Math.floor(text.length / 4))
  return `${text.slice(0, kept)}****${text.slice(text.length - kept)}`
}

function maskOpenId(text: string): string {
  return `${text.slice(0, Math.min(6, Math.floor(text.length / 2)))}…`
}

function isPlainObject<T>(value: T): value is T & object {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** What `util.inspect`, and so `console.log`, looks for. */
const inspectSymbol: unique symbol = Symbol.for('nodejs.util.inspect.custom')

function inspectMasked(this: unknown): unknown {
  return maskPlainData(this)
}

/** One for all: making it anew for each row would cost as much again. */
const inspectDescriptor: PropertyDescriptor = { value: inspectMasked, writable: true, configurable: true }

/**
 * Lets plain data print through `util.inspect` with phone numbers and openids shortened. A member that is not
 * enumerable, so spread, JSON, structuredClone and deep equality see plain data as before.
 */
export function hideInInspect<T extends object>(value: T): T {
  // An adapter of someone else may have frozen what it keeps.
  return Object.isExtensible(value) ? Object.defineProperty(value, inspectSymbol, inspectDescriptor) : value
}
