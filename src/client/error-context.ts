import { addContext, ComplaintError, type Operation, UnsupportedError } from '../errors.js'
import type { HistoryEntry } from '../model.js'
import { hideInInspect } from '../privacy/mask.js'
import type { AccountInfo } from '../provider.js'

/** What a client does with one account. */
type AccountOperation = Extract<Operation, 'get' | 'history' | 'media' | 'notification'>

/** Runs a call, and tells of whom and what it was when it fails. */
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

/** The entries of a history; when it fails, it says of whom. */
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

/** The same error, which now says of whom and what it is. The reason of an abort is the user's own, and stays as it is. */
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

export function unsupported(
  info: AccountInfo | undefined,
  operation: Exclude<AccountOperation, 'get'>,
): UnsupportedError {
  return new UnsupportedError(`this provider offers no ${operation} that this library reads`, {
    provider: info?.provider,
    account: info?.account,
    operation,
  })
}
