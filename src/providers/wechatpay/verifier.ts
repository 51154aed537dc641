import { withTimeout } from '../../async/abort.js'
import { createSingleFlight } from '../../async/single-flight.js'
import { ComplaintError, TimeoutError } from '../../errors.js'
import type { CallOptions } from '../../provider.js'
import { beijingDay } from '../../time.js'
import { type PlatformKeys, parseSignature, type SignedMessage, verificationFailed, verifySignature } from './auth.js'
import type { Certificates } from './certificates.js'
import { coolDownMs, createDownloadBudget } from './download-budget.js'

const refreshAfterMs = 12 * 60 * 60 * 1000
/** How long a verified call waits for the refresh of old certificates. */
const refreshWaitMs = 2_000
/** A caller that joined a download with a shorter timeout starts its own; it joins at most this often. */
const maxJoins = 3

/** A response comes from a configured host. Anyone who knows its address can send a callback. */
export type Origin = 'response' | 'callback'

/** Verifies signatures with the configured keys, and with certificates downloaded when needed. */
export interface Verifier {
  /**
   * @throws SignatureError when verification fails
   * @throws ComplaintError when the download of a needed certificate fails
   */
  verify(signed: SignedMessage, origin: Origin, options: CallOptions): Promise<void>
}

/** The platform certificates of the last download. */
export interface DownloadedCertificates {
  certificates: Certificates
  /** On the monotonic clock. */
  freshUntil: number
}

export interface VerifierOptions {
  /** Of the options. */
  readonly publicKeys: PlatformKeys
  readonly certificates: Certificates
  /** Of an earlier adapter of this account, if there was one; changed by downloads. */
  readonly downloaded: DownloadedCertificates
  /** Resolves to null when the merchant has no certificates. Null: certificates are not downloaded. */
  readonly download: ((keys: PlatformKeys, options: CallOptions) => Promise<Certificates | null>) | null
  /** Milliseconds since 1970. */
  now(): number
  /** Monotonic, in milliseconds. */
  clock(): number
  onRefreshFailed(reason: string): void
}

/**
 * Downloads certificates for an unknown serial, and when the last download is older than 12 hours; one download at a
 * time, without a timer. A failed download leaves the certificates as they are.
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const { publicKeys, certificates, downloaded, download, now, clock, onRefreshFailed } = options
  let downloads = 0
  let downloadOptions: CallOptions | null = null
  const join = createSingleFlight<void>()
  // A call retries its own download. A callback may be forged, and WeChat Pay repeats a genuine one.
  const budgets = { response: createDownloadBudget(clock, false), callback: createDownloadBudget(clock, true) }

  const keys = (): PlatformKeys => {
    const valid = [...certificates, ...downloaded.certificates].filter(([, { validFrom, validTo }]) => {
      return validFrom.getTime() <= now() && now() < validTo.getTime()
    })
    return new Map([...publicKeys, ...valid.map(([serial, { publicKey }]) => [serial, publicKey] as const)])
  }

  const refresh = async (options: CallOptions): Promise<void> => {
    for (let joins = 1; ; joins += 1) {
      const pendingOptions = downloadOptions
      let isStarter = false
      try {
        return await join(async (signal) => {
          if (download === null) return
          isStarter = true
          downloadOptions = options
          downloads += 1
          const response = await download(keys(), { ...options, signal, semaphore: undefined })
          if (response !== null) {
            downloaded.certificates = response
            downloaded.freshUntil = clock() + refreshAfterMs
            // "No certificates" comes in an unsigned response, so verified certificates stay in use.
          } else if (downloaded.certificates.size > 0) onRefreshFailed('the response reports none')
        }, options.signal)
      } catch (error) {
        options.signal?.throwIfAborted()
        if (isStarter || joins === maxJoins || !hasShorterTimeout(pendingOptions, options) || !isRetryable(error))
          throw error
      }
    }
  }

  const downloadFor = async (serial: string, origin: Origin, options: CallOptions): Promise<void> => {
    const before = downloads
    try {
      await refresh(options)
      // The joined download may have been older than this certificate.
      if (downloads === before && !keys().has(serial)) await refresh(options)
    } catch (error) {
      // Errors of this library count, the timeout of a callback included; the caller's abort does not.
      if (ComplaintError.isInstance(error)) budgets[origin].recordFailure(serial, downloads)
      throw error
    }
    if (!keys().has(serial)) budgets[origin].recordMiss(serial)
  }

  /** A failure is reported as a warning, since the message is already verified. */
  const tryRefresh = async (options: CallOptions): Promise<void> => {
    downloaded.freshUntil = clock() + coolDownMs
    const once = { timeoutMs: Math.min(options.timeoutMs, refreshWaitMs), maxRetries: 0 }
    const onTimeout = (): TimeoutError => new TimeoutError(`no complete response within ${refreshWaitMs} ms`)
    try {
      await withTimeout(refreshWaitMs, options.signal, onTimeout, (signal) => refresh({ ...options, ...once, signal }))
    } catch (error) {
      options.signal?.throwIfAborted()
      if (ComplaintError.isInstance(error)) onRefreshFailed(error.message)
    }
  }

  const assertWithinValidity = (serial: string): void => {
    const certificate = downloaded.certificates.get(serial) ?? certificates.get(serial)
    if (certificate === undefined) return
    const { validFrom, validTo } = certificate
    const subject = `is signed with platform certificate ${serial}, which`
    if (now() < validFrom.getTime())
      throw verificationFailed(`${subject} is not valid before ${beijingDay(validFrom)}; check the clock of this host`)
    if (now() >= validTo.getTime())
      throw verificationFailed(
        `${subject} expired on ${beijingDay(validTo)}; ${expiredHint}, or check the clock of this host`,
      )
  }

  return {
    async verify(signed, origin, options) {
      const signature = parseSignature(signed, now())
      const { serial } = signature
      assertWithinValidity(serial)
      if (download === null) return verifySignature(signature, keys(), false)
      if (!keys().has(serial) && budgets[origin].canDownload(serial)) await downloadFor(serial, origin, options)
      verifySignature(signature, keys(), true)
      if (downloaded.certificates.has(serial) && clock() >= downloaded.freshUntil) await tryRefresh(options)
    },
  }
}

/** Only the user can replace configured certificates. */
export const expiredHint = 'add the new one, or set apiV3Key to download certificates'

function hasShorterTimeout(pendingOptions: CallOptions | null, { maxRetries, timeoutMs }: CallOptions): boolean {
  return pendingOptions !== null && (pendingOptions.maxRetries < maxRetries || pendingOptions.timeoutMs < timeoutMs)
}

function isRetryable(error: unknown): boolean {
  return ComplaintError.isInstance(error) && error.retryable
}
