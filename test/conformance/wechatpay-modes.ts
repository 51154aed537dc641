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
  const unverified = (sandbox: Sandbox): WechatPayOptions => {
    const { publicKeyId: _, publicKey: __, apiV3Key: ___, certificates: ____, ...rest } = keysOf(sandbox)
    return rest
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
      const { publicKeyId } = keysOf(sandbox)
      return wechatpay({
        ...unverified(sandbox),
        certificates: [forger, ...impostors].map(({ certificate }) => certificate),
        ...(publicKeyId === undefined
          ? {}
          : { publicKeyId, publicKey: new X509Certificate(forger.certificate).publicKey }),
      })
    },
    freshness: ({ headers }) => /nonce_str="([^"]+)"/.exec(headers.authorization ?? '')?.[1] ?? '',
    staleAfterMs: 300_000,
    window: ({ begin_date: begin, end_date: end }) => [String(begin), String(end)],
    tamperedEndsIn: ['SignatureError'],
    knowsMerchants: true,
    pageSizes: [50, 51],
    filterLengths: { merchant: 64 },
    maxSpanDays: 30,
    fields: { id: 'complaint_id', state: 'complaint_state', number: 'user_complaint_times' },
    forged: {
      adapter: (sandbox, baseUrl) =>
        wechatpay({
          ...unverified(sandbox),
          // Sandboxes that want a public key named get theirs named; what proves answers is the forger's.
          ...(signing === 'certificate' || keysOf(sandbox).publicKeyId === undefined
            ? {}
            : { publicKeyId: keysOf(sandbox).publicKeyId, publicKey: keysOf(sandbox).publicKey }),
          certificates: [forger.certificate],
          baseUrl,
          rateLimit: false,
        }),
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
