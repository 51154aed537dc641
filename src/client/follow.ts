import { adoptSignal } from '../async/abort.js'
import { QueryError } from '../errors.js'
import type { ComplaintEvent } from '../events.js'
import { createAccountRun, type FollowedAccount } from '../following/account-run.js'
import { createOnePass } from '../following/changes.js'
import { createFeed } from '../following/feed.js'
import { keysOf } from '../following/keys.js'
import { firstDayOf } from '../following/range.js'
import { createRecords } from '../following/records.js'
import { createSafeStore } from '../following/safe-store.js'
import type { FollowSettings } from '../following/settings.js'
import type {
  ChangeOptions,
  ChangeQuery,
  ChangeStore,
  ComplaintChanges,
  ComplaintFeed,
  FollowOptions,
} from '../following/types.js'
import type { Complaint } from '../model.js'
import { hideInInspect } from '../privacy/mask.js'
import { checkQuery, parseChangeQuery } from '../query.js'
import { startOfBeijingDay } from '../time.js'
import { findAccount, selectAccounts, selectPresentAccounts } from './accounts.js'
import { resolveCallOptions } from './call-options.js'
import type { ConnectedAccount } from './connect.js'
import { withErrorContext } from './error-context.js'
import { createComplaintList } from './list.js'
import { type ClientOptions, checkChangeOptions, checkFollowOptions, defaults } from './options.js'

/** The parts of a client that `changes()` and `follow()` need. */
export interface FollowContext<C extends Complaint> {
  accounts(): readonly ConnectedAccount<C>[]
  readonly options: ClientOptions
  /** The keys of indexes that each store has had. */
  readonly seen: WeakMap<ChangeStore, Set<string>>
  emit(event: ComplaintEvent): void
}

const defaultEveryMs = 60_000
const defaultReviewEveryMs = 900_000
const defaultLookBackDays = 30

/** Checks a query and options, and creates the pass; see `ComplaintClient.changes`. */
export function createComplaintChanges<C extends Complaint>(
  client: FollowContext<C>,
  query: ChangeQuery,
  options: ChangeOptions,
): ComplaintChanges<C> {
  checkChangeOptions(options)
  return createOnePass(resolveSettings(client, parseChangeQuery(query, 'changes()'), options))
}

/** Checks a query and options, and creates the feed; see `ComplaintClient.follow`. */
export function createComplaintFeed<C extends Complaint>(
  client: FollowContext<C>,
  query: ChangeQuery,
  options: FollowOptions,
): ComplaintFeed<C> {
  checkFollowOptions(options)
  const settings = resolveSettings(client, parseChangeQuery(query, 'follow()'), options)
  const everyMs = options.everyMs ?? defaultEveryMs
  const reviewEveryMs = options.reviewEveryMs ?? Math.max(defaultReviewEveryMs, everyMs)
  if (reviewEveryMs < everyMs)
    throw new QueryError(`follow(): reviewEveryMs (${reviewEveryMs}) must be at least everyMs (${everyMs})`)
  return createFeed(settings, { everyMs, reviewEveryMs }, (ref) => {
    const accounts = settings.accounts()
    findAccount(accounts, ref, 'followed')
  })
}

function resolveSettings<C extends Complaint, O extends ChangeOptions>(
  client: FollowContext<C>,
  query: ChangeQuery,
  given: O,
): FollowSettings<C, O> {
  const options = { ...given, signal: adoptSignal(given.signal), dueWithinMs: given.dueWithinMs }
  const selected = selectAccounts(client.accounts(), query.accounts)
  const from = checkFrom(query, selected)
  const { lookBackDays = defaultLookBackDays, store } = options
  const maxOfClient = client.options.maxAccounts ?? defaults.maxAccounts
  const maxAccounts = Math.min(options.maxAccounts ?? maxOfClient, maxOfClient)
  const followed = new WeakMap<ConnectedAccount<C>, FollowedAccount<C>>()
  const followedOf = (account: ConnectedAccount<C>): FollowedAccount<C> => {
    const known = followed.get(account) ?? createFollowedAccount(client, account, query.merchant, options)
    followed.set(account, known)
    return known
  }
  const seen = client.seen.get(store) ?? new Set<string>()
  client.seen.set(store, seen)
  return {
    options,
    lookBackDays,
    maxAccounts,
    accounts: () => selectPresentAccounts(client.accounts(), query.accounts).map(followedOf),
    startRun(account, storeSignal) {
      const { info } = account
      const timeoutMs = options.timeoutMs ?? client.options.timeoutMs ?? defaults.timeoutMs
      const records = createRecords({
        store: createSafeStore(store, info, timeoutMs, storeSignal),
        keys: keysOf(info.provider, info.account, query.merchant),
        info,
        seen,
        emit: account.emit,
        initialFrom() {
          const now = Date.now()
          return from ?? startOfBeijingDay(firstDayOf(lookBackDays, now)) ?? now
        },
      })
      return createAccountRun(account, records)
    },
  }
}

/**
 * Checks the query against the limits of the selected accounts.
 * @returns `query.from` in milliseconds since 1970; null: the default
 * @throws QueryError
 */
function checkFrom<C extends Complaint>(
  { from, merchant }: ChangeQuery,
  selected: readonly ConnectedAccount<C>[],
): number | null {
  const infos = selected.map(({ info }) => info)
  const checked = checkQuery({ from: from ?? '1970-01-01', to: '9999-12-30', merchant }, infos, Date.now())
  return from === undefined ? null : checked.from
}

function createFollowedAccount<C extends Complaint>(
  client: FollowContext<C>,
  account: ConnectedAccount<C>,
  merchant: string | undefined,
  options: ChangeOptions,
): FollowedAccount<C> {
  const { key, info, connection, runtime, deadlines, detailFields, semaphore } = account
  const { timeoutMs, maxRetries, concurrency } = options
  return {
    key,
    info,
    deadlines,
    detailFields,
    emit: runtime.emit,
    list(from, signal, onRowError, { to, isRemembered }) {
      const context = { accounts: [account], options: client.options, emit: client.emit }
      const listOptions = { timeoutMs, maxRetries, concurrency, signal, onRowError }
      const query = { from: new Date(from), to: to === undefined ? undefined : new Date(to), merchant }
      return createComplaintList(context, query, listOptions, isRemembered).pages()
    },
    async get(id, signal) {
      const call = resolveCallOptions({ timeoutMs, maxRetries, signal }, client.options, semaphore)
      return hideInInspect(await withErrorContext(account, 'get', signal, () => connection.get(id, call), id))
    },
    includes: ({ merchantId }) => merchant === undefined || merchantId === null || merchantId === merchant,
  }
}
