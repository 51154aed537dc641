import { xiaoe } from '../../../src/index.js'
import { beijingTime, type ListFormat, without } from './format.js'
import type { ListRow } from './rows.js'

const states = { pending: '0', processing: '1', resolved: '2' }

/** Plain JSON, pages by number. */
export const xiaoeFormat: ListFormat = {
  parse(_, body) {
    const { page, page_size: limit, start_time: start, end_time: end } = JSON.parse(body)
    return { begin: start.slice(0, 10), end: end.slice(0, 10), skip: (page - 1) * limit, limit }
  },
  write: ({ rows, total }) => ({
    body: JSON.stringify({ code: 0, msg: 'OK', data: { list: rows.map(writeRow), total } }),
  }),
  adapter: (baseUrl, options) =>
    xiaoe({ appId: 'app000001', accessToken: 'a-token-made-up', baseUrl, rateLimit: false, ...options }),
}

function writeRow({ id, createdAt, state, lacks }: ListRow): Record<string, unknown> {
  const row = {
    complaint_id: id,
    complaint_time: beijingTime(createdAt).replace('T', ' '),
    state: states[state],
    channel_type: '3',
    complaint_reason: '为什么要扣款？',
    complainant_phone: '13800000000',
  }
  return without(row, lacks, { id: 'complaint_id', time: 'complaint_time', state: 'state' })
}
