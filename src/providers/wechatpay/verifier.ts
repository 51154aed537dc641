import { withTimeout } from '../../async/abort.js'
import { createSingleFlight } from '../../async/single-flight.js'
import { ComplaintError, TimeoutError } from '../../errors.js'
import type { CallOptions } from '../../provider.js'
import { beijingDay } from '../../time.js'
import { type PlatformKeys, parseSignature, type SignedMessage, verificationFailed, verifySignature } from './auth.js'
import type { Certificates } from './certificates.js'
import { coolDownMs, createDownloadBudget } from './download-budget.js'

const refreshAfterMs = 12 * 60 * 60 * 1000
/** How long a call waits for a refresh that it could do without. */
const refreshWaitMs = 2_000
/** Whoever joined downloads of others that gave up sooner begins one of its own; so often, if others are always first. */
const maxJoins = 3

/** Where bytes came from: the configured hosts, or whoever knows the address of a callback. */
export type Origin = 'answer' | 'callback'

/** What proves that bytes come from WeChat Pay: the keys given, and certificates downloaded as they are needed. */
export interface Verifier {
  /**
   * @throws SignatureError when the bytes are not proven to be WeChat Pay's
   * @throws ComplaintError when the certificate they need cannot be had
   */
  verify(signed: SignedMessage, origin: Origin, options: CallOptions): Promise<void>
}

export interface VerifierOptions {
  /** Given as options. */
  readonly publicKeys: PlatformKeys
  readonly certificates: Certificates
  /** Resolves to null where the merchant has no certificates. Null: certificates are not downloaded. */
  readonly download: ((known: PlatformKeys, options: CallOptions) => Promise<Certificates | null>) | null
  /** Milliseconds since 1970. */
  now(): number
  /** Milliseconds since any fixed instant: waiting must not depend on a time of day that is set back. */
  clock(): number
  onRefreshFailed(why: string): void
}

/**
 * Downloads at once on an unknown serial, and when the set is older than 12 hours; one download at a time, no timer.
 * The old set is kept when a download fails.
 */
export function createVerifier(parts: VerifierOptions): Verifier {
  const { publicKeys, certificates, download, now, clock, onRefreshFailed } = parts
  let downloaded: Certificates = new Map()
  let freshUntil = 0
  let downloads = 0
  let downloadOptions: CallOptions | null = null
  const join = createSingleFlight<void>()
  // An answer's download is retried by its own call; a callback may be forged, and is sent again.
  const budgets = { answer: createDownloadBudget(clock, false), callback: createDownloadBudget(clock, true) }

  const keys = (): PlatformKeys => {
    const all = [...certificates, ...downloaded].filter(([, { validFrom, validTo }]) => {
      return validFrom.getTime() <= now() && now() < validTo.getTime()
    })
    return new Map([...publicKeys, ...all.map(([serial, { publicKey }]) => [serial, publicKey] as const)])
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
            downloaded = response
            freshUntil = clock() + refreshAfterMs
            // Nobody signs that there are none: what was proven before holds, and is soon asked for again.
          } else if (downloaded.size > 0) onRefreshFailed('there are said to be none')
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
      // A download that was under way may have been answered before this certificate came into use.
      if (downloads === before && !keys().has(serial)) await refresh(options)
    } catch (error) {
      // A user's abort says nothing; that a callback had to be answered does.
      if (ComplaintError.isInstance(error)) budgets[origin].recordFailure(serial, downloads)
      throw error
    }
    if (!keys().has(serial)) budgets[origin].recordMiss(serial)
  }

  /** Whatever becomes of it, the set at hand still holds. */
  const refreshInBackground = async (options: CallOptions): Promise<void> => {
    freshUntil = clock() + coolDownMs
    const once = { timeoutMs: Math.min(options.timeoutMs, refreshWaitMs), maxRetries: 0 }
    const onTimeout = (): TimeoutError => new TimeoutError(`no complete answer within ${refreshWaitMs} ms`)
    try {
      await withTimeout(refreshWaitMs, options.signal, onTimeout, (signal) => refresh({ ...options, ...once, signal }))
    } catch (error) {
      options.signal?.throwIfAborted()
      if (ComplaintError.isInstance(error)) onRefreshFailed(error.message)
    }
  }

  const assertWithinValidity = (serial: string): void => {
    const certificate = downloaded.get(serial) ?? certificates.get(serial)
    if (certificate === undefined) return
    const { validFrom, validTo } = certificate
    const said = `is signed with platform certificate ${serial}, which`
    if (now() < validFrom.getTime())
      throw verificationFailed(`${said} is not valid before ${beijingDay(validFrom)}; check the clock of this host`)
    if (now() >= validTo.getTime())
      throw verificationFailed(
        `${said} expired on ${beijingDay(validTo)}; ${expiredHint}, or check the clock of this host`,
      )
  }

  return {
    async verify(signed, origin, options) {
      const proof = parseSignature(signed, now())
      const { serial } = proof
      assertWithinValidity(serial)
      if (download === null) return verifySignature(proof, keys())
      if (!keys().has(serial) && budgets[origin].canDownload(serial)) await downloadFor(serial, origin, options)
      verifySignature(proof, keys(), notDownloadedHint)
      if (downloaded.has(serial) && clock() >= freshUntil) await refreshInBackground(options)
    },
  }
}

/** What to do about given certificates that nobody but the user can replace. */
export const expiredHint = 'give the new one, or apiV3Key to download certificates'

const notDownloadedHint =
  'the download of certificates did not bring it, or failed within the last minute; if it is a public key (PUB_KEY_ID_…), give publicKeyId and publicKey'

function hasShorterTimeout(pendingOptions: CallOptions | null, { maxRetries, timeoutMs }: CallOptions): boolean {
  return pendingOptions !== null && (pendingOptions.maxRetries < maxRetries || pendingOptions.timeoutMs < timeoutMs)
}

function isRetryable(error: unknown): boolean {
  return ComplaintError.isInstance(error) && error.retryable
}
