import { z } from 'zod'

/**
 * A complaint in Huishouqian's list: WeChat Pay's, with fewer fields. Fields that are not declared here are kept.
 * @see https://docs.huishouqian.com/docs/interface_document/interface_document-1eog1c4tjusj9
 */
export interface HuishouqianComplaintRow {
  /** 27 digits: text, never a number. */
  complaintId: string
  /** The merchant's order number (商户订单号). */
  merchantTradeNo?: string | null
  /** Integer fen. */
  amount?: number | string | null
  /** `PENDING`, `PROCESSING`, `PROCESSED`, or newer. */
  complaintState: string
  /** `yyyyMMddHHmmss`, Beijing. */
  complaintTime: string
  /** The question that the complainant chose from a list. */
  problemDescription?: string | null
  /** The complainant's words. */
  complaintDetail?: string | null
  /** How many times the user has complained, from 1. */
  userComplaintTimes?: number | string | null
  /** 1: the complainant waits for a reply. */
  incomingUserResponse?: number | string | boolean | null
  /** The complainant's openid. Personal data. */
  payerOpenid?: string | null
  /** The merchant complained about (商户号). */
  merchantNo?: string | null
  /** The merchant's agent (代理商商户号). */
  agentNo?: string | null
  /** The complainant's phone number in full. Personal data. */
  payerPhone?: string | null
  /** 1: refunded in full. */
  complaintFullRefunded?: number | string | boolean | null
  [field: string]: unknown
}

/** Every response. `success` is a boolean, or its text; any other value is rejected. */
export interface Envelope {
  success: boolean
  errorCode?: unknown
  errorMsg?: unknown
  result?: unknown
  sign?: unknown
}

export const envelopeSchema: z.ZodType<Envelope> = z.lazy(() =>
  z.object({
    success: z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')]),
    errorCode: z.unknown().optional(),
    errorMsg: z.unknown().optional(),
    result: z.unknown().optional(),
    sign: z.unknown().optional(),
  }),
)

/** The result of a query or of a history. */
export interface PageResult {
  data?: unknown[] | null | undefined
  offset?: unknown
  totalSize?: unknown
}

export const pageSchema: z.ZodType<PageResult> = z.lazy(() =>
  z.object({
    data: z.array(z.unknown()).nullish(),
    offset: z.unknown().optional(),
    totalSize: z.unknown().optional(),
  }),
)
