import type { z } from 'zod'
import { type ComplaintError, ConfigError, type ErrorIssue } from '../errors.js'
import { isRecord } from './coerce.js'
import { type HintFor, issueMessage } from './issue-message.js'

type ErrorClass = new (message: string, details: { issues: readonly ErrorIssue[] }) => ComplaintError

/**
 * Validates options with a strict schema. An option that is undefined counts as absent.
 * @param caller for the message, e.g. `wechatpay()`
 * @param hintFor says more about an unknown option than that its name may be misspelt
 * @throws ConfigError, or `errorClass`, that names every invalid option; never a value, which may be a secret
 */
export function validateOptions<T>(
  schema: z.ZodType<T>,
  value: unknown,
  caller: string,
  errorClass: ErrorClass = ConfigError,
  hintFor?: HintFor,
): T {
  const result = safeParse(schema, withoutUndefined(value), hintFor)
  if (result.success) return result.data
  const issues = toErrorIssues(result.error)
  throw new errorClass(`${caller}: ${issues.map(formatIssue).join('; ')}`, { issues })
}

/** The second argument of a schema of objects: the message for an argument that is not an object. */
export function argumentError(message: string): { error: (issue: { readonly code: string }) => string | undefined } {
  return { error: ({ code }) => (code === 'invalid_type' ? message : undefined) }
}

/** Like `schema.safeParse`, with messages that no global setting of zod can change. */
export function safeParse<T>(schema: z.ZodType<T>, value: unknown, hintFor?: HintFor): z.ZodSafeParseResult<T> {
  return schema.safeParse(value, { error: (issue) => issueMessage(issue, hintFor) })
}

/** Allows `{ cursor: saved?.cursor }`. */
function withoutUndefined(value: unknown): unknown {
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))
}

/** A response may have millions of issues. */
const maxIssues = 20

/** Converts the first 20 issues of `safeParse`; their messages never quote the value. */
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
 * Checks a base URL and removes its trailing slashes.
 * @throws ConfigError unless it is https, or http on a loopback address; with credentials, query or fragment
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
