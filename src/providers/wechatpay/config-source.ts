import { type ConfigSource, optionNames } from '../../adapter-kit/config-source.js'
import { accountOption } from './account-option.js'
import { fileOptions } from './file-options.js'
import type { WechatPayOptions } from './options.js'

export const wechatpayConfigSource: ConfigSource = {
  accountOption,
  options: optionNames<WechatPayOptions>({
    mchid: true,
    serialNo: true,
    certificate: true,
    privateKey: true,
    privateKeys: true,
    publicKeyId: true,
    publicKey: true,
    certificates: true,
    apiV3Key: true,
    decryptPhone: true,
    baseUrl: true,
    backupBaseUrl: true,
    account: true,
    rateLimit: true,
    rateLimiter: true,
    signer: true,
  }),
  fileOptions,
  variables: [
    { name: 'WECHATPAY_MCHID', option: 'mchid', meaning: { zh: '商户号', en: 'merchant number (商户号)' } },
    {
      name: 'WECHATPAY_SERIAL_NO',
      option: 'serialNo',
      meaning: { zh: '商户 API 证书序列号', en: 'serial number of the merchant API certificate' },
    },
    {
      name: 'WECHATPAY_PRIVATE_KEY_FILE',
      option: 'privateKeyFile',
      meaning: { zh: '商户 API 私钥文件 apiclient_key.pem', en: 'apiclient_key.pem' },
    },
    {
      name: 'WECHATPAY_PFX_FILE',
      option: 'pfxFile',
      meaning: {
        zh: 'apiclient_cert.p12，可代替私钥和证书序列号',
        en: 'apiclient_cert.p12, instead of private key and serial number',
      },
    },
    {
      name: 'WECHATPAY_PFX_PASSPHRASE',
      option: 'pfxPassphrase',
      meaning: { zh: '.p12 文件的密码，默认为商户号', en: 'passphrase of the .p12 (default: the merchant number)' },
    },
    {
      name: 'WECHATPAY_PUBLIC_KEY_ID',
      option: 'publicKeyId',
      meaning: { zh: '微信支付公钥 ID（PUB_KEY_ID_…）', en: 'id of the WeChat Pay public key (PUB_KEY_ID_…)' },
    },
    {
      name: 'WECHATPAY_PUBLIC_KEY_FILE',
      option: 'publicKeyFile',
      meaning: { zh: '微信支付公钥文件 pub_key.pem', en: 'pub_key.pem (微信支付公钥)' },
    },
    {
      name: 'WECHATPAY_CERTIFICATE_FILES',
      option: 'certificateFiles',
      meaning: { zh: '微信支付平台证书文件', en: 'platform certificates' },
      isList: true,
    },
    {
      name: 'WECHATPAY_API_V3_KEY_FILE',
      option: 'apiV3KeyFile',
      meaning: { zh: '存放 APIv3 密钥的文件', en: 'file that holds the APIv3 key' },
    },
    {
      name: 'WECHATPAY_API_V3_KEY',
      option: 'apiV3Key',
      meaning: { zh: 'APIv3 密钥本身', en: 'the APIv3 key itself' },
    },
    {
      name: 'WECHATPAY_BASE_URL',
      option: 'baseUrl',
      meaning: { zh: '其他接口地址，例如沙箱的地址', en: 'base URL, e.g. of the sandbox' },
    },
  ],
}
