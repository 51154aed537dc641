import { createHmac, type KeyObject } from 'node:crypto'
import { createExpiryWarning } from '../../adapter-kit/certificate-expiry.js'
import { parseJsonBody } from '../../adapter-kit/json-body.js'
import { createOaepDecrypt, type OaepDecrypt } from '../../crypto/oaep.js'
import { ComplaintError, type Operation } from '../../errors.js'
import type { WarningEvent } from '../../events.js'
import type { AdapterRuntime, Call, CallOptions, WireResponse } from '../../provider.js'
import { buildAuthorization, createNonce, isProbe, type PlatformKeys } from './auth.js'
import {
  type Certificates,
  certificatesPath,
  certificatesUnavailable,
  decryptsCertificates,
  hasNoCertificates,
  parseCertificatesResponse,
} from './certificates.js'
import { toApiError } from './error-codes.js'
import { createHostSelector, type HostSelector } from './failover.js'
import type { WechatPayConfig } from './options.js'
import { createVerifier, type DownloadedCertificates, expiredHint, type Verifier } from './verifier.js'

interface Endpoint {
  readonly config: WechatPayConfig
  readonly runtime: AdapterRuntime
  readonly hosts: HostSelector
}

/** The state that the calls of one connection share. */
export interface Session extends Endpoint, Verifier {
  /** Null: phones stay encrypted. */
  readonly decryptPhone: OaepDecrypt | null
}

export function createSession(config: WechatPayConfig, runtime: AdapterRuntime): Session {
  const { publicKeys, certificates, apiV3Key, baseUrl, backupBaseUrl } = config
  const clock = (): number => performance.now()
  const base = { config, runtime, hosts: createHostSelector(baseUrl, backupBaseUrl, clock) }
  const warnIfExpiring = createExpiryWarning([...certificates.values()], runtime, expiryHints)
  const verifier = createVerifier({
    publicKeys,
    certificates,
    downloaded: keepDownloaded(config, runtime),
    download:
      apiV3Key === null
        ? null
        : (keys, options) =>
            runtime.send(certificatesCall(base, apiV3Key, keys, options), options).catch((error: unknown) => {
              if (!hasNoCertificates(error)) throw error
              // With other keys configured, certificates are not needed.
              if (publicKeys.size + certificates.size > 0) return null
              throw certificatesUnavailable(error)
            }),
    now: runtime.now,
    clock,
    onRefreshFailed: (reason) =>
      warn(
        runtime,
        'certificateRefreshFailed',
        `platform certificates could not be refreshed, the present ones stay in use: ${reason}`,
      ),
  })
  return {
    ...base,
    decryptPhone: config.decryptPhone && config.privateKeys.length > 0 ? createOaepDecrypt(config.privateKeys) : null,
    async verify(signed, origin, options) {
      warnIfExpiring()
      if (isProbe(signed)) warn(runtime, 'verificationProbe', probeMessages[origin])
      await verifier.verify(signed, origin, options)
    },
  }
}

/**
 * Downloaded certificates outlive an adapter whose key is rotated. The APIv3 key authenticated them for this merchant, so
 * an adapter with another APIv3 key, merchant or host begins without them.
 */
function keepDownloaded(
  { apiV3Key, credential, baseUrl, backupBaseUrl }: WechatPayConfig,
  runtime: AdapterRuntime,
): DownloadedCertificates {
  const create = (): DownloadedCertificates => ({ certificates: new Map(), freshUntil: 0 })
  if (apiV3Key === null) return create()
  const source = JSON.stringify([credential.mchid, baseUrl, backupBaseUrl])
  return runtime.keep(`certificates:${createHmac('sha256', apiV3Key).update(source).digest('hex')}`, create)
}

const expiryHints = {
  soon: 'add the new one, or set apiV3Key to download certificates',
  expired: expiredHint,
}

const probeMessages = {
  response: 'WeChat Pay checked with an invalid signature that responses are verified; the request is sent again',
  callback: 'WeChat Pay checked with an invalid signature that callbacks are verified; the callback was rejected',
}

function warn(runtime: AdapterRuntime, warning: WarningEvent['warning'], message: string): void {
  runtime.emit({ type: 'warning', warning, message })
}

function certificatesCall(
  session: Endpoint,
  apiV3Key: KeyObject,
  keys: PlatformKeys,
  options: CallOptions,
): Call<Certificates> {
  const { runtime } = session
  const call = signedGet(session, 'certificates', certificatesPath, options, (response) => {
    if (isProbe(response)) warn(runtime, 'verificationProbe', probeMessages.response)
    return parseCertificatesResponse(response, apiV3Key, keys, runtime.now())
  })
  // Not counted in the quota of the user's calls.
  return { ...call, quota: null }
}

/**
 * Whether the APIv3 key decrypts the platform certificates; null: there are none, or they could not be downloaded.
 * The signature is not verified: its certificate may be among those that a wrong key cannot decrypt.
 */
export async function checkApiV3Key(
  session: Session,
  apiV3Key: KeyObject,
  options: CallOptions,
): Promise<boolean | null> {
  const call = signedGet(session, 'certificates', certificatesPath, options, ({ body }) =>
    decryptsCertificates(body, apiV3Key),
  )
  try {
    return await session.runtime.send({ ...call, quota: null }, options)
  } catch (error) {
    options.signal?.throwIfAborted()
    if (ComplaintError.isInstance(error)) return null
    throw error
  }
}

/** A signed GET; `parse` gets the JSON of the verified response. */
export function verifiedGet<T>(
  session: Session,
  operation: Operation,
  target: string,
  options: CallOptions,
  parse: (response: unknown) => T,
): Promise<T> {
  const call = signedGet(session, operation, target, options, async (response) => {
    await session.verify(response, 'response', options)
    return parse(parseJsonBody(response.body))
  })
  return session.runtime.send(call, options)
}

/** A signed GET with failover between the hosts; `read` must verify the response. */
function signedGet<T>(
  { config, runtime, hosts }: Endpoint,
  operation: Operation,
  target: string,
  options: CallOptions,
  read: Call<T>['read'],
): Call<T> {
  let host = config.baseUrl
  return {
    operation,
    quota: operation,
    async authorise({ now }) {
      host = hosts.current()
      const url = host + target
      return { method: 'GET', url, headers: await signedHeaders(config, pathOf(host) + target, now, options) }
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

/** @param target path and query exactly as sent */
export async function signedHeaders(
  { credential, publicKeyId }: WechatPayConfig,
  target: string,
  now: number,
  options: CallOptions,
): Promise<Record<string, string>> {
  const request = { method: 'GET', target, timestamp: Math.floor(now / 1000), nonce: createNonce(), body: '' }
  return {
    Accept: 'application/json',
    'Accept-Language': 'zh-CN',
    Authorization: await buildAuthorization(credential, request, options),
    // Selects the key that signs the response.
    ...(publicKeyId === null ? {} : { 'Wechatpay-Serial': publicKeyId }),
  }
}

/** No response, or a 5xx status: another host may respond. */
export function isOutage({ code, status }: ComplaintError): boolean {
  return code === 'NETWORK' || code === 'TIMEOUT' || (status !== null && status >= 500)
}

/** Drops Retry-After of a 5xx: the retry goes to another host, without delay. */
export function withoutDelay(response: WireResponse): WireResponse {
  if (response.status < 500) return response
  const { 'retry-after': _, ...headers } = response.headers
  return { ...response, headers }
}

export function pathOf(baseUrl: string): string {
  return new URL(baseUrl).pathname.replace(/\/$/, '')
}
