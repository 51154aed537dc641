import { RateLimiterRedis } from 'rate-limiter-flexible'
import { ComplaintClient } from 'unified-complaints'
import { loadConfig } from 'unified-complaints/config'

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
export async function createClient(redis) {
  const { adapters, clientOptions } = await loadConfig(process.env.ACCOUNTS_FILE)
  const limiters = Object.fromEntries(
    Object.entries(quotas).map(([provider, quota]) => [
      provider,
      new RateLimiterRedis({ storeClient: redis, keyPrefix: 'complaint-quota', ...quota }),
    ]),
  )
  // The quota that all processes share, in place of the one of this process.
  const shared = adapters.map((adapter) => ({
    ...adapter,
    limits: { ...adapter.limits, rateLimit: null },
    sharedQuota: { limiter: limiters[adapter.provider], fallback: adapter.limits.rateLimit },
  }))
  return new ComplaintClient(shared, clientOptions)
}
