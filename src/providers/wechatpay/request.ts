import type { KeyObject } from 'node:crypto'
import { createExpiryWarning } from '../../adapter-kit/certificate-expiry.js'
import type { ComplaintError, Operation } from '../../errors.js'
import type { WarningEvent } from '../../events.js'
import type { AdapterRuntime, Call, CallOptions } from '../../provider.js'
import { authorization, createNonce, isProbe, type PlatformKeys } from './auth.js'
import {
  type Certificates,
  certificatesPath,
  isWithoutCertificates,
  noCertificates,
  readCertificates,
} from './certificates.js'
import { refusalOf } from './error-codes.js'
import { createHosts, type Hosts } from './failover.js'
import { parseAnswer } from './json-body.js'
import type { Settings } from './options.js'
import { createVerifier, expiredAdvice, type Verifier } from './verifier.js'

interface Connected {
  readonly settings: Settings
  readonly runtime: AdapterRuntime
  readonly hosts: Hosts
}

/** What the calls of one connection share. */
export interface Wire extends Connected, Verifier {}

export function createWire(settings: Settings, runtime: AdapterRuntime): Wire {
  const { publicKeys, certificates, apiV3Key, baseUrl, backupBaseUrl } = settings
  const clock = (): number => performance.now()
  const base = { settings, runtime, hosts: createHosts(baseUrl, backupBaseUrl, clock) }
  const watchExpiry = createExpiryWarning([...certificates.values()], runtime, expiryAdvice)
  const verifier = createVerifier({
    publicKeys,
    certificates,
    download:
      apiV3Key === null
        ? null
        : (known, options) =>
            runtime.send(certificatesCall(base, apiV3Key, known), options).catch((error: unknown) => {
              if (!isWithoutCertificates(error)) throw error
              // Whoever has the public key can do without certificates.
              if (publicKeys.size + certificates.size > 0) return null
              throw noCertificates(error)
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
    async verify(signed, origin, options) {
      watchExpiry()
      if (isProbe(signed)) warn(runtime, 'verificationProbe', probed[origin])
      await verifier.verify(signed, origin, options)
    },
  }
}

const expiryAdvice = {
  soon: 'give the new one beside it, or apiV3Key to download certificates',
  expired: expiredAdvice,
}

const probed = {
  answer: 'WeChat Pay probed whether answers are verified; asked again',
  callback: 'WeChat Pay probed whether callbacks are verified; refused it',
}

function warn(runtime: AdapterRuntime, warning: WarningEvent['warning'], message: string): void {
  runtime.emit({ type: 'warning', warning, message })
}

function certificatesCall(wire: Connected, apiV3Key: KeyObject, known: PlatformKeys): Call<Certificates> {
  const { runtime } = wire
  const call = signedGet(wire, 'certificates', certificatesPath, (response) => {
    if (isProbe(response)) warn(runtime, 'verificationProbe', probed.answer)
    return readCertificates(response, apiV3Key, known, runtime.now())
  })
  // Counted apart from what the user asks for.
  return { ...call, quota: null }
}

/** A signed GET whose answer is verified before anything of it is read. */
export function verifiedGet<T>(
  wire: Wire,
  operation: Operation,
  target: string,
  options: CallOptions,
  read: (answer: unknown) => T,
): Promise<T> {
  const call = signedGet(wire, operation, target, async (response) => {
    await wire.verify(response, 'answer', options)
    return read(parseAnswer(response.body))
  })
  return wire.runtime.send(call, options)
}

/** One signed GET, at whichever host answers; `read` has to verify. */
function signedGet<T>(
  { settings, runtime, hosts }: Connected,
  operation: Operation,
  target: string,
  read: Call<T>['read'],
): Call<T> {
  let host = settings.baseUrl
  return {
    operation,
    quota: operation,
    authorise({ now }) {
      host = hosts.next()
      return { method: 'GET', url: host + target, headers: signedHeaders(settings, pathOf(host) + target, now) }
    },
    read,
    refuse: (response) => refusalOf(response, runtime.now(), operation),
    recover(error) {
      if (isOutage(error)) hosts.failed(host)
      return false
    },
  }
}

/** @param target path and query exactly as on the wire */
export function signedHeaders(settings: Settings, target: string, now: number): Record<string, string> {
  const { signer, publicKeyId } = settings
  const timestamp = Math.floor(now / 1000)
  return {
    Accept: 'application/json',
    'Accept-Language': 'zh-CN',
    Authorization: authorization(signer, { method: 'GET', target, timestamp, nonce: createNonce(), body: '' }),
    // Selects the key that signs the answer.
    ...(publicKeyId === null ? {} : { 'Wechatpay-Serial': publicKeyId }),
  }
}

/** What another host may do better: no answer, or one of a broken gateway. Never a refusal. */
export function isOutage({ code, status }: ComplaintError): boolean {
  return code === 'NETWORK' || code === 'TIMEOUT' || (status !== null && status >= 500)
}

export function pathOf(baseUrl: string): string {
  return new URL(baseUrl).pathname.replace(/\/$/, '')
}
