import { isAnyArrayBuffer } from 'node:util/types'
import { QueryError } from '../errors.js'
import type { Complaint, ComplaintNotification, ProviderName } from '../model.js'
import { isRecord } from '../parsing/coerce.js'
import type { Connection, ParsedNotification, ReceivedNotification } from '../provider.js'
import { selectAccounts } from './accounts.js'
import type { ConnectedAccount } from './connect.js'
import { unsupported } from './error-context.js'

/** The part of a WHATWG `Headers` or a `Map` that is used. */
export interface HeadersLike {
  /** Pairs of name and value. */
  entries(): Iterable<readonly [string, string | readonly string[]]>
}

/**
 * Headers of a notification as received: Node's `request.headers` or `request.rawHeaders`, a WHATWG `Headers`, a `Map`,
 * or pairs of name and value.
 */
export type NotificationHeaders =
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | HeadersLike
  | readonly (readonly [string, string])[]
  | readonly string[]

/** Body of a notification, exactly as received: text, a `Buffer` or other view, or an `ArrayBuffer`. */
export type NotificationBody = string | ArrayBufferView | ArrayBuffer

/**
 * Converts headers and body, in the forms in which frameworks and platforms hand them over, to the form that adapters
 * read. The adapter checks the values.
 * @throws QueryError
 */
export function normalizeNotification(message: unknown): ReceivedNotification {
  if (!isRecord(message)) throw invalidInput('both as received')
  return { headers: normalizeHeaders(message.headers), body: toBytes(message.body) as string | Uint8Array }
}

function normalizeHeaders(headers: unknown): ReceivedNotification['headers'] {
  const pairs = toPairs(headers)
  if (pairs === null)
    throw invalidInput(
      'with headers as received: an object such as request.headers, or a Headers, a Map or a list of pairs',
    )
  const normalized: Record<string, string | string[] | undefined> = Object.create(null)
  for (const [key, value] of pairs) {
    const name = String(key).toLowerCase()
    const earlier = normalized[name]
    normalized[name] = earlier === undefined ? (value as string) : [earlier, value as string].flat()
  }
  return normalized
}

/** Null: neither an object of headers, nor something with pairs of name and value. */
function toPairs(headers: unknown): readonly (readonly [unknown, unknown])[] | null {
  if (typeof headers !== 'object' || headers === null) return null
  const { entries } = headers as { entries?: unknown }
  const pairs = Array.isArray(headers)
    ? groupRawHeaders(headers)
    : typeof entries === 'function'
      ? [...(entries.call(headers) as Iterable<unknown>)]
      : Object.entries(headers)
  return pairs.every((pair): pair is [unknown, unknown] => Array.isArray(pair) && pair.length === 2) ? pairs : null
}

/** Node's `request.rawHeaders` has names and values in turn. */
function groupRawHeaders(list: readonly unknown[]): readonly unknown[] {
  if (!list.every((item) => typeof item === 'string')) return list
  return Array.from({ length: Math.ceil(list.length / 2) }, (_, index) => list.slice(index * 2, index * 2 + 2))
}

/** Bytes of any realm and form as a Buffer, without a copy; anything else as it is. */
function toBytes(body: unknown): unknown {
  if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  return isAnyArrayBuffer(body) ? Buffer.from(body) : body
}

function invalidInput(expected: string): QueryError {
  return new QueryError(`parseNotification() takes { headers, body }, ${expected}`)
}

/** Adds the reference that `client.get()` takes: the notification's own id is that of the event. */
export function addRef<P extends ProviderName>(parsed: ParsedNotification): ComplaintNotification<P> {
  const { provider, account, complaintId: id } = parsed
  // The account is one of the client, so its provider is one of the client's.
  return { ...parsed, provider: provider as P, ref: { provider: provider as P, account, id } }
}

/** An account whose provider sends notifications. */
interface NotificationAccount {
  readonly account: ConnectedAccount<Complaint>
  readonly parseNotification: NonNullable<Connection<Complaint>['parseNotification']>
}

/**
 * The account that verifies a notification.
 * @param name the option `account` of the call
 * @throws UnsupportedError when no account supports notifications
 * @throws QueryError when `name` is not configured, or absent and several accounts support notifications
 */
export function findNotificationAccount(
  accounts: readonly ConnectedAccount<Complaint>[],
  name: string | undefined,
): NotificationAccount {
  const selected = selectAccounts(accounts, name === undefined ? undefined : [name])
  const capable = selected.flatMap((account) => {
    const { parseNotification } = account.connection
    return parseNotification === undefined ? [] : [{ account, parseNotification }]
  })
  const [first] = capable
  if (first === undefined) throw unsupported(selected[0]?.info, 'notification')
  if (capable.length === 1) return first
  throw new QueryError(
    `parseNotification() needs { account }, one of ${capable.map(({ account: { key } }) => key).join(', ')}`,
  )
}
