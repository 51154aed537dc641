import { type WechatPayOptions, wechatpay } from '../../src/index.js'
import type { Sandbox } from '../../src/sandbox/index.js'
import { merchant, proof } from '../support/wechatpay-server.js'
import { jsonAnswer } from './harness.js'
import { describeConformance } from './suite.js'

const withWrongKey = ({ wechatpay: { publicKeyId = '', ...options } }: Sandbox): WechatPayOptions => ({
  ...options,
  publicKeyId,
  publicKey: merchant.publicKey,
})

describeConformance('WeChat Pay', {
  provider: 'wechatpay',
  adapter: ({ wechatpay: options }, more = {}) => wechatpay({ ...options, ...more }),
  withWrongKey: (sandbox) => wechatpay(withWrongKey(sandbox)),
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
    adapter: (sandbox, baseUrl) => wechatpay({ ...withWrongKey(sandbox), baseUrl, rateLimit: false }),
    answer({ wechatpay: options }, { status, body }, change) {
      const changed = change(body.toString())
      const headers = Object.entries(proof(changed, { 'Wechatpay-Serial': options.publicKeyId ?? '' }))
      return {
        status,
        headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
        body: Buffer.from(changed),
      }
    },
  },
  refusal: (message) => jsonAnswer({ code: 'PARAM_ERROR', message }, 400),
})
