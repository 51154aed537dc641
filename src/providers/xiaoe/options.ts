import { z } from 'zod'
import { validateAdapterOptions } from '../../adapter-kit/file-options.js'
import {
  commonOptions,
  nonEmptyText,
  resolveRateLimit,
  resolveSharedQuota,
  tokenInput,
  withAccountContext,
} from '../../adapter-kit/options.js'
import { ConfigError } from '../../errors.js'
import { parseBaseUrl } from '../../parsing/validate.js'
import type { RateLimit, RateLimiter, SharedQuota } from '../../provider.js'
import { accountOption } from './account-option.js'
import { fileOptions } from './file-options.js'
import type { TokenStore } from './token/safe-store.js'

/**
 * Options of {@link xiaoe}: either the application's secret, with which tokens are fetched, or a token from elsewhere.
 * @example
 * ```ts
 * const options: XiaoeOptions = { appId: 'app123', clientId, secretKey }
 * ```
 * @see https://api-doc.xiaoe-tech.com/api_list/pay_through/get_complaint_list.html
 */
export type XiaoeOptions = XiaoeCommonOptions & (XiaoeAccessToken | XiaoeSecret | MissingToken)

interface XiaoeCommonOptions {
  /** The shop's app_id, `app…`. */
  appId: string
  /** Default `https://api.xiaoe-tech.com`. */
  baseUrl?: string | undefined
  /** The name of this account in complaints and refs. Default: appId. */
  account?: string | undefined
  /** Default 500 requests per 10 s. `false` switches it off. */
  rateLimit?: RateLimit | false | undefined
  /**
   * A quota that several processes share: a limiter of rate-limiter-flexible, e.g. over Redis. It is used besides the
   * local quota, or alone with `rateLimit: false`; not together with a `rateLimit` of your own. While its store fails,
   * a warning event is emitted, and each process keeps to the documented quota.
   */
  rateLimiter?: RateLimiter | undefined
}

interface XiaoeSecret {
  /** The application's client_id. */
  clientId: string
  /** The application's secret_key. */
  secretKey: string
  /** Shares tokens between processes: a Keyv, e.g. over Redis. */
  tokenStore?: TokenStore | undefined
  accessToken?: undefined
}

interface XiaoeAccessToken {
  /** A token, or a function that gets one from a central token server within `timeoutMs`. The function is called for every request and should cache the token. */
  accessToken: string | (() => Promise<string>)
  clientId?: undefined
  secretKey?: undefined
  tokenStore?: undefined
}

/** Never satisfiable: it exists so that TypeScript's error quotes its key when neither credential set is given. */
interface MissingToken {
  clientId?: undefined
  secretKey?: undefined
  accessToken?: undefined
  tokenStore?: TokenStore | undefined
  'clientId and secretKey, or accessToken': never
}

/** The validated options. */
export interface XiaoeConfig {
  readonly account: string
  readonly appId: string
  readonly baseUrl: string
  readonly tokens: TokenOptions
  readonly rateLimit: RateLimit | null
  readonly sharedQuota: SharedQuota | undefined
}

export type TokenOptions =
  | { readonly clientId: string; readonly secretKey: string; readonly tokenStore: TokenStore | undefined }
  | { readonly accessToken: string | (() => Promise<string>) }

export const officialBaseUrl = 'https://api.xiaoe-tech.com'
const documentedRateLimit: RateLimit = { requests: 500, perMs: 10_000 }

const tokenStore = () =>
  z.custom<TokenStore>(
    (value) =>
      ['get', 'set', 'delete'].every(
        (method) => typeof (value as Record<string, unknown> | null)?.[method] === 'function',
      ),
    { error: 'must have get(), set() and delete(), as a Keyv has' },
  )

const schema = z.lazy(() =>
  z.strictObject({
    appId: nonEmptyText(),
    clientId: nonEmptyText().exactOptional(),
    secretKey: nonEmptyText().exactOptional(),
    tokenStore: tokenStore().exactOptional(),
    accessToken: tokenInput().exactOptional(),
    ...commonOptions(),
  }),
)

/** @throws ConfigError naming the option that is wrong, never its value */
export function resolveConfig(input: XiaoeOptions): XiaoeConfig {
  return withAccountContext(accountOption, input, () => resolve(input))
}

function resolve(input: XiaoeOptions): XiaoeConfig {
  const options = validateAdapterOptions(schema, input, 'xiaoe()', fileOptions)
  const { appId, clientId, account = appId } = options
  // Each of them begins so, as the console shows them side by side.
  if (/^xop/i.test(appId) && clientId !== undefined && /^app/i.test(clientId))
    throw new ConfigError('xiaoe(): appId and clientId are swapped: appId begins with app, clientId with xop')
  const baseUrl = parseBaseUrl(options.baseUrl ?? officialBaseUrl, 'baseUrl')
  return {
    account,
    appId,
    baseUrl,
    tokens: resolveTokenOptions(options),
    rateLimit: resolveRateLimit(options.rateLimit, documentedRateLimit),
    sharedQuota: resolveSharedQuota(options, documentedRateLimit, 'xiaoe()'),
  }
}

function resolveTokenOptions(options: z.output<typeof schema>): TokenOptions {
  const { clientId, secretKey, tokenStore, accessToken } = options
  if (clientId !== undefined && secretKey !== undefined && accessToken === undefined)
    return { clientId, secretKey, tokenStore }
  if (accessToken !== undefined && clientId === undefined && secretKey === undefined && tokenStore === undefined)
    return { accessToken }
  throw new ConfigError('xiaoe(): give either { appId, clientId, secretKey, tokenStore? } or { appId, accessToken }')
}
