import type { KeyObject } from 'node:crypto'
import { createExpiryWarning } from '../../adapter-kit/certificate-expiry.js'
import { createOaepDecrypt, type OaepDecrypt } from '../../crypto/oaep.js'
import type { ComplaintError, Operation } from '../../errors.js'
import type { WarningEvent } from '../../events.js'
import type { AdapterRuntime, Call, CallOptions, WireResponse } from '../../provider.js'
import { buildAuthorization, createNonce, isProbe, type PlatformKeys } from './auth.js'
import {
  type Certificates,
  certificatesPath,
  certificatesUnavailable,
  hasNoCertificates,
  parseCertificatesResponse,
} from './certificates.js'
import { toApiError } from './error-codes.js'
import { createHostSelector, type HostSelector } from './failover.js'
import { parseJsonBody } from './json-body.js'
import type { WechatPayConfig } from './options.js'
import { createVerifier, expiredHint, type Verifier } from './verifier.js'

interface Endpoint {
  readonly config: WechatPayConfig
  readonly runtime: AdapterRuntime
  readonly hosts: HostSelector
}

/** What the calls of one connection share. */
export interface Session extends Endpoint, Verifier {
  /** Null: phones stay encrypted. */
  readonly decryptPhone: OaepDecrypt | null
}

export function createSession(config: WechatPayConfig, runtime: AdapterRuntime): Session {
  const { publicKeys, certificates, apiV3Key, baseUrl, backupBaseUrl } = config
  const clock = (): number => performance.now()
  const base = { config, runtime, hosts: createHostSelector(baseUrl, backupBaseUrl, clock) }
  const warnIfExpiring = createExpiryWarning([...certificates.values()], runtime, expiryAdvice)
  const verifier = createVerifier({
    publicKeys,
    certificates,
    download:
      apiV3Key === null
        ? null
        : (known, options) =>
            runtime.send(certificatesCall(base, apiV3Key, known), options).catch((error: unknown) => {
              if (!hasNoCertificates(error)) throw error
              // Whoever has the public key can do without certificates.
              if (publicKeys.size + certificates.size > 0) return null
              throw certificatesUnavailable(error)
            }),
    now: runtime.now,
    clock,
    onRefreshFailed: (why) =>
      warn(
        runtime,
        'certificateRefreshFailed',
        `platform certificates could not be refreshed, those at hand are kept: ${why}`,
      ),
  })
  return {
    ...base,
    decryptPhone: config.decryptPhone ? createOaepDecrypt(config.privateKeys) : null,
    async verify(signed, origin, options) {
      warnIfExpiring()
      if (isProbe(signed)) warn(runtime, 'verificationProbe', probeMessages[origin])
      await verifier.verify(signed, origin, options)
    },
  }
}

const expiryAdvice = {
  soon: 'give the new one beside it, or apiV3Key to download certificates',
  expired: expiredHint,
}

const probeMessages = {
  answer: 'WeChat Pay probed whether answers are verified; asked again',
  callback: 'WeChat Pay probed whether callbacks are verified; refused it',
}

function warn(runtime: AdapterRuntime, warning: WarningEvent['warning'], message: string): void {
  runtime.emit({ type: 'warning', warning, message })
}

function certificatesCall(session: Endpoint, apiV3Key: KeyObject, known: PlatformKeys): Call<Certificates> {
  const { runtime } = session
  const call = signedGet(session, 'certificates', certificatesPath, (response) => {
    if (isProbe(response)) warn(runtime, 'verificationProbe', probeMessages.answer)
    return parseCertificatesResponse(response, apiV3Key, known, runtime.now())
  })
  // Counted apart from what the user asks for.
  return { ...call, quota: null }
}

/** A signed GET whose answer is verified before anything of it is read. */
export function verifiedGet<T>(
  session: Session,
  operation: Operation,
  target: string,
  options: CallOptions,
  read: (answer: unknown) => T,
): Promise<T> {
  const call = signedGet(session, operation, target, async (response) => {
    await session.verify(response, 'answer', options)
    return read(parseJsonBody(response.body))
  })
  return session.runtime.send(call, options)
}

/** One signed GET, at whichever host answers; `read` has to verify. */
function signedGet<T>(
  { config, runtime, hosts }: Endpoint,
  operation: Operation,
  target: string,
  read: Call<T>['read'],
): Call<T> {
  let host = config.baseUrl
  return {
    operation,
    quota: operation,
    authorise({ now }) {
      host = hosts.current()
      return { method: 'GET', url: host + target, headers: signedHeaders(config, pathOf(host) + target, now) }
    },
    read,
    refuse(response) {
      const hasBackup = host === config.baseUrl && config.backupBaseUrl !== null
      return toApiError(hasBackup ? withoutDelay(response) : response, runtime.now(), operation)
    },
    recover(error) {
      if (isOutage(error)) hosts.markFailed(host)
      return false
    },
  }
}

/** @param target path and query exactly as on the wire */
export function signedHeaders(config: WechatPayConfig, target: string, now: number): Record<string, string> {
  const { signer, publicKeyId } = config
  const timestamp = Math.floor(now / 1000)
  return {
    Accept: 'application/json',
    'Accept-Language': 'zh-CN',
    Authorization: buildAuthorization(signer, { method: 'GET', target, timestamp, nonce: createNonce(), body: '' }),
    // Selects the key that signs the answer.
    ...(publicKeyId === null ? {} : { 'Wechatpay-Serial': publicKeyId }),
  }
}

/** What another host may do better: no answer, or one of a broken gateway. Never a refusal. */
export function isOutage({ code, status }: ComplaintError): boolean {
  return code === 'NETWORK' || code === 'TIMEOUT' || (status !== null && status >= 500)
}

/** The next host is asked without the delay that the failed one requests. */
export function withoutDelay(response: WireResponse): WireResponse {
  if (response.status < 500) return response
  const { 'retry-after': _, ...headers } = response.headers
  return { ...response, headers }
}

export function pathOf(baseUrl: string): string {
  return new URL(baseUrl).pathname.replace(/\/$/, '')
}
