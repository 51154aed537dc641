import { describeConformance } from './suite.js'
import { wechatPayMode } from './wechatpay-modes.js'

describeConformance(
  'WeChat Pay signs with the certificate unless asked otherwise, and is asked',
  wechatPayMode('onRequest', ({ wechatpay }) => wechatpay),
)

describeConformance(
  'WeChat Pay signs with the certificate unless asked otherwise, and is not',
  wechatPayMode('onRequest', ({ wechatpay: { publicKeyId: _, publicKey: __, ...options } }) => options),
  'paging',
)

describeConformance(
  'WeChat Pay alternates between public key and certificate',
  wechatPayMode('alternate', ({ wechatpay }) => wechatpay),
)
