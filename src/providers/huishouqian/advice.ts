import type { Advice } from '../../adapter-kit/advice.js'

/** A wrong signType shows as another error: of parameters, of missing keys, or of verification. */
const keys: Advice['text'] = {
  zh: '请先核对加密方式（signType：RSA2 或 CFCA）是否与慧收钱开通的一致，再核对商户号、商户密钥和私钥',
  en: 'check signType first (RSA2 or CFCA, as Huishouqian set up the merchant), then merchant number, merchant key and private key',
}

export const huishouqianAdvice: readonly Advice[] = [
  {
    providerCodes: ['130004', '130006'],
    text: {
      zh: '该商户没有查询这些投诉的权限，请核对商户号与代理商商户号（agentMerchantNo）及其归属关系，或联系慧收钱开通',
      en: 'merchantNo and agentMerchantNo must be right and belong together; if they do, ask Huishouqian to enable the query',
    },
  },
  {
    providerCodes: ['130005'],
    text: {
      zh: '慧收钱查不到该商户号，请核对商户号和环境（生产或测试）',
      en: 'Huishouqian has no such merchant: check merchantNo and environment (production or test)',
    },
  },
  {
    providerCodes: ['130011'],
    text: {
      zh: '该商户在这种加密方式下没有密钥，请先核对加密方式（signType：RSA2 或 CFCA）；若无误，请联系慧收钱配置商户密钥和证书',
      en: 'the merchant has no keys of this kind: check signType first (RSA2 or CFCA); if it is right, ask Huishouqian to set up the merchant key and certificate',
    },
  },
  {
    code: 'PERMISSION',
    text: {
      zh: '该商户没有查询投诉的权限，请联系慧收钱开通；代理商需填写代理商商户号',
      en: 'this merchant may not query complaints: ask Huishouqian to enable it; agents must set their agent number',
    },
  },
  { code: 'AUTHENTICATION', text: keys },
  {
    code: 'SIGNATURE',
    text: {
      zh: '应答验签失败，请先核对加密方式（signType：RSA2 或 CFCA），再核对平台证书（MANDAO_<商户号>_pub.cer）和商户密钥',
      en: 'the response could not be verified: check signType first (RSA2 or CFCA), then the platform certificate (MANDAO_<merchant>_pub.cer) and the merchant key',
    },
  },
  // Huishouqian reports a wrong signature as a parameter error.
  { code: 'API', text: keys },
]
