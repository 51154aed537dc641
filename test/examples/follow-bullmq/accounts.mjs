import { ComplaintClient } from 'unified-complaints'
import { loadConfig } from 'unified-complaints/config'

export const queueName = 'complaint-passes'

/** One client for all accounts. */
export async function createClient() {
  const { adapters, clientOptions } = await loadConfig(process.env.ACCOUNTS_FILE)
  return new ComplaintClient(adapters, clientOptions)
}
