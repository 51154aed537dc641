import { X509Certificate } from 'node:crypto'
import { type WechatPayOptions, wechatpay } from '../../src/index.js'
import type { Sandbox, SandboxOptions } from '../../src/sandbox/index.js'
import { createPlatform, type Platform, proofBy } from '../support/wechatpay-certificates.js'
import { type Conformance, jsonAnswer } from './harness.js'

/** A platform whose certificate the adapters of forged answers trust, and one that has nothing but a known serial. */
const forger: Platform = createPlatform('4F52474552000000000000000000000000000001')

/** WeChat Pay in one of its key modes: who signs answers, and what the merchant was given to check them. */
export function wechatPayMode(
  signing: NonNullable<SandboxOptions['wechatpaySigning']>,
  keysOf: (sandbox: Sandbox) => WechatPayOptions,
): Conformance {
  const withKey = (sandbox: Sandbox, platform: Platform, certificates: readonly string[]): WechatPayOptions => {
    const { mchid, serialNo, privateKey, baseUrl } = sandbox.wechatpay
    const options = { mchid, serialNo, privateKey, baseUrl, certificates }
    const { publicKeyId } = keysOf(sandbox)
    // Sandboxes that want a public key named get theirs named; the key itself is the platform's.
    return publicKeyId === undefined
      ? options
      : { ...options, publicKeyId, publicKey: new X509Certificate(platform.certificate).publicKey }
  }
  return {
    provider: 'wechatpay',
    sandbox: { wechatpaySigning: signing },
    adapter: (sandbox, more = {}) => wechatpay({ ...keysOf(sandbox), ...more }),
    withWrongKey(sandbox) {
      // The right serial numbers, the wrong keys.
      const impostors = sandbox.wechatpayCertificates.map((pem) =>
        createPlatform(new X509Certificate(pem).serialNumber),
      )
      return wechatpay(
        withKey(
          sandbox,
          forger,
          [forger, ...impostors].map(({ certificate }) => certificate),
        ),
      )
    },
    freshness: ({ headers }) => /nonce_str="([^"]+)"/.exec(headers.authorization ?? '')?.[1] ?? '',
    staleAfterMs: 300_000,
    window: ({ begin_date: begin, end_date: end }) => [String(begin), String(end)],
    tamperedEndsIn: ['SignatureError'],
    knowsMerchants: true,
    htmlEndsIn: ['SignatureError', 'ResponseError'],
    pageSizes: [50, 51],
    filterLengths: { merchant: 64 },
    maxSpanDays: 30,
    fields: { id: 'complaint_id', state: 'complaint_state', number: 'user_complaint_times' },
    forged: {
      adapter: (sandbox, baseUrl) =>
        wechatpay({ ...withKey(sandbox, forger, [forger.certificate]), baseUrl, rateLimit: false }),
      answer(_, { status, body }, change) {
        const changed = change(body.toString())
        const headers = Object.entries(proofBy(forger, changed))
        return {
          status,
          headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
          body: Buffer.from(changed),
        }
      },
    },
    refusal: (message) => jsonAnswer({ code: 'PARAM_ERROR', message }, 400),
  }
}
