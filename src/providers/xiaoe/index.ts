import { z } from 'zod'
import { commonOptions, filledText, rateLimitOf, sharedQuotaOf } from '../../adapter-kit/options.js'
import { ConfigError } from '../../errors.js'
import type { XiaoeComplaint } from '../../model.js'
import { parseBaseUrl, validateOptions } from '../../parsing/validate.js'
import type { Adapter, RateLimit, RateLimiter } from '../../provider.js'
import { connect } from './request.js'
import { askedTokenSource, fixedTokenSource } from './token/external-source.js'
import type { TokenStore } from './token/safe-store.js'
import { createTokenSource, officialBaseUrl } from './token/source.js'

export type { TokenStore }

interface CommonOptions {
  /** The shop's app_id, `app…`. */
  appId: string
  /** Default `https://api.xiaoe-tech.com`. */
  baseUrl?: string | undefined
  /** The name of this account in complaints and refs. Default: appId. */
  account?: string | undefined
  /** Default 500 requests per 10 s. `false` switches it off. */
  rateLimit?: RateLimit | false | undefined
  /**
   * A quota that several processes share: a limiter of rate-limiter-flexible, e.g. over Redis. It is asked beside the
   * local quota, or alone with `rateLimit: false`; not together with a `rateLimit` of your own. While its store fails,
   * a warning event says so, and each process keeps to the documented quota by itself.
   */
  rateLimiter?: RateLimiter | undefined
}

/** Either the application's secret, with which tokens are fetched, or a token brought from elsewhere. */
export type XiaoeOptions = CommonOptions &
  (
    | {
        clientId: string
        secretKey: string
        /** Shares tokens between processes: a Keyv, e.g. over Redis. */
        tokenStore?: TokenStore | undefined
      }
    | {
        /** A token, or a function that asks a central token server for one, within `timeoutMs`; it is asked for every request, so let it keep the token. */
        accessToken: string | (() => Promise<string>)
      }
  )

const documentedRateLimit: RateLimit = { requests: 500, perMs: 10_000 }

const tokenStore = () =>
  z.custom<TokenStore>(
    (value) =>
      ['get', 'set', 'delete'].every(
        (method) => typeof (value as Record<string, unknown> | null)?.[method] === 'function',
      ),
    { error: 'must have get(), set() and delete(), as a Keyv has' },
  )
const tokenFunction = () =>
  z.custom<() => Promise<string>>((value) => typeof value === 'function', {
    error: 'must be a token or a function that returns one',
  })

const schema = z.lazy(() =>
  z.strictObject({
    appId: filledText(),
    clientId: filledText().exactOptional(),
    secretKey: filledText().exactOptional(),
    tokenStore: tokenStore().exactOptional(),
    accessToken: z.union([filledText(), tokenFunction()]).exactOptional(),
    ...commonOptions(),
  }),
)

/**
 * Xiaoe-tech (小鹅通): complaints of a shop. The application needs the permission 投诉管理-查询.
 * @throws ConfigError naming the option that is wrong, never its value
 * @see https://api-doc.xiaoe-tech.com/api_list/pay_through/get_complaint_list.html
 */
export function xiaoe(options: XiaoeOptions): Adapter<XiaoeComplaint> {
  const {
    appId,
    clientId,
    secretKey,
    tokenStore: store,
    accessToken,
    ...common
  } = validateOptions(schema, options, 'xiaoe()')
  const baseUrl = parseBaseUrl(common.baseUrl ?? officialBaseUrl, 'baseUrl')
  const account = common.account ?? appId
  const bySecret = clientId !== undefined && secretKey !== undefined && accessToken === undefined
  const byToken = accessToken !== undefined && clientId === undefined && secretKey === undefined && store === undefined
  if (!bySecret && !byToken) {
    throw new ConfigError('xiaoe(): give either { appId, clientId, secretKey, tokenStore? } or { appId, accessToken }')
  }
  return {
    provider: 'xiaoe',
    account,
    limits: {
      pageSize: { min: 1, max: 100, default: 50 },
      windowDays: 30,
      maxSpanDays: null,
      concurrency: null,
      rateLimit: rateLimitOf(common.rateLimit, documentedRateLimit),
    },
    capabilities: {
      history: true,
      // Pictures lie on other hosts than the configured one, and no page names them.
      media: false,
      notifications: false,
      merchant: false,
      merchantOrderNo: false,
      paging: { style: 'page', totals: 'hint' },
    },
    sharedQuota: sharedQuotaOf(common, documentedRateLimit, 'xiaoe()'),
    connect(runtime) {
      const tokens = bySecret
        ? createTokenSource({ appId, clientId, secretKey }, baseUrl, store, runtime)
        : typeof accessToken === 'function'
          ? askedTokenSource(accessToken, runtime)
          : fixedTokenSource(accessToken ?? '', runtime)
      return connect(account, baseUrl, tokens, runtime)
    },
  }
}
