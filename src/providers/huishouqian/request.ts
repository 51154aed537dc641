import { createExpiryWarning } from '../../adapter-kit/certificate-expiry.js'
import { parseJsonBody } from '../../adapter-kit/json-body.js'
import { ResponseError } from '../../errors.js'
import { toNonEmptyText } from '../../parsing/coerce.js'
import { safeParse, toErrorIssues } from '../../parsing/validate.js'
import type { AdapterRuntime, CallOptions, WireResponse } from '../../provider.js'
import { errorForCode, toApiError } from './error-codes.js'
import type { HuishouqianConfig } from './options.js'
import { type Envelope, envelopeSchema } from './wire.js'

/** `0` is `000000` as a number; `130000` is documented as accepted (受理成功). */
const successCodes = new Set(['', '000000', '0', '130000'])
/** The platform uses an expired certificate until it replaces it, once a year. */
const expiryHints = {
  soon: 'add the new certificate to platformCertificate',
  expired: 'ask Huishouqian for the new certificate',
}

/** What the calls of one connection share. */
export interface Session {
  readonly config: HuishouqianConfig
  readonly runtime: AdapterRuntime
  /** Warns of platform certificates that are expired or about to expire; called before each use. */
  readonly warnOfExpiry: () => void
}

export function createSession(config: HuishouqianConfig, runtime: AdapterRuntime): Session {
  if (config.merchantKey !== undefined) runtime.protect(config.merchantKey)
  return { config, runtime, warnOfExpiry: createExpiryWarning(config.platformCertificates, runtime, expiryHints) }
}

export interface ApiCall {
  readonly operation: 'list' | 'get' | 'history' | 'media'
  readonly method: string
  readonly path: string
  /** Business fields; undefined fields are not sent. */
  readonly fields: object
}

/** A secured form POST whose response is verified before `parse` gets its content. */
export function verifiedPost<T>(
  { config, runtime, warnOfExpiry }: Session,
  { operation, method, path, fields }: ApiCall,
  options: CallOptions,
  parse: (content: unknown) => T,
): Promise<T> {
  const { merchantNo, signType, baseUrl, security } = config
  warnOfExpiry()
  return runtime.send(
    {
      operation,
      quota: operation,
      async authorise() {
        const publicFields = { method, version: '1.0', format: 'JSON', merchantNo, signType }
        const securedFields = await security.secure(publicFields, JSON.stringify(fields), options)
        return {
          method: 'POST',
          url: baseUrl + path,
          headers: { Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' },
          body: new URLSearchParams({ ...publicFields, ...securedFields }).toString(),
        }
      },
      async read(response) {
        const envelope = parseEnvelope(response)
        const code = toNonEmptyText(envelope.errorCode) ?? undefined
        const message = toNonEmptyText(envelope.errorMsg) ?? undefined
        if (!envelope.success) throw errorForCode(code, message, security.isAuthenticFailure(envelope), operation)
        const content = await security.verifyContent(envelope)
        if (!successCodes.has(code ?? '')) throw errorForCode(code, message, false, operation)
        return parse(content)
      },
      refuse: (response) => toApiError(response, runtime.now()),
    },
    options,
  )
}

function parseEnvelope(response: WireResponse): Envelope {
  const body = parseJsonBody(response.body, { status: response.status, retryable: true })
  const parsed = safeParse(envelopeSchema, body)
  if (parsed.success) return parsed.data
  throw new ResponseError('the response does not have the form of Huishouqian\'s responses: expected "success"', {
    issues: toErrorIssues(parsed.error),
  })
}
