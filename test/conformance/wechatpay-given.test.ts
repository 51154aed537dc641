import { describeConformance } from './suite.js'
import { wechatPayMode } from './wechatpay-modes.js'

describeConformance(
  'WeChat Pay, certificates given',
  wechatPayMode('certificate', ({ wechatpay: { apiV3Key: _, ...options }, wechatpayCertificates }) => ({
    ...options,
    certificates: wechatpayCertificates,
  })),
)
