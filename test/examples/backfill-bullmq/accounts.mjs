import { readFileSync } from 'node:fs'
import { RateLimiterRedis } from 'rate-limiter-flexible'
import { ComplaintClient, huishouqian, wechatpay, xiaoe } from 'unified-complaints'

const adapters = { huishouqian, wechatpay, xiaoe }

/** What each provider allows one account. Huishouqian states nothing; that is modest. */
const quotas = {
  wechatpay: { points: 200, duration: 60 },
  huishouqian: { points: 20, duration: 10 },
  xiaoe: { points: 500, duration: 10 },
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
