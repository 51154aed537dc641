import { createExpiryWarning } from '../../adapter-kit/certificate-expiry.js'
import { QueryError, ResponseError } from '../../errors.js'
import { toNonEmptyText } from '../../parsing/coerce.js'
import { decodeUtf8, parseJson } from '../../parsing/json.js'
import { toErrorIssues } from '../../parsing/validate.js'
import type { AdapterRuntime, CallOptions, WireResponse } from '../../provider.js'
import { refusalOfCode, refusalOfStatus } from './error-codes.js'
import type { Settings } from './options.js'
import { type Envelope, envelopeSchema } from './wire.js'

const success = new Set(['', '000000'])
/** An expired certificate is still in force until the platform changes it, which happens once a year. */
const expiryAdvice = { soon: 'give the new one beside it', expired: 'ask Huishouqian for the new one' }

/** What a call needs: one for each connection. */
export interface Wire {
  readonly settings: Settings
  readonly runtime: AdapterRuntime
  /** Warns of platform certificates that expire; called at each use of them. */
  readonly watchExpiry: () => void
}

export function createWire(settings: Settings, runtime: AdapterRuntime): Wire {
  if (settings.merchantKey !== undefined) runtime.protect(settings.merchantKey)
  return { settings, runtime, watchExpiry: createExpiryWarning(settings.platformCertificates, runtime, expiryAdvice) }
}

/** One of Huishouqian's calls. */
export interface Question {
  readonly operation: 'list' | 'get' | 'history' | 'media'
  readonly method: string
  readonly path: string
  /** Business fields; what is undefined is left out. */
  readonly fields: object
}

/** One protected form POST; `read` gets the proven content of a success. */
export function ask<T>(
  { settings, runtime, watchExpiry }: Wire,
  { operation, method, path, fields }: Question,
  options: CallOptions,
  read: (content: unknown) => T,
): Promise<T> {
  const { merchantNo, signType, baseUrl, mechanism } = settings
  watchExpiry()
  return runtime.send(
    {
      operation,
      quota: operation,
      authorise() {
        const publicFields = { method, version: '1.0', format: 'JSON', merchantNo, signType }
        const protectedFields = mechanism.protect(publicFields, JSON.stringify(fields))
        return {
          method: 'POST',
          url: baseUrl + path,
          headers: { Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' },
          body: new URLSearchParams({ ...publicFields, ...protectedFields }).toString(),
        }
      },
      async read(response) {
        const envelope = readEnvelope(response)
        const code = toNonEmptyText(envelope.errorCode) ?? undefined
        const message = toNonEmptyText(envelope.errorMsg) ?? undefined
        if (!envelope.success) throw refusalOfCode(code, message, mechanism.provesFailure(envelope), operation)
        const content = await mechanism.open(envelope)
        if (!success.has(code ?? '')) throw refusalOfCode(code, message, false, operation)
        return read(content)
      },
      refuse: (response) => refusalOfStatus(response, runtime.now()),
    },
    options,
  )
}

/** @throws QueryError for a text that cannot be the number of a complaint */
export function requireId(id: string): string {
  if (/^[\w-]{1,64}$/.test(id)) return id
  throw new QueryError('the complaint id must be 1 to 64 letters, digits, "_" or "-"')
}

function readEnvelope(response: WireResponse): Envelope {
  let body: unknown
  try {
    body = parseJson(decodeUtf8(response.body))
  } catch {
    throw new ResponseError('the answer is no JSON in UTF-8', { status: response.status, retryable: true })
  }
  const parsed = envelopeSchema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new ResponseError('the answer is none of Huishouqian', { issues: toErrorIssues(parsed.error) })
}
