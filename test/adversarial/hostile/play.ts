import { onTestFinished } from 'vitest'
import { ComplaintClient } from '../../../src/index.js'
import { dice } from '../fuzz/dice.js'
import { adapterOf, type Mode } from '../fuzz/platform.js'
import { type Hands, type HostileServer, type Hostility, startHostileServer } from '../fuzz/server.js'

/** A server that proves whatever it says, for as long as the test runs, and a client that asks once. */
export async function play(
  mode: Mode,
  hands: Hands = {},
  hostility: Partial<Hostility> = {},
): Promise<{ client: ComplaintClient; counts: HostileServer['counts'] }> {
  const honest: Hostility = { paging: 'honest', rows: 3, changes: 0, wraps: 0 }
  const server = await startHostileServer(mode, { ...honest, ...hostility }, dice(1), hands)
  onTestFinished(() => server.close())
  return { client: new ComplaintClient(adapterOf(mode, server.baseUrl), { maxRetries: 0 }), counts: server.counts }
}
