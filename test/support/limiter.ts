import { createLimiter, createQuotaState, type Limiter, type QuotaState } from '../../src/http/limiter.js'
import type { Permit } from '../../src/http/permit.js'
import type { SharedLimiter } from '../../src/http/shared-limiter.js'
import type { RateLimit } from '../../src/provider.js'

/** A limiter whose `acquire` takes a permit that is always free, unless a test gives another. */
export interface TestLimiter extends Pick<Limiter, 'backOff'> {
  acquire(
    quota: string,
    signal: AbortSignal | undefined,
    onWait: (delayMs: number) => void,
    permit?: Permit,
  ): Promise<void>
}

const free: Permit = { isHeld: () => true, acquire: async () => {}, release: () => {} }

/** A limiter of a process that nothing shares its quota with, unless a test says otherwise. */
export function limiterOf(
  limit: RateLimit | null,
  shared: SharedLimiter | null = null,
  fallback: RateLimit | null = null,
  state: QuotaState = createQuotaState(),
): TestLimiter {
  const limiter = createLimiter(limit, () => performance.now(), shared, fallback, state)
  return {
    acquire: (quota, signal, onWait, permit = free) => limiter.acquire(quota, signal, onWait, permit),
    backOff: limiter.backOff,
  }
}
