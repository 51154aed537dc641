import type { Complaint } from '../model.js'

/** With or without the country code, and in groups of 3, 4 and 4 digits. */
const mainlandMobile = /(?<!\d)((?:(?:00)?86[ -]?)?1[3-9]\d[ -]?)\d{4}([ -]?\d{4})(?!\d)/g
/**
 * Foreign numbers (`+852 9123 4567`) and landlines (`010-12345678`), but not the digits at the end of a hexadecimal
 * request id, and not the year of a date without a value: `0000-00-00 00:00:00`, `-0001-11-30`.
 */
const otherPhone =
  /(?<![\d+])(\+\d{1,3}[ -]?|(?<![\dA-F][A-F])0(?:[1-9]\d{1,2}|0[1-9]\d?)[ -])\d[\d -]{4,9}(\d{2})(?!\d)/g
/** WeChat openids: 28 characters, the first is `o`. */
const openIdPattern = /(?<![\w-])(o[\w-]{5})[\w-]{22}(?![\w-])/g
/** Deeper than any provider nests its rows. */
const maxDepth = 50

/** What a field's name says about its value; null: nothing. */
type Kind = 'phone' | 'openId' | 'number' | 'url' | null

/**
 * Fields with identifiers of complaints, orders, payments and merchants, in lower case without underscores. They are not
 * masked even if they look like a phone number or openid, because logs are joined by them. All other fields are text: a
 * `user_id` may be a phone number.
 */
const identifierFields = new Set(
  [
    ['complaintId', 'logId', 'replyId', 'complainEventId', 'taskId'],
    ['merchantOrderNo', 'transactionId', 'outTradeNo', 'orderId', 'outOrderNo', 'merchantTradeNo', 'tradeNo', 'outNo'],
    ['merchantId', 'agentId', 'merchantNo', 'agentNo', 'complaintedMchid', 'mchid', 'subMchId'],
    ['complaintResourceId'],
  ]
    .flat()
    .map((name) => name.toLowerCase()),
)
/** Fields with URLs of files, which must stay complete to be downloaded. */
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
  'certifyinfo',
  'processimgurllist',
])

/** Masks all phone numbers (`138****0000`) and openids (`oUpF8u…`) in a text. */
export function maskText(text: string): string {
  return text.replace(mainlandMobile, '$1****$2').replace(otherPhone, '$1****$2').replace(openIdPattern, '$1…')
}

/**
 * Copies a complaint for logs and analytics, with phone numbers (`138****0000`) and openids (`oUpF8u…`) masked in
 * `payer`, in texts such as `detail`, and everywhere in `raw`. A phone that was masked has the form `masked`. The
 * complaint itself is not changed. Identifiers of complaints, orders, payments, merchants, agents and resources, and
 * URLs of files, are not masked.
 *
 * `console.log` and `util.inspect` of a complaint print this copy; `JSON.stringify` needs an explicit call. This is not
 * anonymisation: names, addresses and other texts in `detail` remain.
 * @returns plain data of the same shape; values nested deeper than 50 levels are `[…]`
 * @example
 * ```ts
 * logger.info(maskComplaint(complaint))
 * ```
 */
export function maskComplaint<C extends Complaint>(complaint: C): C {
  return maskPlainData(complaint) as C
}

/** Copies plain data with phone numbers and openids masked; its own `id` is not masked. */
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
    // Object.fromEntries, because an assignment to a field `__proto__` would set the prototype.
    return Object.fromEntries(
      Object.entries(part).map(([name, member]) => [name, copy(member, kindOfField(name, kind), depth + 1)]),
    )
  }
  const copied = copy(value, null, 0)
  keepOwnIdentifiers(value, copied)
  nameMaskedPhone(value, copied)
  return copied
}

/**
 * Fields within a phone or openid field are personal, too; fields within an identifier or URL field need not be one.
 */
function kindOfField(name: string, parent: Kind): Kind {
  const personal = /phone|mobile|^contact$/i.test(name) ? 'phone' : /open_?id/i.test(name) ? 'openId' : null
  if (personal !== null) return personal
  if (parent === 'phone' || parent === 'openId') return parent
  const plain = name.replaceAll('_', '').toLowerCase()
  return identifierFields.has(plain) ? 'number' : urlFields.has(plain) ? 'url' : null
}

/** Restores `account` and `resource.id` of the complaint itself; in nested data they may be personal. */
function keepOwnIdentifiers(value: unknown, copied: unknown): void {
  const from = value as Partial<Complaint>
  const to = copied as Partial<Complaint>
  if (typeof from.account === 'string') to.account = from.account
  if (isPlainObject(from.resource) && isPlainObject(to.resource) && typeof from.resource.id === 'string')
    to.resource.id = from.resource.id
}

/** The form of the payer's phone says what the copy holds: a masked number can be neither called nor decrypted. */
function nameMaskedPhone(value: unknown, copied: unknown): void {
  const from = (value as Partial<Complaint>).payer?.phone
  const to = (copied as Partial<Complaint>).payer?.phone
  if (isPlainObject(from) && isPlainObject(to) && from.value !== to.value) to.form = 'masked'
}

/** True when the text is one http(s) URL and nothing else. */
function isUrl(text: string): boolean {
  return /^https?:\/\/\S+$/.test(text)
}

/**
 * Masks a number of unknown form, or ciphertext; not a number that the provider has masked, nor a word such as `plain`.
 */
function maskPhone(text: string): string {
  if (text.includes('*') || /^[a-z]{0,12}$/i.test(text)) return text
  const visible = Math.min(4, Math.floor(text.length / 4))
  return `${text.slice(0, visible)}****${text.slice(text.length - visible)}`
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

/** The method that `util.inspect` and `console.log` call. */
const inspectSymbol: unique symbol = Symbol.for('nodejs.util.inspect.custom')

function inspectMasked(this: unknown): unknown {
  return maskPlainData(this)
}

/** Shared by all rows: creating a descriptor per row would double the cost. */
const inspectDescriptor: PropertyDescriptor = { value: inspectMasked, writable: true, configurable: true }

/**
 * Makes `util.inspect` print phone numbers and openids masked, by a property that is not enumerable: spread, JSON,
 * structuredClone and deep equality are not affected.
 */
export function hideInInspect<T extends object>(value: T): T {
  // A third-party adapter may return frozen rows.
  return Object.isExtensible(value) ? Object.defineProperty(value, inspectSymbol, inspectDescriptor) : value
}
