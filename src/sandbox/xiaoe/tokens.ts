import { randomBytes } from 'node:crypto'

export interface Tokens {
  /** A new token or, under `kept`, the current one while it lives long enough. */
  issue(now: number): { token: string; expiresInSeconds: number }
  isAlive(token: string, now: number): boolean
  kill(): void
}

/** Under `kept` the same token comes back while more than this remains. */
const renewBelowMs = 1_800_000
/** A token that was replaced lives on for this long. */
const graceMs = 300_000

/**
 * Two pages of Xiaoe contradict each other. `minted`: each fetch brings a new token. `kept`: the same one comes back.
 * https://api-doc.xiaoe-tech.com/api_list/get_access_token.html
 */
export function createTokens(rule: 'minted' | 'kept', lifeMs: number): Tokens {
  const deaths = new Map<string, number>()
  let current = ''
  const deathOf = (token: string): number => deaths.get(token) ?? 0
  return {
    issue(now) {
      if (rule === 'minted' || deathOf(current) - now <= renewBelowMs) {
        deaths.set(current, Math.min(deathOf(current), now + graceMs))
        for (const [token, death] of deaths) if (death <= now) deaths.delete(token)
        current = `sandbox_token_${randomBytes(20).toString('hex')}`
        deaths.set(current, now + lifeMs)
      }
      return { token: current, expiresInSeconds: Math.floor((deathOf(current) - now) / 1000) }
    },
    isAlive: (token, now) => deathOf(token) > now,
    kill: () => deaths.delete(current),
  }
}
