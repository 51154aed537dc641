import { ComplaintError, locate, type Operation, UnsupportedError } from './errors.js'
import type { AccountInfo } from './provider.js'

/** What a client does with one account. */
type AccountOperation = Extract<Operation, 'get' | 'history' | 'media' | 'notification'>

/** Runs a call, and tells of whom and what it was when it fails. */
export async function inPlace<T>(
  info: AccountInfo,
  operation: Exclude<AccountOperation, 'history'>,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw placed(error, info, operation)
  }
}

/** The same error, which now says of whom and what it is. */
export function placed(error: unknown, info: AccountInfo, operation: AccountOperation): unknown {
  return ComplaintError.isInstance(error)
    ? locate(error, { provider: info.provider, account: info.account, operation })
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
