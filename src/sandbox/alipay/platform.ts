import { randomBytes } from 'node:crypto'
import type { KeyPair } from '../keys.js'
import { type AlipayProvider, appIds } from './app.js'
import { type AlipayCertificates, createCertificates, type IssuedCertificate } from './certificates.js'

/** One app's side of the agreement with Alipay, and the key that Alipay signs with now. */
export interface Platform {
  readonly appId: string
  readonly app: KeyPair
  /** The pair that Alipay signs with. */
  readonly pair: KeyPair
  /** null in the mode `publicKey`. */
  readonly certificates: PlatformCertificates | null
  /** The token of the merchant for whom the app calls; null: it calls for itself. */
  readonly appAuthToken: string | null
  /** Signs with a new pair under a new certificate; absent in the mode `publicKey`. */
  rotate?(): void
}

interface PlatformCertificates extends Pick<AlipayCertificates, 'app' | 'root'> {
  readonly alipay: IssuedCertificate
}

/** The pairs of an app: of Alipay's, the n-th from 0 is made when it is first needed. */
export interface AlipayPairs {
  readonly app: KeyPair
  readonly alipay: KeyPair
  /** null in the mode `publicKey`. */
  readonly root: KeyPair | null
  alipayPair(number: number): KeyPair
}

export function createPlatform(
  { app, alipay, root, alipayPair }: AlipayPairs,
  provider: AlipayProvider,
  hasToken: boolean,
): Platform {
  const common = {
    appId: appIds[provider],
    app,
    appAuthToken: hasToken ? `202611BB${randomBytes(16).toString('hex')}` : null,
  }
  return root === null
    ? { ...common, pair: alipay, certificates: null }
    : certifiedPlatform(common, alipay, alipayPair, () => createCertificates(root, app, common.appId))
}

/** @param certify called when a certificate is first needed: many sandboxes never use the product */
function certifiedPlatform(
  common: Pick<Platform, 'appId' | 'app' | 'appAuthToken'>,
  first: KeyPair,
  alipayPair: AlipayPairs['alipayPair'],
  certify: () => AlipayCertificates,
): Platform {
  let pair = first
  let issued = 1
  let issuer: AlipayCertificates | null = null
  let alipay: IssuedCertificate | null = null
  return {
    ...common,
    get pair() {
      return pair
    },
    get certificates() {
      issuer ??= certify()
      alipay ??= issuer.issue(pair)
      return { app: issuer.app, root: issuer.root, alipay }
    },
    rotate() {
      pair = alipayPair(issued)
      issued += 1
      alipay = null
    },
  }
}
