import { createHash } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { z } from 'zod'
import { QueryError } from '../errors.js'
import { safeParse } from '../parsing/validate.js'
import type { CheckedQuery } from '../query.js'
import type { AccountCheckpoint, ListCheckpoint } from './checkpoint.js'
import { accountCodec } from './cursor-format.js'
import { encodeHashes, hashLength, maxHashes, type SeenIds } from './id-hashes.js'

const version = '5'
/** A cursor of many accounts is no longer than this, unless more accounts are read concurrently than by default. */
export const maxCursorLength = 4_000
const maxTextLength = 10_000_000

/**
 * Up to so many accounts, a cursor holds the exact position of accounts that failed, and 1,000 ids of all accounts
 * together; with more, only as many ids as `maxCursorLength` allows.
 */
export const maxExactAccounts = 16

/**
 * The accounts in their order, as runs with equal checkpoints: `0x3.1` is three accounts of group 0, then one of group 1.
 */
const runPattern = /^(?:\d+(?:x\d+)?(?:\.(?!$)|$))*$/
const hashesPattern = new RegExp(`^(?:[\\w-]{${hashLength}})*$`)
const schema = z.lazy(() =>
  z.tuple([z.int(), z.int().min(1), z.array(accountCodec.schema()), z.string().regex(runPattern)]),
)

/**
 * What a cursor belongs to, in short: the accounts, and all that decides which rows come in which order.
 * @param keys accounts as `provider:account`
 */
export function fingerprintQuery(keys: readonly string[], query: CheckedQuery): string {
  const { from, to, toIsFixed, states, channels, overdue = null, order } = query
  const { merchant = null, merchantOrderNo = null, pageSize = null } = query
  return fingerprint([
    [...keys].sort(),
    [from, toIsFixed ? to : null, order, merchant],
    [merchantOrderNo, pageSize, [...(states ?? [])].sort()],
    [[...(channels ?? [])].sort(), overdue],
  ])
}

export function fingerprint(asked: unknown): string {
  return createHash('sha256').update(JSON.stringify(asked)).digest('base64url').slice(0, 16)
}

/** `version.fingerprint.checksum.checkpoint[.hashes]`: opaque to users, and free of personal data and secrets. */
export function encodeCursor(checkpoint: ListCheckpoint, queryFingerprint: string): string {
  const short = encodeAccounts(checkpoint, new Set())
  const selected = selectAccountsWithIds(checkpoint, maxCursorLength - short.length - cursorOverhead)
  const body = selected.size === 0 ? short : `${encodeAccounts(checkpoint, selected)}.${hashesOf(checkpoint, selected)}`
  return `${version}.${queryFingerprint}.${checksum(version, queryFingerprint, body)}.${body}`
}

/** The version, the fingerprint, the checksum, and the numbers of ids. */
const cursorOverhead = 100

/**
 * Equal checkpoints are written once, as a group: all accounts that are done have the same checkpoint, and so have all
 * that have not begun.
 */
function encodeAccounts({ to, windowDays, accounts }: ListCheckpoint, selected: ReadonlySet<string>): string {
  const groups: string[] = []
  const groupOfText = new Map<string, number>()
  const groupOfCheckpoint = new Map<AccountCheckpoint | null, number>()
  const runs: { group: number; length: number }[] = []
  for (const [key, checkpoint] of accounts) {
    const containsIds = selected.has(key)
    let group = containsIds ? undefined : groupOfCheckpoint.get(checkpoint)
    if (group === undefined) {
      const text = JSON.stringify(accountCodec.write(checkpoint, containsIds))
      group = groupOfText.get(text) ?? groups.push(text) - 1
      groupOfText.set(text, group)
      if (!containsIds) groupOfCheckpoint.set(checkpoint, group)
    }
    const last = runs.at(-1)
    if (last?.group === group) last.length += 1
    else runs.push({ group, length: 1 })
  }
  const order = runs.map(({ group, length }) => (length === 1 ? `${group}` : `${group}x${length}`)).join('.')
  return compress(`[${to},${windowDays},[${groups.join(',')}],"${order}"]`)
}

