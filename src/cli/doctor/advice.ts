import type { ComplaintError, ErrorCode } from '../../index.js'
import type { ProviderName } from '../../model.js'
import type { Text } from '../language.js'

/** The message of a ConfigError for an APIv3 key that does not decrypt what WeChat Pay sends. */
export const wrongApiV3Key: RegExp = /apiV3Key does not (?:open|decrypt)/

const huishouqianKeys: Text = {
  zh: '请核对商户号、加密方式（RSA2/CFCA）、商户密钥和私钥是否与慧收钱后台登记的一致',
  en: 'check that merchant number, signType, merchant key and private key are those registered with Huishouqian',
}

/** Advice by error code: for one provider, else for `any`. */
const adviceByCode: Partial<Record<ErrorCode, Partial<Record<ProviderName, Text>> & { any?: Text }>> = {
  CONFIG: {
    any: { zh: '请按上面的提示修改该账号的配置', en: 'correct the configuration of this account as the message says' },
  },
  NETWORK: {
    any: {
      zh: '请检查本机到该地址的网络、DNS、代理和防火墙',
      en: 'check network, DNS, proxy and firewall between this host and that address',
    },
  },
  TIMEOUT: {
    any: {
      zh: '请求超时，请检查网络或稍后重试',
      en: 'no response in time: check the network, or try again later',
    },
  },
  AUTHENTICATION: {
    wechatpay: {
      zh: '请确认商户号、商户 API 证书序列号和商户 API 私钥属于同一商户（商户平台“账户中心 - API 安全”），并校准本机时钟',
      en: "check that mchid, serial number and private key belong to one merchant (merchant platform, 账户中心 > API安全), and that this host's clock is right",
    },
    huishouqian: huishouqianKeys,
    xiaoe: {
      zh: '请核对店铺 app_id、client_id 和 secret_key（见小鹅通管理台的开放平台应用）',
      en: "check that app_id, client_id and secret_key are those of the application in Xiaoe's console",
    },
  },
  PERMISSION: {
    wechatpay: {
      zh: '该商户号没有投诉接口权限，请在商户平台开通，或改用有权限的服务商商户号',
      en: 'this merchant may not call the complaint API: enable it in the merchant platform',
    },
    huishouqian: {
      zh: '该商户没有查询投诉的权限，请联系慧收钱开通；代理商需填写代理商商户号',
      en: 'this merchant may not query complaints: ask Huishouqian to enable it; agents must set their agent number',
    },
    xiaoe: {
      zh: '请在小鹅通管理台为该应用授予“投诉管理-查询”权限，并将本机出口 IP 加入白名单',
      en: "grant the application 投诉管理-查询 in Xiaoe's console, and add this host's public IP address to its IP allow-list",
    },
  },
  SIGNATURE: {
    wechatpay: {
      zh: '应答验签失败，请核对微信支付公钥及公钥 ID（或平台证书、APIv3 密钥），并校准本机时钟',
      en: "the response could not be verified: check WeChat Pay's public key and its id (or certificates and APIv3 key), and this host's clock",
    },
    huishouqian: {
      zh: '应答验签失败，请核对平台证书（MANDAO_<商户号>_pub.cer）和商户密钥',
      en: 'the response could not be verified: check the platform certificate (MANDAO_<merchant>_pub.cer) and the merchant key',
    },
  },
  API: {
    // Huishouqian reports a wrong signature as a parameter error.
    huishouqian: huishouqianKeys,
  },
  RATE_LIMIT: {
    any: {
      zh: '调用过于频繁或配额已用完，请稍后重试',
      en: 'too many requests, or the quota is used up: try again later',
    },
  },
}

const fallbackAdvice: Text = {
  zh: '请将上面的错误信息和请求编号提供给渠道客服',
  en: "send the message above, with its request id, to the provider's support",
}

/** Advice for an error that has one known cause. */
interface SpecificAdvice {
  readonly provider: ProviderName
  readonly codes?: readonly string[]
  readonly messagePattern?: RegExp
  readonly text: Text
}

const specificAdvice: readonly SpecificAdvice[] = [
  {
    provider: 'wechatpay',
    messagePattern: /Wechatpay-Serial/,
    text: {
      zh: '请核对微信支付公钥 ID（publicKeyId，形如 PUB_KEY_ID_…）是否与商户平台“账户中心 - API 安全”中显示的一致',
      en: 'publicKeyId (PUB_KEY_ID_…) must be the id that the merchant platform shows for the WeChat Pay public key (账户中心 > API安全)',
    },
  },
  {
    provider: 'wechatpay',
    messagePattern: wrongApiV3Key,
    text: {
      zh: '请使用商户平台“账户中心 - API 安全”中设置的 APIv3 密钥',
      en: 'use the APIv3 key that is set in the merchant platform (账户中心 > API安全)',
    },
  },
  {
    provider: 'huishouqian',
    codes: ['130004', '130006'],
    text: {
      zh: '该商户没有查询这些投诉的权限，请核对商户号与代理商商户号（agentMerchantNo）及其归属关系，或联系慧收钱开通',
      en: 'merchantNo and agentMerchantNo must be right and belong together; if they do, ask Huishouqian to enable the query',
    },
  },
  {
    provider: 'huishouqian',
    codes: ['130005'],
    text: {
      zh: '慧收钱查不到该商户号，请核对商户号和环境（生产或测试）',
      en: 'Huishouqian has no such merchant: check merchantNo and environment (production or test)',
    },
  },
  {
    provider: 'huishouqian',
    codes: ['130011'],
    text: {
      zh: '该商户尚未配置密钥，请联系慧收钱配置商户密钥和证书',
      en: 'this merchant has no keys: ask Huishouqian to set up its merchant key and certificate',
    },
  },
  {
    provider: 'xiaoe',
    codes: ['2017'],
    text: {
      zh: '请在小鹅通管理台为该应用授予“投诉管理-查询”权限',
      en: "grant the application 投诉管理-查询 in Xiaoe's console",
    },
  },
  {
    provider: 'xiaoe',
    codes: ['2051'],
    text: {
      zh: '请在小鹅通管理台将本机出口 IP 加入该应用的 IP 白名单',
      en: "add this host's public IP address to the application's IP allow-list in Xiaoe's console",
    },
  },
  {
    provider: 'xiaoe',
    codes: ['2007', '2008'],
    text: {
      zh: 'access_token 无效或已过期，请更换，或改用 client_id 和 secret_key',
      en: 'the access token is invalid or expired: replace it, or use client_id and secret_key instead',
    },
  },
]

/** What to do about an error. */
export function adviceFor(error: ComplaintError, provider: ProviderName): Text {
  const { providerCode, providerMessage, message } = error
  const specific = specificAdvice.find(
    (advice) =>
      advice.provider === provider &&
      ((providerCode !== null && advice.codes?.includes(providerCode) === true) ||
        advice.messagePattern?.test(providerMessage ?? message) === true),
  )
  if (specific !== undefined) return specific.text
  const advice = adviceByCode[error.code]
  return advice?.[provider] ?? advice?.any ?? fallbackAdvice
}
