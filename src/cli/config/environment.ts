import { delimiter } from 'node:path'
import type { ProviderName } from '../../model.js'
import type { AccountDescription } from './accounts.js'

interface Variable {
  readonly name: string
  /** The option of AccountDescription that it sets. */
  readonly option: string
  /** For `--help`; docs/cli.md describes the same variables. */
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

/** All variables that configure accounts. */
export const variables: Readonly<Record<ProviderName, readonly Variable[]>> = {
  wechatpay: [
    variable('WECHATPAY_MCHID', 'mchid', 'merchant number (商户号)'),
    variable('WECHATPAY_SERIAL_NO', 'serialNo', 'serial number of the merchant API certificate'),
    variable('WECHATPAY_PRIVATE_KEY_FILE', 'privateKeyFile', 'apiclient_key.pem'),
    variable('WECHATPAY_PFX_FILE', 'pfxFile', 'apiclient_cert.p12, instead of private key and serial number'),
    variable('WECHATPAY_PFX_PASSPHRASE', 'pfxPassphrase', 'passphrase of the .p12 (default: the merchant number)'),
    variable('WECHATPAY_PUBLIC_KEY_ID', 'publicKeyId', 'id of the WeChat Pay public key (PUB_KEY_ID_…)'),
    variable('WECHATPAY_PUBLIC_KEY_FILE', 'publicKeyFile', 'pub_key.pem (微信支付公钥)'),
    variable('WECHATPAY_CERTIFICATE_FILES', 'certificateFiles', 'platform certificates', true),
    variable('WECHATPAY_API_V3_KEY_FILE', 'apiV3KeyFile', 'file that holds the APIv3 key'),
    variable('WECHATPAY_API_V3_KEY', 'apiV3Key', 'the APIv3 key itself'),
    variable('WECHATPAY_BASE_URL', 'baseUrl', 'base URL, e.g. of the sandbox'),
  ],
  huishouqian: [
    variable('HUISHOUQIAN_MERCHANT_NO', 'merchantNo', 'merchant number (商户号)'),
    variable('HUISHOUQIAN_SIGN_TYPE', 'signType', 'RSA2 or CFCA'),
    variable('HUISHOUQIAN_KEY_FILE', 'keyFile', 'file that holds the merchant key (商户密钥)'),
    variable('HUISHOUQIAN_KEY', 'key', 'the merchant key itself'),
    variable('HUISHOUQIAN_PRIVATE_KEY_FILE', 'privateKeyFile', 'private key, PEM or DER'),
    variable('HUISHOUQIAN_PFX_FILE', 'pfxFile', '<merchant>_pri.pfx, instead of the private key'),
    variable('HUISHOUQIAN_PFX_PASSPHRASE_FILE', 'pfxPassphraseFile', 'file that holds the passphrase of the .pfx'),
    variable('HUISHOUQIAN_PFX_PASSPHRASE', 'pfxPassphrase', 'the passphrase itself'),
    variable('HUISHOUQIAN_PLATFORM_CERTIFICATE_FILES', 'platformCertificateFiles', 'MANDAO_<merchant>_pub.cer', true),
    variable('HUISHOUQIAN_AGENT_MERCHANT_NO', 'agentMerchantNo', 'agent number (代理商商户号)'),
    variable('HUISHOUQIAN_ENVIRONMENT', 'environment', 'production or test'),
    variable('HUISHOUQIAN_BASE_URL', 'baseUrl', 'base URL, e.g. of the sandbox'),
  ],
  xiaoe: [
    variable('XIAOE_APP_ID', 'appId', 'shop id'),
    variable('XIAOE_CLIENT_ID', 'clientId', 'client id of the application'),
    variable('XIAOE_SECRET_KEY_FILE', 'secretKeyFile', 'file that holds the secret key'),
    variable('XIAOE_SECRET_KEY', 'secretKey', 'the secret key itself'),
    variable(
      'XIAOE_ACCESS_TOKEN_FILE',
      'accessTokenFile',
      'file that holds an access token, instead of client id and secret key',
    ),
    variable('XIAOE_ACCESS_TOKEN', 'accessToken', 'the access token itself'),
    variable('XIAOE_BASE_URL', 'baseUrl', 'base URL, e.g. of the sandbox'),
  ],
}

/** One account for each provider with at least one variable set. An empty variable counts as unset. */
export function accountsFromEnvironment(env: Readonly<Record<string, string | undefined>>): AccountDescription[] {
  return Object.entries(variables).flatMap(([provider, providerVariables]) => {
    const options = providerVariables.flatMap(({ name, option, isList }) => {
      const value = env[name]?.trim()
      return value === undefined || value === '' ? [] : [[option, isList ? splitPaths(value) : value] as const]
    })
    return options.length === 0 ? [] : [{ ...Object.fromEntries(options), provider: provider as ProviderName }]
  })
}

/** Splits as in PATH: empty entries are ignored. */
function splitPaths(value: string): string[] {
  return value
    .split(delimiter)
    .map((path) => path.trim())
    .filter((path) => path !== '')
}

/** Variables with a provider's prefix that are not in the table: probably misspelt. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const names = new Set(
    Object.values(variables).flatMap((providerVariables) => providerVariables.map(({ name }) => name)),
  )
  return Object.keys(env).filter((name) => /^(?:WECHATPAY|HUISHOUQIAN|XIAOE)_/.test(name) && !names.has(name))
}
