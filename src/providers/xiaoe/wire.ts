import { z } from 'zod'

/**
 * A complaint in Xiaoe-tech's list. The documentation's table and its sample disagree on numbers and texts, so both are
 * accepted. Fields that are not declared here are kept.
 * @see https://api-doc.xiaoe-tech.com/api_list/pay_through/get_complaint_list.html
 */
export interface XiaoeComplaintRow {
  /** The complaint number; text in the sample, a number in the table. */
  complaint_id: string | number
  /** `yyyy-MM-dd HH:mm:ss`, Beijing, 24-hour. */
  complaint_time: string
  /** 0 待处理, 1 处理中, 2 处理完成. */
  state: string | number
  /** 1 shop, 2 Xiaoe platform, 3 WeChat Pay, 4 Alipay. */
  channel_type?: string | number | null
  /** `1970-01-02 00:00:00` on an open ticket. */
  closed_at?: string | null
  /** Masked; still personal data. */
  complainant_phone?: string | null
  /** 101–107 internal, 201–210 external; the documentation prints 10 for 210. */
  complaint_from?: string | number | null
  /** The complainant's words. */
  complaint_reason?: string | null
  /** The resource or order complained about. */
  complaint_resource_id?: string | number | null
  /** The kind of that resource; the documentation names no value. */
  complaint_resource_type?: string | number | null
  /** 1 交易投诉, 3 第三方平台录入. */
  complaint_type?: string | number | null
  /** The step of its handling, 1 to 6; see `xiaoeLabels.current_step`. */
  current_step?: string | number | null
  /** 1 no, 2 yes. */
  is_overtime?: string | number | null
  /** The deadline. */
  operate_end_time?: string | null
  /** Equals `complaint_time` on an untouched ticket. */
  operate_time?: string | null
  /** Hours from complaint to deadline. */
  time_limit?: string | number | null
  [field: string]: unknown
}

/** Every response; the HTTP status is always 200. */
export interface Envelope {
  code: number
  msg?: string | null | undefined
  message?: string | null | undefined
  data?: unknown
}

const text = () => z.string().nullish().catch(null)

export const envelopeSchema: z.ZodType<Envelope> = z.lazy(() =>
  z.object({
    code: z.union([
      z.int(),
      z
        .string()
        .regex(/^-?\d{1,9}$/)
        .transform(Number),
    ]),
    msg: text(),
    message: text(),
    data: z.unknown().optional(),
  }),
)

export interface ListData {
  list?: unknown[] | null | undefined
  total?: unknown
}

export const listDataSchema: z.ZodType<ListData> = z.lazy(() =>
  z
    .looseObject({
      list: z.array(z.unknown()).nullish(),
      total: z.unknown().optional(),
    })
    // An empty object is an empty list; any other object without both is not a list.
    .refine((data) => 'list' in data || 'total' in data || Object.keys(data).length === 0, 'expected list or total'),
)

export interface TokenData {
  access_token: string
  /** Seconds. */
  expires_in: number
}

export const tokenDataSchema: z.ZodType<TokenData> = z.lazy(() =>
  z.object({
    access_token: z.string().min(1),
    expires_in: z
      .union([
        z.number(),
        z
          .string()
          .regex(/^\d{1,9}$/)
          .transform(Number),
      ])
      .pipe(z.number().min(0)),
  }),
)
