import type { z } from 'zod'
import { type ComplaintError, ConfigError, type ErrorIssue } from '../errors.js'
import { isRecord } from './coerce.js'

type ErrorClass = new (message: string, details: { issues: readonly ErrorIssue[] }) => ComplaintError

/**
 * Checks what a user gave against a strict schema.
 * @param what names the call for the message, e.g. `wechatpay()`
 * @throws ConfigError, or `Failure`, naming every wrong option; never a value, since values may be secrets
 */
export function validateOptions<T>(
  schema: z.ZodType<T>,
  value: unknown,
  what: string,
  errorClass: ErrorClass = ConfigError,
): T {
  const result = schema.safeParse(withoutUndefined(value))
  if (result.success) return result.data
  const issues = toErrorIssues(result.error)
  throw new errorClass(`${what}: ${issues.map(formatIssue).join('; ')}`, { issues })
}

/** An option that is `undefined` is one that was not given: `{ cursor: saved?.cursor }` is a natural thing to write. */
function withoutUndefined(value: unknown): unknown {
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))
}

/** More than anybody mends at once; an answer may be wrong in millions of places. */
const maxIssues = 20

/** zod's findings as plain data: where, and what was expected. zod's messages never quote the value. */
export function toErrorIssues(error: z.ZodError): ErrorIssue[] {
  return error.issues.slice(0, maxIssues).map((issue) => ({
    path: issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step)),
    message: issue.message,
  }))
}

function formatIssue({ path, message }: ErrorIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`
}

/**
 * Where requests go: without a trailing slash.
 * @throws ConfigError unless it is https, or http on a loopback address
 */
export function parseBaseUrl(value: string, option: string): string {
  const url = URL.canParse(value) ? new URL(value) : null
  const loopback = url !== null && /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback)
  if (url === null || !secure || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new ConfigError(
      `${option} must be an https URL (or http on a loopback address) without credentials, query or fragment`,
      { issues: [{ path: [option], message: 'must be an https URL, or http on a loopback address' }] },
    )
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}
