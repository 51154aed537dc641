import { createCertificate } from '../certificate.js'
import type { KeyPair } from '../keys.js'
import { merchantNo } from './facts.js'

/** What Huishouqian signs with, now and after the next rotation. */
export interface Platform {
  readonly pair: KeyPair
  /** PEM of what signs now. */
  readonly certificate: string
  /** PEM: what signed before, what signs now, and last what signs next, which is handed out ahead. */
  certificates(): readonly string[]
  rotate(options: { dropOld?: boolean }): void
}

interface CertifiedPair {
  readonly pair: KeyPair
  readonly certificate: string
}

/** @param makePair makes the n-th pair after the first, on the spot */
export function createPlatform(first: KeyPair, makePair: (number: number) => KeyPair): Platform {
  let issued = 0
  const certify = (pair: KeyPair): CertifiedPair => {
    issued += 1
    return { pair, certificate: createCertificate(pair, `MANDAO_${merchantNo}`, Date.now()) }
  }
  let current = certify(first)
  let previous: readonly CertifiedPair[] = []
  // Made when first asked for: most sandboxes never rotate, and large keys take seconds.
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
