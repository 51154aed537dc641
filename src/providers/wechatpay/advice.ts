import type { Advice } from '../../adapter-kit/advice.js'

const apiV3Key: Advice['text'] = {
  zh: 'APIv3 密钥不正确，请改用商户平台“账户中心 - API 安全”中设置的 APIv3 密钥',
  en: 'use the APIv3 key that is set in the merchant platform (账户中心 > API安全)',
}

export const wechatpayAdvice: readonly Advice[] = [
  {
    code: 'CONFIG',
    operation: 'certificates',
    providerCodes: ['RESOURCE_NOT_EXISTS'],
    text: {
      zh: '该商户没有平台证书，请在配置中填写微信支付公钥和公钥 ID（商户平台“账户中心 - API 安全”）',
      en: 'this merchant has no platform certificates: set publicKeyId and publicKey (merchant platform, 账户中心 > API安全)',
    },
  },
  // The first download is authenticated by the APIv3 key itself.
  { code: 'CONFIG', operation: 'certificates', text: apiV3Key },
  { code: 'SIGNATURE', operation: 'certificates', text: apiV3Key },
  // A notification that cannot be decrypted.
  { code: 'CONFIG', operation: 'notification', text: apiV3Key },
  {
    code: 'API',
    providerCodes: ['PARAM_ERROR'],
    text: {
      zh: '请核对微信支付公钥 ID（publicKeyId，形如 PUB_KEY_ID_…）是否与商户平台“账户中心 - API 安全”中显示的一致',
      en: 'publicKeyId (PUB_KEY_ID_…) must be the id that the merchant platform shows for the WeChat Pay public key (账户中心 > API安全)',
    },
  },
  {
    code: 'AUTHENTICATION',
    text: {
      zh: '请确认商户号、商户 API 证书序列号和商户 API 私钥属于同一商户（商户平台“账户中心 - API 安全”），并校准本机时钟',
      en: "check that mchid, serial number and private key belong to one merchant (merchant platform, 账户中心 > API安全), and that this host's clock is right",
    },
  },
  {
    code: 'PERMISSION',
    text: {
      zh: '该商户号没有投诉接口权限，请在商户平台开通，或改用有权限的服务商商户号',
      en: 'this merchant may not call the complaint API: enable it in the merchant platform',
    },
  },
  {
    code: 'SIGNATURE',
    text: {
      zh: '应答验签失败，请核对微信支付公钥及公钥 ID（或平台证书、APIv3 密钥），并校准本机时钟',
      en: "the response could not be verified: check WeChat Pay's public key and its id (or certificates and APIv3 key), and this host's clock",
    },
  },
]
