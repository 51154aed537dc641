import { randomBytes } from 'node:crypto'

export interface Tokens {
  /** The current token, or a new one when it is dead or soon will be. */
  issue(now: number): { token: string; expiresInSeconds: number }
  isAlive(token: string, now: number): boolean
  kill(): void
}

const lifeMs = 7_200_000
/** The newer of the two documented rules: the same token comes back while more than this remains. */
const renewBelowMs = 1_800_000
/** A token that was replaced lives on for this long. */
const graceMs = 300_000

export function createTokens(): Tokens {
  const deaths = new Map<string, number>()
  let current = ''
  return {
    issue(now) {
      if ((deaths.get(current) ?? 0) - now <= renewBelowMs) {
        deaths.set(current, Math.min(deaths.get(current) ?? 0, now + graceMs))
        current = `sandbox_token_${randomBytes(20).toString('hex')}`
        deaths.set(current, now + lifeMs)
      }
      return { token: current, expiresInSeconds: Math.floor(((deaths.get(current) ?? 0) - now) / 1000) }
    },
    isAlive: (token, now) => (deaths.get(token) ?? 0) > now,
    kill: () => deaths.delete(current),
  }
}
