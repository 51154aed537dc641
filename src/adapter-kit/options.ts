import { z } from 'zod'
import { ConfigError } from '../errors.js'
import type { KeyInput, RateLimit, RateLimiter, SharedQuota } from '../provider.js'

/** Schema of text that says something. */
export const filledText = (): z.ZodString => z.string().trim().min(1)

/** Schema of a key; what it holds is looked at when it is parsed. */
export const keyInput = (): z.ZodType<KeyInput> =>
  z.custom<KeyInput>((value) => value !== undefined && value !== null && value !== '', {
    error: 'must be a key: PEM text, DER bytes or a KeyObject',
  })

/** Schemas of the options that every adapter takes. */
export const commonOptions = (): {
  readonly baseUrl: z.ZodExactOptional<z.ZodString>
  readonly account: z.ZodExactOptional<z.ZodString>
  readonly rateLimit: z.ZodExactOptional<z.ZodType<RateLimit | false>>
  readonly rateLimiter: z.ZodExactOptional<z.ZodType<RateLimiter>>
} => ({
  baseUrl: z.string().exactOptional(),
  account: filledText().exactOptional(),
  rateLimit: z
    .union([z.literal(false), z.strictObject({ requests: z.int().min(1), perMs: z.int().min(1) })])
    .exactOptional(),
  rateLimiter: z
    .custom<RateLimiter>((value) => typeof (value as { consume?: unknown } | null)?.consume === 'function', {
      error: 'must have consume(), as the limiters of rate-limiter-flexible have',
    })
    .exactOptional(),
})

/** The quota in force: the user's, none when switched off, else the provider's documented one. */
export function rateLimitOf(option: RateLimit | false | undefined, documented: RateLimit | null): RateLimit | null {
  return option === undefined ? documented : option === false ? null : option
}

/**
 * The quota that several processes share, when the user gave a limiter for it.
 * @param what names the call for the message, e.g. `wechatpay()`
 * @throws ConfigError when a local quota of the user's own is given too: which of the two would hold?
 */
export function sharedQuotaOf(
  options: { rateLimit?: RateLimit | false | undefined; rateLimiter?: RateLimiter | undefined },
  documented: RateLimit | null,
  what: string,
): SharedQuota | undefined {
  const { rateLimit = false, rateLimiter } = options
  if (rateLimiter === undefined) return undefined
  // Behind a function: whoever prints an adapter shall not see the password of the limiter's store.
  const limiter: RateLimiter = { consume: (key, points) => rateLimiter.consume(key, points) }
  if (rateLimit === false) return { limiter, fallback: documented }
  throw new ConfigError(`${what}: rateLimiter holds the quota; beside it rateLimit may only be false, or left out`)
}
