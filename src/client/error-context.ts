import { addContext, ComplaintError, type Operation, UnsupportedError } from '../errors.js'
import type { HistoryEntry } from '../model.js'
import { hideInInspect } from '../privacy/mask.js'
import type { AccountInfo } from '../provider.js'

/** A call of the client to one account. */
type AccountOperation = Extract<Operation, 'get' | 'history' | 'media' | 'notification'>

/** Runs a call; its error gets provider, account and operation. */
export async function withErrorContext<T>(
  info: AccountInfo,
  operation: Exclude<AccountOperation, 'history'>,
  signal: AbortSignal | undefined,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw withContext(error, info, operation, signal)
  }
}

/** Iterates over a history; its error gets provider, account and operation. */
export async function* historyWithErrorContext(
  info: AccountInfo,
  signal: AbortSignal | undefined,
  entries: AsyncIterable<HistoryEntry>,
): AsyncGenerator<HistoryEntry> {
  try {
    for await (const entry of entries) {
      yield hideInInspect(entry)
      signal?.throwIfAborted()
    }
  } catch (error) {
    throw withContext(error, info, 'history', signal)
  }
}

/** The reason of an abort belongs to the user and is not changed, even if it is a ComplaintError. */
function withContext(
  error: unknown,
  info: AccountInfo,
  operation: AccountOperation,
  signal: AbortSignal | undefined,
): unknown {
  return ComplaintError.isInstance(error) && error !== signal?.reason
    ? addContext(error, { provider: info.provider, account: info.account, operation })
    : error
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
