import { isInteger, isText } from '../json.js'
import { parseBeijingText } from '../time.js'

export interface ListQuery {
  readonly page: number
  readonly pageSize: number
  readonly complaintId: string | undefined
  /** 0: all. */
  readonly channel: number
  /** 0 all, 1 no, 2 yes. */
  readonly overtime: number
  readonly state: number | undefined
  /** Milliseconds since 1970, both included. */
  readonly from: number
  readonly to: number
}

type Check = (value: unknown) => boolean

const isTime: Check = (value) => typeof value === 'string' && parseBeijingText(value) !== null

/** Every field but the token. Stricter than the documentation where that is ambiguous. */
const checks: Readonly<Record<string, Check>> = {
  page: (value) => isInteger(value, 1, Number.MAX_SAFE_INTEGER),
  page_size: (value) => isInteger(value, 1, 100),
  complaint_id: (value) => isText(value, 64),
  channel_type: (value) => isInteger(value, 0, 4),
  is_overtime: (value) => isInteger(value, 0, 2),
  state: (value) => isInteger(value, 0, 2),
  start_time: isTime,
  end_time: isTime,
}

interface Fields {
  readonly page?: number
  readonly page_size?: number
  readonly complaint_id?: string
  readonly channel_type?: number
  readonly is_overtime?: number
  readonly state?: number
  readonly start_time?: string
  readonly end_time?: string
}

/** Parses the fields of a list, or returns the name of a wrong one. */
export function parseListQuery(sent: Readonly<Record<string, unknown>>): ListQuery | string {
  const wrong = Object.entries(sent).find(([name, value]) => checks[name]?.(value) !== true)
  if (wrong !== undefined) return wrong[0]
  const fields: Fields = sent
  const from = parseBeijingText(fields.start_time ?? '') ?? Number.NEGATIVE_INFINITY
  const to = parseBeijingText(fields.end_time ?? '') ?? Number.POSITIVE_INFINITY
  if (to < from) return 'end_time'
  return {
    page: fields.page ?? 1,
    pageSize: fields.page_size ?? 10,
    complaintId: fields.complaint_id,
    channel: fields.channel_type ?? 0,
    overtime: fields.is_overtime ?? 0,
    state: fields.state,
    from,
    to,
  }
}
