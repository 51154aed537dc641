import { readFileSync } from 'node:fs'
import { RateLimiterRedis } from 'rate-limiter-flexible'
import { ComplaintClient, huishouqian, wechatpay, xiaoe } from 'unified-complaints'

const adapters = { huishouqian, wechatpay, xiaoe }

/**
 * What each provider allows one account: WeChat Pay 200 in 60 s, Xiaoe 500 in 10 s. The limiter's windows are fixed, so
 * twice its points may come together around the end of one; of short windows, 13 of 5 s and 11 of 1 s, an interval of
 * the provider's touches no more than it allows. Huishouqian states nothing; that is modest.
 */
const quotas = {
  wechatpay: { points: 15, duration: 5 },
  huishouqian: { points: 2, duration: 1 },
  xiaoe: { points: 45, duration: 1 },
  ...JSON.parse(process.env.QUOTAS ?? '{}'),
}

/** One client for all accounts; `redis` counts their requests, of all processes together. */
export function createClient(redis) {
  const accounts = JSON.parse(readFileSync(process.env.ACCOUNTS_FILE, 'utf8'))
  const limiters = Object.fromEntries(
    Object.entries(quotas).map(([provider, quota]) => [
      provider,
      new RateLimiterRedis({ storeClient: redis, keyPrefix: 'complaint-quota', ...quota }),
    ]),
  )
  return new ComplaintClient(
    accounts.map(({ provider, ...options }) =>
      adapters[provider]({ ...options, rateLimit: false, rateLimiter: limiters[provider] }),
    ),
  )
}
