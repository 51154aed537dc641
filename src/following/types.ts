import type { RequestOptions } from '../client/options.js'
import type { RefAmong } from '../client/refs.js'
import type { ComplaintError, ResponseError } from '../errors.js'
import type { Complaint, ProviderName } from '../model.js'
import type { Deadline } from './deadline.js'

/** Selects the complaints that `changes()` and `follow()` watch; `{}` for all. Unknown keys are a QueryError. */
export interface ChangeQuery {
  /** Only these accounts, by `account` or `provider:account`. Default: all accounts of the client. */
  accounts?: readonly string[] | undefined
  /** Only complaints about this merchant, as in `ComplaintQuery`. */
  merchant?: string | undefined
  /**
   * Complaints made before this are not delivered as new. Read by the first pass of an account only, which stores it.
   * `yyyy-MM-dd`: the start of that Beijing day. A Date, or an ISO 8601 text with an offset: that instant. Default: the
   * start of the Beijing day `lookBackDays` ago.
   */
  from?: Date | string | undefined
}

/**
 * Where `changes()` and `follow()` keep what was delivered: the shape of Keyv, sync or async. A Keyv over Redis,
 * PostgreSQL, SQLite or a file fits as it is (with `throwOnErrors: true`, or its failures go unseen); a Map does for
 * trying. Values are plain JSON, without phone number, openid or text of a complaint.
 */
export interface ChangeStore {
  /** The value that `set` stored; undefined or null: there is none. */
  get(key: string): unknown
  /** Anything but false means that the value is stored. */
  set(key: string, value: unknown): unknown
  /** Removes a value; a key without one is fine. */
  delete(key: string): unknown
}

/** Options of `changes()`. Unknown keys are a QueryError. */
export interface ChangeOptions extends RequestOptions {
  /** Remembers what was delivered, from pass to pass. */
  store: ChangeStore
  /** Complaints made in these days are compared in a whole pass: 1 to 180. Default 30. */
  lookBackDays?: number | undefined
  /**
   * `changes()` only. `recent`: complaints made today and yesterday, one request per account while they fit a page.
   * `all` (default): a whole pass, which compares the complaints of `lookBackDays` and reads older ones that are open.
   */
  depth?: 'recent' | 'all' | undefined
  /**
   * Also deliver, once for each deadline, an unresolved complaint whose deadline is nearer than so many milliseconds or
   * has passed. Default: none.
   */
  dueWithinMs?: number | undefined
  /** Requests in flight per account: 1 to 64. Default: the client's. */
  concurrency?: number | undefined
  /** Accounts read at once, within the client's `maxAccounts`: 1 to 10 000. Default: the client's. */
  maxAccounts?: number | undefined
  /**
   * Called with the error of an account that fails; the others continue, and the account is read again by the next pass.
   * When absent, `changes()` throws the first of these errors after everything else was delivered. An async handler is
   * awaited; an error that it throws ends the iteration.
   */
  onAccountError?: ((error: ComplaintError) => void | Promise<void>) | undefined
  /**
   * Called with the error of each row without id, time or state; such a row is skipped. When absent, `changes()` throws
   * the first of these errors after everything else was delivered.
   */
  onRowError?: ((error: ResponseError) => void | Promise<void>) | undefined
}

/** Options of `follow()`. Unknown keys are a QueryError. */
export interface FollowOptions extends ChangeOptions {
  /** `follow()` chooses it for each pass, from `everyMs` and `reviewEveryMs`. */
  depth?: undefined
  /** Milliseconds from the start of one recent pass to the next: at least 1 000. Default 60 000. */
  everyMs?: number | undefined
  /** Milliseconds from the start of one whole pass to the next: at least `everyMs`. Default 900 000, or `everyMs` if that is more. */
  reviewEveryMs?: number | undefined
}

/** A field whose difference makes a complaint `updated`. */
export type ChangedField =
  | 'state'
  | 'providerState'
  | 'closedAt'
  | 'dueAt'
  | 'subject'
  | 'detail'
  | 'orders'
  | 'refund'
  | 'awaitingReply'
  | 'overdue'
  | 'urgent'
  | 'inPlatformService'
  | 'timesComplained'
  | 'tags'
  | 'media'

/** The short fields of a complaint as it was last delivered. Plain JSON: times are ISO 8601 text. */
export interface ComplaintSnapshot
  extends Pick<
    Complaint,
    | 'state'
    | 'providerState'
    | 'awaitingReply'
    | 'overdue'
    | 'urgent'
    | 'inPlatformService'
    | 'timesComplained'
    | 'tags'
    | 'refund'
  > {
  closedAt: string | null
  dueAt: string | null
}

/** Something that happened to a complaint. */
export interface ComplaintChange<C extends Complaint = Complaint> {
  /**
   * `created`: it was not delivered before. `updated`: it differs from what was last delivered. `due`: its deadline is
   * near (see `ChangeOptions.dueWithinMs`).
   */
  kind: 'created' | 'updated' | 'due'
  /** The complaint as it is now. */
  complaint: C
  /** As it was last delivered; null for `created`. */
  previous: ComplaintSnapshot | null
  /**
   * Every field that differs from what was last delivered. Empty for `created` and `due`, and for an `updated` that is
   * delivered again after a crash because it was not known to be handled.
   */
  changed: readonly ChangedField[]
  /** `deadlineOf(complaint)`. */
  deadline: Deadline | null
}

/**
 * The changes of one pass over the accounts. Each `for await` is a pass of its own. A change counts as handled when the
 * next one is asked for, or the loop ends after the last; leaving the loop earlier means that it comes again.
 */
export interface ComplaintChanges<C extends Complaint = Complaint> extends AsyncIterable<ComplaintChange<C>> {
  /** The same changes as they arrive, at most 100 together, of one account; handled together. */
  batches(): AsyncIterable<readonly ComplaintChange<C>[]>
}

/** The changes of pass after pass, until the loop is left or the signal aborts. */
export interface ComplaintFeed<C extends Complaint = Complaint> extends ComplaintChanges<C> {
  /**
   * Reads this complaint at once, beside the passes, for example because its notification (回调) came. Before the
   * iteration starts it is remembered. A complaint that the store does not know is delivered and watched from then on.
   * @throws QueryError for an invalid reference, or an account that is not followed
   */
  notify<P extends ProviderName>(ref: RefAmong<C['provider'], P>): void
}
