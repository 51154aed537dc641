import { replaceMessage } from '../errors/message.js'
import { addContext, ComplaintError, type Operation, UnsupportedError } from '../errors.js'
import type { Complaint, HistoryEntry } from '../model.js'
import { hideInInspect, maskText } from '../privacy/mask.js'
import type { AccountInfo } from '../provider.js'
import type { ConnectedAccount } from './connect.js'

/** A call of the client to one account. */
type AccountOperation = Extract<Operation, 'get' | 'history' | 'media' | 'notification'>

/** What an error of a call holds about the account. */
type CalledAccount = Pick<ConnectedAccount<Complaint>, 'info' | 'complaintId'>

/**
 * Runs a call; its error gets provider, account and operation.
 * @param id of the complaint that the call is about, for the message; absent: none
 */
export async function withErrorContext<T>(
  account: CalledAccount,
  operation: Exclude<AccountOperation, 'history'>,
  signal: AbortSignal | undefined,
  call: () => Promise<T>,
  id?: string,
): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw withContext(error, account, operation, signal, id)
  }
}

/** Iterates over the history of a complaint; its error gets provider, account and operation. */
export async function* historyWithErrorContext(
  account: CalledAccount,
  signal: AbortSignal | undefined,
  entries: AsyncIterable<HistoryEntry>,
  id: string,
): AsyncGenerator<HistoryEntry> {
  try {
    for await (const entry of entries) {
      yield hideInInspect(entry)
      signal?.throwIfAborted()
    }
  } catch (error) {
    throw withContext(error, account, 'history', signal, id)
  }
}

/** The reason of an abort belongs to the user and is not changed, even if it is a ComplaintError. */
function withContext(
  error: unknown,
  { info, complaintId }: CalledAccount,
  operation: AccountOperation,
  signal: AbortSignal | undefined,
  id: string | undefined,
): unknown {
  if (!ComplaintError.isInstance(error) || error === signal?.reason) return error
  addContext(error, { provider: info.provider, account: info.account, operation })
  // The failure of a token or certificate is not about the complaint.
  if (id !== undefined && error.operation === operation) nameComplaint(error, id, complaintId)
  return error
}

const complaintNumber = /^\d{1,64}$/

/** Text of another form may be a key that was passed by mistake. */
function nameComplaint(error: ComplaintError, id: string, form: RegExp = complaintNumber): void {
  // Unlike `test`, `search` is not affected by the flag g of a form.
  const shown = id.search(form) === 0 ? maskText(id) : ''
  if (!error.message.includes(shown)) replaceMessage(error, `${error.message} (complaint ${shown})`)
}

/** @param info the account that was selected; undefined: there is none */
export function unsupported(
  info: AccountInfo | undefined,
  operation: Exclude<AccountOperation, 'get'>,
): UnsupportedError {
  return new UnsupportedError(`${operation} is not supported for this provider`, {
    provider: info?.provider,
    account: info?.account,
    operation,
  })
}
