import { type ConfigSource, optionNames } from '../../adapter-kit/config-source.js'
import { accountOption } from './account-option.js'
import { fileOptions } from './file-options.js'
import type { HuishouqianOptions } from './options.js'

export const huishouqianConfigSource: ConfigSource = {
  accountOption,
  options: optionNames<HuishouqianOptions>({
    merchantNo: true,
    signType: true,
    key: true,
    privateKey: true,
    platformCertificate: true,
    agentMerchantNo: true,
    environment: true,
    baseUrl: true,
    account: true,
    rateLimit: true,
    rateLimiter: true,
    signer: true,
    certificate: true,
    serialNo: true,
  }),
  fileOptions,
  variables: [
    {
      name: 'HUISHOUQIAN_MERCHANT_NO',
      option: 'merchantNo',
      meaning: { zh: '商户号', en: 'merchant number (商户号)' },
    },
    {
      name: 'HUISHOUQIAN_SIGN_TYPE',
      option: 'signType',
      meaning: { zh: '加密方式：RSA2 或 CFCA', en: 'RSA2 or CFCA' },
    },
    {
      name: 'HUISHOUQIAN_KEY_FILE',
      option: 'keyFile',
      meaning: { zh: '存放商户密钥的文件', en: 'file that holds the merchant key (商户密钥)' },
    },
    { name: 'HUISHOUQIAN_KEY', option: 'key', meaning: { zh: '商户密钥本身', en: 'the merchant key itself' } },
    {
      name: 'HUISHOUQIAN_PRIVATE_KEY_FILE',
      option: 'privateKeyFile',
      meaning: { zh: '私钥文件，PEM 或 DER', en: 'private key, PEM or DER' },
    },
    {
      name: 'HUISHOUQIAN_PFX_FILE',
      option: 'pfxFile',
      meaning: { zh: '<商户号>_pri.pfx，可代替私钥文件', en: '<merchant>_pri.pfx, instead of the private key' },
    },
    {
      name: 'HUISHOUQIAN_PFX_PASSPHRASE_FILE',
      option: 'pfxPassphraseFile',
      meaning: { zh: '存放 .pfx 密码的文件', en: 'file that holds the passphrase of the .pfx' },
    },
    {
      name: 'HUISHOUQIAN_PFX_PASSPHRASE',
      option: 'pfxPassphrase',
      meaning: { zh: '.pfx 密码本身', en: 'the passphrase itself' },
    },
    {
      name: 'HUISHOUQIAN_PLATFORM_CERTIFICATE_FILES',
      option: 'platformCertificateFiles',
      meaning: { zh: '平台证书 MANDAO_<商户号>_pub.cer', en: 'MANDAO_<merchant>_pub.cer' },
      isList: true,
    },
    {
      name: 'HUISHOUQIAN_AGENT_MERCHANT_NO',
      option: 'agentMerchantNo',
      meaning: { zh: '代理商商户号', en: 'agent number (代理商商户号)' },
    },
    {
      name: 'HUISHOUQIAN_ENVIRONMENT',
      option: 'environment',
      meaning: { zh: '环境：production（生产）或 test（测试）', en: 'production or test' },
    },
    {
      name: 'HUISHOUQIAN_BASE_URL',
      option: 'baseUrl',
      meaning: { zh: '其他接口地址，例如沙箱的地址', en: 'base URL, e.g. of the sandbox' },
    },
  ],
}
