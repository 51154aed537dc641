import type { KeyObject } from 'node:crypto'
import { certificateOf } from '../../../support/certificate.js'
import { app, appId, platform } from './support.js'

/** What `options` of support.ts has in either mode, without the keys. */
export const withoutKey: { appId: string; privateKey: KeyObject } = { appId, privateKey: app.privateKey }
export const withoutPrivateKey: { appId: string; alipayPublicKey: KeyObject } = {
  appId,
  alipayPublicKey: platform.publicKey,
}

/** The certificates of certificate mode. */
export const certificates: Readonly<Record<'appCert' | 'alipayCert' | 'alipayRootCert', string>> = {
  appCert: certificateOf(app.privateKey, '0a').toString(),
  alipayCert: certificateOf(platform.privateKey, '0b').toString(),
  alipayRootCert: certificateOf(platform.privateKey, '0c').toString(),
}
