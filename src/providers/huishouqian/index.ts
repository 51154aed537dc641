import type { HuishouqianComplaint } from '../../model.js'
import type { Adapter, AdapterRuntime, Connection } from '../../provider.js'
import { historyOf } from './history.js'
import { getComplaint, listPage } from './list.js'
import { fileOf } from './media.js'
import { readNotification } from './notification.js'
import { type HuishouqianOptions, type Settings, settingsOf } from './options.js'
import { createWire, requireId } from './request.js'

export type { HuishouqianOptions }

/**
 * Huishouqian (慧收钱): the WeChat Pay complaints of a merchant, or of an agent's merchants. Only the query is
 * documented: `history`, `media` and `parseNotification` are experimental.
 * @throws ConfigError naming the option that is wrong, never its value
 * @see https://docs.huishouqian.com/docs/interface_document/interface_document-1eog1c4tjusj9
 */
export function huishouqian(options: HuishouqianOptions): Adapter<HuishouqianComplaint> {
  const settings = settingsOf(options)
  return {
    provider: 'huishouqian',
    account: settings.account,
    limits: {
      pageSize: { min: 1, max: 500, default: 500 },
      windowDays: 30,
      maxSpanDays: null,
      filterLengths: { merchant: 32, merchantOrderNo: 64 },
      concurrency: 2,
      rateLimit: settings.rateLimit,
    },
    capabilities: {
      history: true,
      media: true,
      notifications: true,
      merchant: true,
      merchantOrderNo: true,
      paging: { style: 'offset', totals: 'hint' },
    },
    sharedQuota: settings.sharedQuota,
    connect: (runtime) => connect(settings, runtime),
  }
}

function connect(settings: Settings, runtime: AdapterRuntime): Connection<HuishouqianComplaint> {
  const wire = createWire(settings, runtime)
  return {
    listPage: (request, options) => listPage(wire, request, options),
    get: async (id, options) => getComplaint(wire, requireId(id), options),
    history: (id, options) => historyOf(wire, requireId(id), options),
    media: async (id, url, options) => fileOf(wire, requireId(id), url, options),
    parseNotification: (message) => readNotification(wire, message),
  }
}
