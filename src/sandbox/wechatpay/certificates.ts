import type { Answer } from '../exchange.js'
import { beijingRfc3339 } from '../time.js'
import { signedAnswer } from './answers.js'
import type { Platform } from './platform.js'
import { encryptUnderApiV3Key } from './sealed.js'

/** https://pay.weixin.qq.com/doc/v3/merchant/4012551764 */
export function answerCertificates(platform: Platform, apiV3Key: string): Answer {
  const certificates = platform.certificates()
  if (certificates.length === 0) {
    const message = '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。'
    return signedAnswer(404, { code: 'RESOURCE_NOT_EXISTS', message }, platform.newest())
  }
  const data = certificates.map(({ serial, pem, from, to }) => ({
    serial_no: serial,
    effective_time: beijingRfc3339(from),
    expire_time: beijingRfc3339(to),
    encrypt_certificate: encryptUnderApiV3Key(pem, apiV3Key, 'certificate'),
  }))
  return signedAnswer(200, { data }, platform.newest())
}
