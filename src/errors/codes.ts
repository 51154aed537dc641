/** The codes of all error classes, for schemas and translations. {@link ErrorCode} says what each means. */
export const errorCodes = [
  'CONFIG',
  'QUERY',
  'NETWORK',
  'TIMEOUT',
  'API',
  'AUTHENTICATION',
  'PERMISSION',
  'NOT_FOUND',
  'RATE_LIMIT',
  'SIGNATURE',
  'RESPONSE',
  'PAGINATION',
  'UNSUPPORTED',
  'STORE',
] as const

/**
 * The literal code of each error class, for logs and for comparison across processes.
 *
 * - `CONFIG`: an option of an adapter or client is invalid or missing
 * - `QUERY`: a query, option of a call, cursor or reference is invalid; nothing was sent
 * - `NETWORK`: no usable HTTP response
 * - `TIMEOUT`: an attempt took longer than `timeoutMs`
 * - `API`: the provider rejected the request, or failed
 * - `AUTHENTICATION`: the provider does not accept key, serial number, token or clock
 * - `PERMISSION`: the account may not make this call
 * - `NOT_FOUND`: the provider has no complaint with this id
 * - `RATE_LIMIT`: the provider's quota is used up
 * - `SIGNATURE`: the signature of a response or notification is missing or invalid
 * - `RESPONSE`: a response, or one row of it, cannot be parsed
 * - `PAGINATION`: a list or history is not complete, or reached `maxPages`
 * - `UNSUPPORTED`: the provider has no such operation
 * - `STORE`: the store of `changes()` or `follow()` failed
 */
export type ErrorCode = (typeof errorCodes)[number]
