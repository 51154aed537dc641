import type { Complaint } from '../model.js'
import type { AccountRun, FollowedAccount } from './account-run.js'
import type { ChangeOptions } from './types.js'

/** What `changes()` and `follow()` need from the client, with defaults resolved. */
export interface FollowSettings<C extends Complaint, O extends ChangeOptions = ChangeOptions> {
  readonly options: O & { readonly dueWithinMs: number | undefined; readonly signal: AbortSignal | undefined }
  readonly lookBackDays: number
  readonly maxAccounts: number
  /** The accounts of the query, as the client has them now. */
  accounts(): readonly FollowedAccount<C>[]
  startRun(account: FollowedAccount<C>, storeSignal: AbortSignal): AccountRun<C>
}
