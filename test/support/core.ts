import { inspect } from 'node:util'
import type { AccountInfo, AdapterCapabilities, AdapterLimits } from '../../src/provider.js'

/** What `run` throws; fails when it throws nothing. */
export function errorOf(run: () => unknown): Error {
  try {
    run()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

/** What a promise rejects with; fails when it does not. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('nothing was rejected')
}

/** Everything that a log could show of an error. */
export function everythingOf(error: unknown): string {
  const { stack, cause } = error as Error
  return [
    inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
    JSON.stringify(error),
    String(error),
    String(stack),
    inspect(cause, { depth: Number.POSITIVE_INFINITY, showHidden: true }),
  ].join('\n')
}

/** An account with nothing special about it. */
export function accountInfo(
  limits: Partial<AdapterLimits> = {},
  capabilities: Partial<AdapterCapabilities> = {},
): AccountInfo {
  return {
    provider: 'wechatpay',
    account: '1900000001',
    limits: {
      pageSize: { min: 1, max: 50, default: 50 },
      windowDays: 30,
      maxSpanDays: 30,
      concurrency: null,
      rateLimit: null,
      ...limits,
    },
    capabilities: {
      history: false,
      media: false,
      notifications: false,
      merchant: true,
      merchantOrderNo: false,
      paging: { style: 'offset', totals: 'exact' },
      ...capabilities,
    },
  }
}
