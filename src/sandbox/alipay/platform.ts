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
  readonly certificates: (Pick<AlipayCertificates, 'app' | 'root'> & { readonly alipay: IssuedCertificate }) | null
  /** The token of the merchant for whom the app calls; null: it calls for itself. */
  readonly appAuthToken: string | null
  /** Signs with a new pair under a new certificate. */
  rotate(): void
}

/** The pairs of an app: of Alipay's, the n-th from 0 is made when it is first needed. */
export interface AlipayPairs {
  readonly app: KeyPair
  readonly alipay: KeyPair
  /** null in the mode `publicKey`. */
  readonly root: KeyPair | null
  alipayPair(number: number): KeyPair
}

export function createPlatform(pairs: AlipayPairs, provider: AlipayProvider, hasToken: boolean): Platform {
  const appId = appIds[provider]
  const issuer = pairs.root === null ? null : createCertificates(pairs.root, pairs.app, appId)
  let pair = pairs.alipay
  let certificate = issuer?.issue(pair) ?? null
  let issued = 1
  return {
    appId,
    app: pairs.app,
    get pair() {
      return pair
    },
    get certificates() {
      return issuer === null || certificate === null
        ? null
        : { app: issuer.app, root: issuer.root, alipay: certificate }
    },
    appAuthToken: hasToken ? `202611BB${randomBytes(16).toString('hex')}` : null,
    rotate() {
      if (issuer === null) throw new Error('Alipay has no certificate to rotate while alipaySigning is publicKey')
      pair = pairs.alipayPair(issued)
      issued += 1
      certificate = issuer.issue(pair)
    },
  }
}
