import { delimiter } from 'node:path'
import type { ProviderName } from '../../model.js'
import type { AccountDescription } from './accounts.js'

interface Variable {
  readonly name: string
  /** The member of an account's description that it fills. */
  readonly option: string
  /** For `--help`; docs/cli.md has them, too. */
  readonly meaning: string
  /** Several paths, separated as in PATH. */
  readonly isList?: boolean
}

const variable = (name: string, option: string, meaning: string, isList = false): Variable => ({
  name,
  option,
  meaning,
  isList,
})

/** Every variable that the command line reads accounts from. */
export const variables: Readonly<Record<ProviderName, readonly Variable[]>> = {
  wechatpay: [
    variable('WECHATPAY_MCHID', 'mchid', 'merchant number (商户号)'),
    variable('WECHATPAY_SERIAL_NO', 'serialNo', 'serial number of the merchant API certificate'),
    variable('WECHATPAY_PRIVATE_KEY_FILE', 'privateKeyFile', 'apiclient_key.pem'),
    variable('WECHATPAY_PFX_FILE', 'pfxFile', 'apiclient_cert.p12, instead of key and serial number'),
    variable('WECHATPAY_PFX_PASSPHRASE', 'pfxPassphrase', 'default: the merchant number'),
    variable('WECHATPAY_PUBLIC_KEY_ID', 'publicKeyId', 'PUB_KEY_ID_… of the WeChat Pay public key'),
    variable('WECHATPAY_PUBLIC_KEY_FILE', 'publicKeyFile', 'pub_key.pem (微信支付公钥)'),
    variable('WECHATPAY_CERTIFICATE_FILES', 'certificateFiles', 'platform certificates', true),
    variable('WECHATPAY_API_V3_KEY_FILE', 'apiV3KeyFile', 'file that holds the APIv3 key'),
    variable('WECHATPAY_API_V3_KEY', 'apiV3Key', 'the APIv3 key itself'),
    variable('WECHATPAY_BASE_URL', 'baseUrl', 'another address, e.g. the sandbox'),
  ],
  huishouqian: [
    variable('HUISHOUQIAN_MERCHANT_NO', 'merchantNo', 'merchant number (商户号)'),
    variable('HUISHOUQIAN_SIGN_TYPE', 'signType', 'RSA2 or CFCA'),
    variable('HUISHOUQIAN_KEY_FILE', 'keyFile', 'file that holds the merchant key (商户密钥)'),
    variable('HUISHOUQIAN_KEY', 'key', 'the merchant key itself'),
    variable('HUISHOUQIAN_PRIVATE_KEY_FILE', 'privateKeyFile', 'the private key, PEM or DER'),
    variable('HUISHOUQIAN_PFX_FILE', 'pfxFile', '<merchant>_pri.pfx, instead of the private key'),
    variable('HUISHOUQIAN_PFX_PASSPHRASE_FILE', 'pfxPassphraseFile', 'file that holds its passphrase'),
    variable('HUISHOUQIAN_PFX_PASSPHRASE', 'pfxPassphrase', 'its passphrase itself'),
    variable('HUISHOUQIAN_PLATFORM_CERTIFICATE_FILES', 'platformCertificateFiles', 'MANDAO_<merchant>_pub.cer', true),
    variable('HUISHOUQIAN_AGENT_MERCHANT_NO', 'agentMerchantNo', 'agent number (代理商商户号)'),
    variable('HUISHOUQIAN_ENVIRONMENT', 'environment', 'production or test'),
    variable('HUISHOUQIAN_BASE_URL', 'baseUrl', 'another address, e.g. the sandbox'),
  ],
  xiaoe: [
    variable('XIAOE_APP_ID', 'appId', 'shop id'),
    variable('XIAOE_CLIENT_ID', 'clientId', 'client id of the application'),
    variable('XIAOE_SECRET_KEY_FILE', 'secretKeyFile', 'file that holds its secret key'),
    variable('XIAOE_SECRET_KEY', 'secretKey', 'the secret key itself'),
    variable('XIAOE_ACCESS_TOKEN_FILE', 'accessTokenFile', 'file that holds an access token, instead of both'),
    variable('XIAOE_ACCESS_TOKEN', 'accessToken', 'an access token itself'),
    variable('XIAOE_BASE_URL', 'baseUrl', 'another address, e.g. the sandbox'),
  ],
}

/** One account for each provider of which a variable is set. An empty variable is one that is not set. */
export function accountsFromEnvironment(env: Readonly<Record<string, string | undefined>>): AccountDescription[] {
  return Object.entries(variables).flatMap(([provider, known]) => {
    const options = known.flatMap(({ name, option, isList }) => {
      const value = env[name]?.trim()
      return value === undefined || value === '' ? [] : [[option, isList ? splitPaths(value) : value] as const]
    })
    return options.length === 0 ? [] : [{ ...Object.fromEntries(options), provider: provider as ProviderName }]
  })
}

/** As in PATH, an empty entry names nothing. */
function splitPaths(value: string): string[] {
  return value
    .split(delimiter)
    .map((path) => path.trim())
    .filter((path) => path !== '')
}

/** Variables that look as if they were meant for us and are not known: most likely misspelt. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const names = new Set(Object.values(variables).flatMap((known) => known.map(({ name }) => name)))
  return Object.keys(env).filter((name) => /^(?:WECHATPAY|HUISHOUQIAN|XIAOE)_/.test(name) && !names.has(name))
}
