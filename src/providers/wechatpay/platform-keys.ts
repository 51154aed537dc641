import { ComplaintError } from '../../errors.js'
import { createFlight } from '../../http/flight.js'
import type { CallOptions } from '../../provider.js'
import { checkProof, type PlatformKeys, readProof, type Signed } from './auth.js'
import type { Certificates } from './certificates.js'

const refreshAfterMs = 12 * 60 * 60 * 1000
/** A serial that a download did not bring is not asked for again so soon; nor is a failed refresh repeated. */
const coolDownMs = 60_000
/** Whoever sends made-up serials must not make us spend the quota. */
const maxUnknownPerCoolDown = 10

/** What proves that bytes come from WeChat Pay: the keys given, and certificates downloaded as they are needed. */
export interface Verifier {
  /**
   * @throws SignatureError when the bytes are not proven to be WeChat Pay's
   * @throws ComplaintError when the certificate they need cannot be had
   */
  verify(signed: Signed, options: CallOptions): Promise<void>
}

export interface VerifierParts {
  /** Keys given as options. */
  readonly given: PlatformKeys
  /** Resolves to null where the merchant has no certificates. Null: certificates are not downloaded. */
  readonly download: ((known: PlatformKeys, options: CallOptions) => Promise<Certificates | null>) | null
  /** Milliseconds since 1970. */
  now(): number
  onRefreshFailed(error: ComplaintError): void
}

/**
 * Downloads at once on an unknown serial, and when the set is older than 12 hours; one download at a time, no timer.
 * The old set is kept when a download fails.
 */
export function createVerifier({ given, download, now, onRefreshFailed }: VerifierParts): Verifier {
  let downloaded: Certificates = new Map()
  let freshUntil = 0
  let downloads = 0
  let unknownSerials = new Map<string, number>()
  const join = createFlight<void>()

  const keys = (): PlatformKeys => {
    if (downloaded.size === 0) return given
    const valid = [...downloaded].filter(([, { validTo }]) => now() < validTo.getTime())
    return new Map([...given, ...valid.map(([serial, { publicKey }]) => [serial, publicKey] as const)])
  }

  const refresh = (options: CallOptions): Promise<void> =>
    join(async (signal) => {
      if (download === null) return
      downloads += 1
      downloaded = (await download(keys(), { ...options, signal, places: undefined })) ?? downloaded
      freshUntil = now() + refreshAfterMs
    }, options.signal)

  const mayAskFor = (serial: string): boolean => {
    unknownSerials = new Map([...unknownSerials].filter(([, at]) => at > now() - coolDownMs))
    return !unknownSerials.has(serial) && unknownSerials.size < maxUnknownPerCoolDown
  }

  const askFor = async (serial: string, options: CallOptions): Promise<void> => {
    const before = downloads
    await refresh(options)
    // A download that was under way may have been answered before this certificate came into use.
    if (downloads === before && !keys().has(serial)) await refresh(options)
    if (!keys().has(serial)) unknownSerials.set(serial, now())
  }

  /** Whatever becomes of it, the set at hand still holds. */
  const renew = async (options: CallOptions): Promise<void> => {
    freshUntil = now() + coolDownMs
    try {
      await refresh(options)
    } catch (error) {
      options.signal?.throwIfAborted()
      if (ComplaintError.isInstance(error)) onRefreshFailed(error)
    }
  }

  return {
    async verify(signed, options) {
      const proof = readProof(signed, now())
      if (download !== null) {
        const { serial } = proof
        if (!keys().has(serial)) {
          if (mayAskFor(serial)) await askFor(serial, options)
        } else if (downloaded.has(serial) && now() >= freshUntil) await renew(options)
      }
      checkProof(proof, keys())
    },
  }
}
