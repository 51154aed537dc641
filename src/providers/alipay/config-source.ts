import { type ConfigSource, optionNames, type Variable } from '../../adapter-kit/config-source.js'
import { riskAccountOption, tradeAccountOption } from './account-option.js'
import { fileOptions } from './file-options.js'
import type { AlipayOptions } from './option-types.js'

const options = optionNames<AlipayOptions>({
  appId: true,
  privateKey: true,
  signer: true,
  alipayPublicKey: true,
  appCert: true,
  alipayCert: true,
  alipayRootCert: true,
  appAuthToken: true,
  targets: true,
  baseUrl: true,
  account: true,
  rateLimit: true,
  rateLimiter: true,
})

const productVariable = 'ALIPAY_PRODUCT'

const variables: readonly Variable[] = [
  { name: 'ALIPAY_APP_ID', option: 'appId', meaning: { zh: '应用 APPID', en: 'number of the application (APPID)' } },
  {
    name: 'ALIPAY_PRIVATE_KEY_FILE',
    option: 'privateKeyFile',
    meaning: { zh: '应用私钥文件，PEM、DER 或 Base64', en: "the application's private key, PEM, DER or base64" },
  },
  {
    name: 'ALIPAY_PUBLIC_KEY_FILE',
    option: 'alipayPublicKeyFile',
    meaning: { zh: '支付宝公钥文件（不是应用公钥）', en: "Alipay's public key (not the application's own)" },
  },
  {
    name: 'ALIPAY_APP_CERT_FILE',
    option: 'appCertFile',
    meaning: { zh: '应用公钥证书 appCertPublicKey_<APPID>.crt', en: 'appCertPublicKey_<appId>.crt' },
  },
  {
    name: 'ALIPAY_CERT_FILE',
    option: 'alipayCertFile',
    meaning: { zh: '支付宝公钥证书 alipayCertPublicKey_RSA2.crt', en: 'alipayCertPublicKey_RSA2.crt' },
  },
  {
    name: 'ALIPAY_ROOT_CERT_FILE',
    option: 'alipayRootCertFile',
    meaning: { zh: '支付宝根证书 alipayRootCert.crt', en: 'alipayRootCert.crt' },
  },
  {
    name: 'ALIPAY_APP_AUTH_TOKEN_FILE',
    option: 'appAuthTokenFile',
    meaning: {
      zh: '存放商户授权令牌 app_auth_token 的文件，供服务商使用',
      en: "file that holds a merchant's app_auth_token, for service providers",
    },
  },
  {
    name: 'ALIPAY_BASE_URL',
    option: 'baseUrl',
    meaning: { zh: '其他接口地址，例如沙箱的地址', en: 'base URL, e.g. of the sandbox' },
  },
]

const choice = {
  variable: productVariable,
  meaning: {
    zh: '产品：trade（交易投诉，默认）或 risk（消费者投诉）',
    en: 'trade (complaints about mini-programs, default) or risk (complaints about payments)',
  },
} as const

export const alipayTradeConfigSource: ConfigSource = {
  accountOption: tradeAccountOption,
  options,
  fileOptions,
  variables,
  prefix: 'ALIPAY_',
  choice: { ...choice, value: 'trade', isDefault: true },
}

export const alipayRiskConfigSource: ConfigSource = {
  accountOption: riskAccountOption,
  options: options.filter((name) => name !== 'targets'),
  fileOptions,
  variables,
  prefix: 'ALIPAY_',
  choice: { ...choice, value: 'risk', isDefault: false },
}
