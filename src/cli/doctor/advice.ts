import type { ComplaintError, ErrorCode } from '../../index.js'
import type { ProviderName } from '../../model.js'
import type { Text } from '../language.js'

const huishouqianKeys: Text = {
  zh: '请核对商户号、加密方式(RSA2/CFCA)、商户密钥与私钥是否与慧收钱后台登记的一致',
  en: 'merchant number, signType, merchant key and private key must be those registered with Huishouqian',
}

/** What to do about an error, by its class; a provider's own where it has one. */
const adviceByCode: Partial<Record<ErrorCode, Partial<Record<ProviderName, Text>> & { any?: Text }>> = {
  CONFIG: {
    any: { zh: '请按提示修正该账号的配置', en: 'mend the configuration of this account as the message says' },
  },
  NETWORK: {
    any: {
      zh: '请检查本机到该地址的网络、DNS、代理与防火墙',
      en: 'check network, DNS, proxy and firewall between this host and that address',
    },
  },
  TIMEOUT: {
    any: {
      zh: '对方未在规定时间内应答,请检查网络或稍后再试',
      en: 'no answer in time: check the network, or try later',
    },
  },
  AUTHENTICATION: {
    wechatpay: {
      zh: '请核对商户号、商户API证书序列号与商户API私钥是否属于同一商户(商户平台-账户中心-API安全),并校准本机时钟',
      en: "mchid, serial number and private key must be one merchant's (merchant platform, 账户中心 > API安全), and this host's clock right",
    },
    huishouqian: huishouqianKeys,
    xiaoe: {
      zh: '请核对店铺 app_id、client_id 与 secret_key(小鹅通管理台-开放平台应用)',
      en: "app_id, client_id and secret_key must be those of the application in Xiaoe's console",
    },
  },
  PERMISSION: {
    wechatpay: {
      zh: '该商户号无权调用投诉接口:请在商户平台开通,或使用有权限的服务商商户号',
      en: 'this merchant may not call the complaint API: have it enabled in the merchant platform',
    },
    huishouqian: {
      zh: '该商户无权查询投诉:请联系慧收钱开通,代理商请填写代理商商户号',
      en: 'this merchant may not query complaints: ask Huishouqian to enable it; agents must give their agent number',
    },
    xiaoe: {
      zh: '请在小鹅通管理台为该应用授予“投诉管理-查询”权限,并将本机出口 IP 加入白名单',
      en: "grant the application 投诉管理-查询 in Xiaoe's console, and put this host's public address on its IP allow-list",
    },
  },
  SIGNATURE: {
    wechatpay: {
      zh: '应答验签失败:请核对微信支付公钥及公钥ID(或平台证书、APIv3密钥),并校准本机时钟',
      en: "the answer could not be verified: check WeChat Pay's public key and its id (or certificates and APIv3 key), and this host's clock",
    },
    huishouqian: {
      zh: '应答验签失败:请核对平台证书(MANDAO_<商户号>_pub.cer)与商户密钥',
      en: 'the answer could not be verified: check the platform certificate (MANDAO_<merchant>_pub.cer) and the merchant key',
    },
  },
  API: {
    // A signature that does not fit is one of many things that it calls a wrong parameter.
    huishouqian: huishouqianKeys,
  },
  RATE_LIMIT: {
    any: { zh: '调用过于频繁或配额已用完,请稍后再试', en: 'too many calls, or the quota is used up: try later' },
  },
}

const fallbackAdvice: Text = {
  zh: '请将上面的错误信息与请求编号提供给渠道方客服',
  en: "show the message above, and its request id, to the provider's support",
}

/** One refusal that has one reason, known by the provider's code or words. */
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
      zh: '请核对微信支付公钥ID(publicKeyId,形如 PUB_KEY_ID_…)是否与商户平台-账户中心-API安全中显示的一致',
      en: 'publicKeyId (PUB_KEY_ID_…) must be the id that the merchant platform shows for the WeChat Pay public key (账户中心 > API安全)',
    },
  },
  {
    provider: 'wechatpay',
    messagePattern: /apiV3Key does not open/,
    text: {
      zh: '请使用商户平台中设置的 APIv3 密钥(账户中心-API安全-APIv3密钥)',
      en: 'give the APIv3 key that is set in the merchant platform (账户中心 > API安全)',
    },
  },
  {
    provider: 'huishouqian',
    codes: ['130004', '130006'],
    text: {
      zh: '该商户无权查询这些投诉:请核对商户号与代理商商户号(agentMerchantNo)及其归属关系,或联系慧收钱开通',
      en: 'merchantNo and agentMerchantNo must be right and belong together; otherwise ask Huishouqian to enable the query',
    },
  },
  {
    provider: 'huishouqian',
    codes: ['130005'],
    text: {
      zh: '慧收钱不认识该商户号:请核对商户号,以及环境(生产或测试)是否正确',
      en: 'Huishouqian knows no such merchant: check merchantNo, and whether environment is the right one (production or test)',
    },
  },
  {
    provider: 'huishouqian',
    codes: ['130011'],
    text: {
      zh: '该商户尚未配置密钥:请联系慧收钱为其配置商户密钥与证书',
      en: 'no keys are set up for this merchant: ask Huishouqian to set up its merchant key and certificate',
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
      en: "put this host's public IP address on the application's allow-list in Xiaoe's console",
    },
  },
  {
    provider: 'xiaoe',
    codes: ['2007', '2008'],
    text: {
      zh: 'access_token 无效或已过期:请提供新的,或改用 client_id 与 secret_key',
      en: 'the access token is unknown or expired: give a new one, or client_id and secret_key instead',
    },
  },
]

/** What to do, for people. */
export function adviceFor(error: ComplaintError, provider: ProviderName): Text {
  const { providerCode, providerMessage, message } = error
  const specific = specificAdvice.find(
    ({ codes, messagePattern: says, ...of }) =>
      of.provider === provider &&
      ((providerCode !== null && codes?.includes(providerCode) === true) ||
        says?.test(providerMessage ?? message) === true),
  )
  if (specific !== undefined) return specific.text
  const texts = adviceByCode[error.code]
  return texts?.[provider] ?? texts?.any ?? fallbackAdvice
}
