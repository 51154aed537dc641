import { createCertificate } from '../certificate.js'
import type { KeyPair } from '../keys.js'
import { merchantNo } from './facts.js'

/** The key pairs that Huishouqian signs with, now and after the next rotation. */
export interface Platform {
  readonly pair: KeyPair
  /** PEM of the present pair. */
  readonly certificate: string
  /** PEM of earlier pairs, the present pair and the next pair, in this order. */
  certificates(): readonly string[]
  rotate(options: { dropOld?: boolean }): void
}

interface CertifiedPair {
  readonly pair: KeyPair
  /** Made when first needed: many sandboxes never use the provider. */
  readonly certificate: string
}

/** @param makePair creates the n-th pair after the first, synchronously */
export function createPlatform(first: KeyPair, makePair: (number: number) => KeyPair): Platform {
  let issued = 0
  const certify = (pair: KeyPair): CertifiedPair => {
    issued += 1
    const now = Date.now()
    let certificate: string | null = null
    return {
      pair,
      get certificate() {
        certificate ??= createCertificate(pair, `MANDAO_${merchantNo}`, now)
        return certificate
      },
    }
  }
  let current = certify(first)
  let previous: readonly CertifiedPair[] = []
  // Made when first needed: most sandboxes never rotate, and large keys take seconds.
  let next: CertifiedPair | null = null
  const nextPair = (): CertifiedPair => {
    next ??= certify(makePair(issued))
    return next
  }
  return {
    get pair() {
      return current.pair
    },
    get certificate() {
      return current.certificate
    },
    certificates: () => [...previous, current, nextPair()].map(({ certificate }) => certificate),
    rotate({ dropOld = false }) {
      previous = dropOld ? [] : [...previous, current]
      current = nextPair()
      next = null
    },
  }
}
