import { z } from 'zod'
import { addContext, ComplaintError, ConfigError } from '../errors.js'
import type { ProviderName } from '../model.js'
import { isRecord } from '../parsing/coerce.js'
import { invalidOption } from '../parsing/invalid.js'
import { toBytes } from '../parsing/realm.js'
import { isKey, mayHoldKey } from '../privacy/key-like.js'
import type { KeyInput, RateLimit, RateLimiter, SharedQuota } from '../provider.js'
import type { Signer } from './signer.js'

/** Schema of text that is not blank; trimmed. */
export const nonEmptyText = (): z.ZodString => z.string().trim().min(1)

/** Schema of a key; its content is checked by the functions of `crypto/keys.ts`. */
export const keyInput = (): z.ZodType<KeyInput> =>
  z.custom<KeyInput>((value) => value !== undefined && value !== null, {
    error: 'must be a key: PEM text, DER bytes or a KeyObject',
  })

/** Schema of a certificate; its content is checked by the functions of `crypto/keys.ts`. */
export const certificateInput = (): z.ZodType<string | Uint8Array> =>
  z.custom<string | Uint8Array>((value) => typeof value === 'string' || toBytes(value) !== null, {
    error: 'must be a certificate: PEM text or DER bytes',
  })

/** Schema of `signer`, also for an instance of a class. */
export const signerInput = <S extends Signer>(): z.ZodType<S> =>
  z.custom<S>((value) => typeof (value as { sign?: unknown } | null)?.sign === 'function', {
    error: 'must have sign(message), which returns a promise of the signature',
  })

/** Schema of a token, trimmed, or of a function that gets one. */
export const tokenInput = (): z.ZodType<string | (() => Promise<string>)> =>
  z.union([nonEmptyText(), z.custom<() => Promise<string>>((value) => typeof value === 'function')], {
    error: 'must be a token or a function that returns one',
  })

/** Schemas of the options that every adapter takes. */
export const commonOptions = (): {
  readonly baseUrl: z.ZodExactOptional<z.ZodString>
  readonly account: z.ZodExactOptional<z.ZodString>
  readonly rateLimit: z.ZodExactOptional<z.ZodType<RateLimit | false>>
  readonly rateLimiter: z.ZodExactOptional<z.ZodType<RateLimiter>>
} => ({
  baseUrl: z.string().exactOptional(),
  account: nonEmptyText().exactOptional(),
  rateLimit: z
    .union([z.literal(false), z.strictObject({ requests: z.int().min(1), perMs: z.int().min(1) })])
    .exactOptional(),
  rateLimiter: z
    .custom<RateLimiter>((value) => typeof (value as { consume?: unknown } | null)?.consume === 'function', {
      error: 'must have consume(), as the limiters of rate-limiter-flexible have',
    })
    .exactOptional(),
})

/** The option that names an account unless `account` does, and the form that its value has. */
export interface AccountOption {
  readonly provider: ProviderName
  readonly name: string
  readonly form: RegExp
}

/** A name in letters, digits and simple punctuation; a key in PEM is none. */
const accountName = /^[\p{L}\p{N} ._@:-]{1,64}$/u

/**
 * Runs `resolve`, which checks the options of an adapter. Its error gets the provider, and the account as soon as an
 * option names it, also when that option is wrong itself.
 */
export function withAccountContext<T>(option: AccountOption, input: unknown, resolve: () => T): T {
  try {
    const resolved = resolve()
    for (const name of ['account', option.name]) assertAccountName(name, input)
    return resolved
  } catch (error) {
    if (!ComplaintError.isInstance(error)) throw error
    throw addContext(error, { provider: option.provider, account: accountOf(option, input) })
  }
}

/** The name of an account is in every complaint, error and event. */
function assertAccountName(option: string, input: unknown): void {
  if (!isRecord(input) || !isKey(textOf(input[option]))) return
  throw invalidOption(option, 'looks like a key or token: give a name that may be shown')
}

/** The account's name, as soon as an option tells it; null for a value that may be a key in the wrong option. */
export function accountOf({ name, form }: AccountOption, input: unknown): string | null {
  if (!isRecord(input)) return null
  const own = textOf(input.account)
  if (accountName.test(own) && !mayHoldKey(own)) return own
  const id = textOf(input[name])
  return form.test(id) && !mayHoldKey(id) ? id : null
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
}

/** The user's quota; null if it is switched off; by default the documented one. */
export function resolveRateLimit(
  option: RateLimit | false | undefined,
  documented: RateLimit | null,
): RateLimit | null {
  return option === undefined ? documented : option === false ? null : option
}

/**
 * The quota that several processes share; undefined without `rateLimiter`.
 * @param factory named in the error, e.g. `wechatpay()`
 * @throws ConfigError when both `rateLimiter` and a `rateLimit` of the user are given
 */
export function resolveSharedQuota(
  options: { rateLimit?: RateLimit | false | undefined; rateLimiter?: RateLimiter | undefined },
  documented: RateLimit | null,
  factory: string,
): SharedQuota | undefined {
  const { rateLimit = false, rateLimiter } = options
  if (rateLimiter === undefined) return undefined
  // The limiter is hidden in a closure: printing an adapter must not show the password of the limiter's store.
  const limiter: RateLimiter = { consume: (key, points) => rateLimiter.consume(key, points) }
  if (rateLimit === false) return { limiter, fallback: documented }
  throw new ConfigError(`${factory}: rateLimiter holds the quota; with it rateLimit may only be false, or left out`)
}
