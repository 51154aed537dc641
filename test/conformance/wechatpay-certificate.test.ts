import { describeConformance } from './suite.js'
import { wechatPayMode } from './wechatpay-modes.js'

/** The key mode of merchants from before 2024: platform certificates, downloaded with the APIv3 key. */
describeConformance(
  'WeChat Pay, certificates downloaded',
  wechatPayMode('certificate', ({ wechatpay }) => wechatpay),
)