/** The accounts whose ids seen the cursor contains, all ids of an account or none; accounts with the fewest ids first. */
function selectAccountsWithIds({ accounts }: ListCheckpoint, remainingLength: number): Set<string> {
  const withIds: { key: string; count: number }[] = []
  for (const [key, checkpoint] of accounts) {
    const count = checkpoint?.at?.seenIds?.count
    if (count !== undefined) withIds.push({ key, count })
  }
  withIds.sort((one, other) => one.count - other.count)
  const selected = new Set<string>()
  let remaining = accounts.size <= maxExactAccounts ? maxHashes * hashLength : remainingLength
  for (const { key, count } of withIds) {
    remaining -= count * hashLength
    if (remaining < 0) break
    selected.add(key)
  }
  return selected
}

function hashesOf({ accounts }: ListCheckpoint, selected: ReadonlySet<string>): string {
  let hashes = ''
  for (const [key, checkpoint] of accounts) {
    if (selected.has(key)) hashes += encodeHashes(checkpoint?.at?.seenIds as SeenIds)
  }
  return hashes
}

/**
 * @param keys the accounts that the cursor was made for, which its fingerprint proves
 * @throws QueryError that says whether the cursor is garbled, of another version, or of another query
 */
export function decodeCursor(cursor: string, queryFingerprint: string, keys: readonly string[]): ListCheckpoint {
  const parts = cursor.split('.') as [string, string, string, ...(string | undefined)[]]
  const [cursorVersion, cursorQuery, sum, text, hashes, ...rest] = parts
  if (text === undefined || rest.length > 0 || !/^\d+$/.test(cursorVersion)) throw invalidCursor()
  if (cursorVersion !== version) {
    throw new QueryError(
      `cursor is of version ${cursorVersion.slice(0, 9)}, this library reads version ${version}; list again from the start`,
    )
  }
  const body = hashes === undefined ? text : `${text}.${hashes}`
  if (sum !== checksum(cursorVersion, cursorQuery, body)) throw invalidCursor()
  if (cursorQuery !== queryFingerprint) {
    throw new QueryError('cursor belongs to another query or other accounts; give the query and accounts it came from')
  }
  const parsed = safeParse(schema, parseJson(text))
  if (!parsed.success) throw invalidCursor()
  return decodeAccounts(parsed.data, hashes ?? '', [...keys].sort())
}

function decodeAccounts(
  [to, windowDays, groups, order]: z.infer<typeof schema>,
  hashes: string,
  keys: readonly string[],
): ListCheckpoint {
  if (!hashesPattern.test(hashes)) throw invalidCursor()
  const accounts = new Map<string, AccountCheckpoint | null>()
  let index = 0
  let taken = 0
  const takeHashes = (characters: number): string => {
    taken += characters
    return hashes.slice(taken - characters, taken)
  }
  for (const run of order === '' ? [] : order.split('.')) {
    const [group, length = '1'] = run.split('x')
    const compact = groups[Number(group)]
    if (compact === undefined || index + Number(length) > keys.length) throw invalidCursor()
    for (let end = index + Number(length); index < end; index += 1)
      accounts.set(keys[index] as string, accountCodec.read(compact, takeHashes))
  }
  if (index !== keys.length || taken !== hashes.length) throw invalidCursor()
  return { to, windowDays, accounts }
}

/**
 * Compresses well, since the checkpoints of accounts are much alike. A deflate window of 4 kB takes a third of the time
 * that the default of 32 kB takes.
 */
function compress(text: string): string {
  return deflateRawSync(text, { windowBits: 12, memLevel: 4 }).toString('base64url')
}

/** A checksum is not a signature: the text behind it may be anything. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(inflateRawSync(Buffer.from(text, 'base64url'), { maxOutputLength: maxTextLength }).toString())
  } catch {
    throw invalidCursor()
  }
}

function checksum(cursorVersion: string, queryFingerprint: string, body: string): string {
  return createHash('sha256').update(`${cursorVersion}.${queryFingerprint}.${body}`).digest('base64url').slice(0, 12)
}

function invalidCursor(): QueryError {
  return new QueryError('cursor is garbled: give it exactly as it was received')
}
