import type { ProviderName } from '../model.js'
import { createRandom } from './random.js'
import type { State } from './store.js'
import type { Sandbox } from './types.js'

const arrivalSalt = 9
const providers: readonly [ProviderName, ...ProviderName[]] = [
  'wechatpay',
  'huishouqian',
  'xiaoe',
  'alipay-trade',
  'alipay-risk',
]

/** What a complaint becomes next: it is answered, then closed, and some are re-opened. */
const nextStates: Readonly<Record<State, readonly [State, ...State[]]>> = {
  pending: ['processing', 'processing', 'resolved'],
  processing: ['resolved'],
  resolved: ['pending', 'processing'],
}

/**
 * Adds or changes one complaint every so often, the providers in turn: half are new, half change their state.
 * @returns ends it
 */
export function startArrivals(everyMs: number, seed: number, sandbox: Sandbox): () => void {
  let step = 0
  const timer = setInterval(() => {
    step += 1
    arrive(sandbox, providers[step % providers.length] ?? providers[0], createRandom(seed, arrivalSalt, step))
  }, everyMs)
  return () => clearInterval(timer)
}

function arrive(sandbox: Sandbox, provider: ProviderName, random: ReturnType<typeof createRandom>): void {
  const [first, ...others] = sandbox.truth.filter((complaint) => complaint.provider === provider)
  if (first === undefined || random.chance(0.5)) {
    sandbox.addComplaint(provider, { state: 'pending' })
    return
  }
  const { id, state } = random.pick([first, ...others])
  if (state !== 'unknown') sandbox.changeState(provider, id, random.pick(nextStates[state]))
}
