import type { Advice } from '../../adapter-kit/advice.js'

const token: Advice['text'] = {
  zh: '请核对商户的 app_auth_token：让商户重新授权，并更换令牌',
  en: "check the merchant's app_auth_token: have the merchant authorise the application again, and replace the token",
}

const renewed: Advice['text'] = {
  zh: '应答验签失败：请核对支付宝公钥（不是应用公钥）；公钥证书模式下，请在支付宝开放平台重新下载支付宝公钥证书',
  en: "the response could not be verified: check that alipayPublicKey is Alipay's key, not the application's own; in certificate mode, download alipayCert again",
}

const credentials: readonly Advice[] = [
  {
    providerCodes: ['isv.invalid-signature'],
    text: {
      zh: '请核对应用私钥：其公钥（或证书）必须是支付宝开放平台中该应用所配置的那一个',
      en: "check the application's private key: its public key, or certificate, must be the one set in Alipay's console for this application",
    },
  },
  {
    providerCodes: ['isv.app-cert-expired'],
    text: {
      zh: '应用公钥证书已过期，请在支付宝开放平台更换证书',
      en: "the application's certificate has expired: renew it in Alipay's console",
    },
  },
  {
    providerCodes: ['isv.invalid-timestamp'],
    text: { zh: '请用 NTP 校准本机时钟', en: "synchronize this host's clock (NTP)" },
  },
  {
    providerCodes: [
      'aop.invalid-app-auth-token',
      'aop.app-auth-token-time-out',
      'aop.invalid-app-auth-token-no-api',
      'isv.invalid-auth-relations',
    ],
    text: token,
  },
  {
    code: 'AUTHENTICATION',
    text: {
      zh: '请核对应用 APPID、应用私钥和接口地址（正式环境与沙箱环境的 APPID 和密钥不同）',
      en: 'check appId, the private key and baseUrl (the ids and keys of the sandbox are others)',
    },
  },
  { code: 'SIGNATURE', text: renewed },
]

export const alipayTradeAdvice: readonly Advice[] = [
  ...credentials,
  {
    code: 'PERMISSION',
    text: {
      zh: '请在支付宝开放平台为该应用添加“交易投诉”能力；服务商代调用时，商户须授权该接口',
      en: "add the capability 交易投诉 to the application in Alipay's console; for a service provider, the merchant must authorise it",
    },
  },
]

export const alipayRiskAdvice: readonly Advice[] = [
  ...credentials,
  {
    code: 'PERMISSION',
    text: {
      zh: '请在支付宝开放平台为该应用添加“消费者投诉”（RiskGO）能力；服务商代调用时，商户须授权该接口',
      en: "add the capability 消费者投诉 (RiskGO) to the application in Alipay's console; for a service provider, the merchant must authorise it",
    },
  },
]
