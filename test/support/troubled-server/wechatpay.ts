import { wechatpay } from '../../../src/index.js'
import { merchant, proof } from '../wechatpay-server.js'
import { beijingTime, type ListFormat, without } from './format.js'
import type { ListRow } from './rows.js'

const states = { pending: 'PENDING', processing: 'PROCESSING', resolved: 'PROCESSED' }

/** Signed with the published test key of the platform. */
export const wechatpayFormat: ListFormat = {
  parse(request) {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost')
    return {
      begin: searchParams.get('begin_date') ?? '',
      end: searchParams.get('end_date') ?? '',
      skip: Number(searchParams.get('offset')),
      limit: Number(searchParams.get('limit')),
    }
  },
  write({ rows, total }, { skip, limit }) {
    const body = JSON.stringify({ data: rows.map(writeRow), limit, offset: skip, total_count: total })
    return { headers: proof(body), body }
  },
  adapter: (baseUrl, options) => wechatpay({ ...merchant, baseUrl, rateLimit: false, ...options }),
}

function writeRow({ id, createdAt, state, lacks }: ListRow): Record<string, unknown> {
  const row = {
    complaint_id: id,
    complaint_time: `${beijingTime(createdAt)}+08:00`,
    complaint_detail: '为什么要扣款？请回电 13800000000。',
    complaint_state: states[state],
    complainted_mchid: merchant.mchid,
  }
  return without(row, lacks, { id: 'complaint_id', time: 'complaint_time', state: 'complaint_state' })
}
