import { wechatpay } from '../../src/index.js'
import { merchant } from '../helpers/wechatpay-server.js'
import { describeConformance } from './suite.js'

describeConformance('WeChat Pay', {
  provider: 'wechatpay',
  adapter: (sandbox, options = {}) => wechatpay({ ...sandbox.wechatpay, ...options }),
  withWrongKey: (sandbox) => wechatpay({ ...sandbox.wechatpay, publicKey: merchant.publicKey }),
  freshness: ({ headers }) => /nonce_str="([^"]+)"/.exec(headers.authorization ?? '')?.[1] ?? '',
  window: ({ begin_date: begin, end_date: end }) => [String(begin), String(end)],
  tamperedEndsIn: ['SignatureError'],
  knowsMerchants: true,
  pageSizes: [50, 51],
})
