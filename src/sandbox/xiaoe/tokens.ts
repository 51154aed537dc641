import { randomBytes } from 'node:crypto'

export interface Tokens {
  /** A new token or, under `kept`, the current one. */
  issue(now: number): { token: string; expiresInSeconds: number }
  isAlive(token: string, now: number): boolean
  kill(): void
}

/** Under `kept` a fetch returns the same token while more than this remains. */
const renewBelowMs = 1_800_000
/** A replaced token stays valid for this time. */
const graceMs = 300_000

/**
 * Two documents of Xiaoe contradict each other. `minted`: each fetch returns a new token. `kept`: the same one.
 * https://api-doc.xiaoe-tech.com/api_list/get_access_token.html
 */
export function createTokens(rule: 'minted' | 'kept', lifeMs: number): Tokens {
  const expiryByToken = new Map<string, number>()
  let current = ''
  const expiryOf = (token: string): number => expiryByToken.get(token) ?? 0
  return {
    issue(now) {
      if (rule === 'minted' || expiryOf(current) - now <= renewBelowMs) {
        expiryByToken.set(current, Math.min(expiryOf(current), now + graceMs))
        for (const [token, expiry] of expiryByToken) if (expiry <= now) expiryByToken.delete(token)
        current = `sandbox_token_${randomBytes(20).toString('hex')}`
        expiryByToken.set(current, now + lifeMs)
      }
      return { token: current, expiresInSeconds: Math.floor((expiryOf(current) - now) / 1000) }
    },
    isAlive: (token, now) => expiryOf(token) > now,
    kill: () => expiryByToken.delete(current),
  }
}
