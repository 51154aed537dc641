import type { SimulatedResponse } from '../simulator.js'
import { beijingRfc3339 } from '../time.js'
import { encryptUnderApiV3Key } from './encrypt-resource.js'
import type { Platform } from './platform.js'
import { signedResponse } from './responses.js'

/** https://pay.weixin.qq.com/doc/v3/merchant/4012551764 */
export function certificatesResponse(platform: Platform, apiV3Key: string): SimulatedResponse {
  const certificates = platform.certificates()
  if (certificates.length === 0) {
    const message = '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。'
    return signedResponse(404, { code: 'RESOURCE_NOT_EXISTS', message }, platform.newestSigner())
  }
  const data = certificates.map(({ serial, pem, from, to }) => ({
    serial_no: serial,
    effective_time: beijingRfc3339(from),
    expire_time: beijingRfc3339(to),
    encrypt_certificate: encryptUnderApiV3Key(pem, apiV3Key, 'certificate'),
  }))
  return signedResponse(200, { data }, platform.newestSigner())
}
