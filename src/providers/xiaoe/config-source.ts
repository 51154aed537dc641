import { type ConfigSource, optionNames } from '../../adapter-kit/config-source.js'
import { accountOption } from './account-option.js'
import { fileOptions } from './file-options.js'
import type { XiaoeOptions } from './options.js'

export const xiaoeConfigSource: ConfigSource = {
  accountOption,
  options: optionNames<XiaoeOptions>({
    appId: true,
    clientId: true,
    secretKey: true,
    tokenStore: true,
    accessToken: true,
    baseUrl: true,
    account: true,
    rateLimit: true,
    rateLimiter: true,
  }),
  fileOptions,
  variables: [
    { name: 'XIAOE_APP_ID', option: 'appId', meaning: { zh: '店铺的 app_id', en: 'shop id' } },
    {
      name: 'XIAOE_CLIENT_ID',
      option: 'clientId',
      meaning: { zh: '应用的 client_id', en: 'client id of the application' },
    },
    {
      name: 'XIAOE_SECRET_KEY_FILE',
      option: 'secretKeyFile',
      meaning: { zh: '存放应用 secret_key 的文件', en: 'file that holds the secret key' },
    },
    { name: 'XIAOE_SECRET_KEY', option: 'secretKey', meaning: { zh: 'secret_key 本身', en: 'the secret key itself' } },
    {
      name: 'XIAOE_ACCESS_TOKEN_FILE',
      option: 'accessTokenFile',
      meaning: {
        zh: '存放 access_token 的文件，可代替 client_id 和 secret_key',
        en: 'file that holds an access token, instead of client id and secret key',
      },
    },
    {
      name: 'XIAOE_ACCESS_TOKEN',
      option: 'accessToken',
      meaning: { zh: 'access_token 本身', en: 'the access token itself' },
    },
    {
      name: 'XIAOE_BASE_URL',
      option: 'baseUrl',
      meaning: { zh: '其他接口地址，例如沙箱的地址', en: 'base URL, e.g. of the sandbox' },
    },
  ],
}
