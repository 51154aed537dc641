import { z } from 'zod'
import {
  type AlipayRiskComplaint,
  type AlipayTradeComplaint,
  type ComplaintRef,
  type HuishouqianComplaint,
  providerNames,
  type WechatPayComplaint,
  type XiaoeComplaint,
} from '../model.js'
import type { ComplaintQuery } from '../query.js'
import { type ComplaintShape, complaintSchemaOf } from './complaint.js'
import { querySchema } from './query.js'

export type { ComplaintShape }

/** The schema of a {@link WechatPayComplaint}. */
export const wechatpayComplaintSchema: z.ZodObject<ComplaintShape<'wechatpay', WechatPayComplaint['raw']>> =
  complaintSchemaOf('wechatpay')

/** The schema of a {@link HuishouqianComplaint}. */
export const huishouqianComplaintSchema: z.ZodObject<ComplaintShape<'huishouqian', HuishouqianComplaint['raw']>> =
  complaintSchemaOf('huishouqian')

/** The schema of a {@link XiaoeComplaint}. */
export const xiaoeComplaintSchema: z.ZodObject<ComplaintShape<'xiaoe', XiaoeComplaint['raw']>> =
  complaintSchemaOf('xiaoe')

/**
 * The schema of an {@link AlipayTradeComplaint}.
 * @experimental the adapter was never tested against the service
 */
export const alipayTradeComplaintSchema: z.ZodObject<ComplaintShape<'alipay-trade', AlipayTradeComplaint['raw']>> =
  complaintSchemaOf('alipay-trade')

/**
 * The schema of an {@link AlipayRiskComplaint}.
 * @experimental the adapter was never tested against the service
 */
export const alipayRiskComplaintSchema: z.ZodObject<ComplaintShape<'alipay-risk', AlipayRiskComplaint['raw']>> =
  complaintSchemaOf('alipay-risk')

/**
 * The schema of a complaint of any provider, for rows from a database, messages of a queue, and JSON. Times are taken as
 * Date or ISO 8601 text and become Dates. Of `raw` only that it is an object is checked. `z.toJSONSchema()` takes it.
 * @example
 * ```ts
 * const complaint = complaintSchema.parse(JSON.parse(text))
 * if (complaint.provider === 'wechatpay') console.log(complaint.createdAt, complaint.raw.problem_type)
 * ```
 */
export const complaintSchema: z.ZodDiscriminatedUnion<
  [
    typeof wechatpayComplaintSchema,
    typeof huishouqianComplaintSchema,
    typeof xiaoeComplaintSchema,
    typeof alipayTradeComplaintSchema,
    typeof alipayRiskComplaintSchema,
  ],
  'provider'
> = z.discriminatedUnion('provider', [
  wechatpayComplaintSchema,
  huishouqianComplaintSchema,
  xiaoeComplaintSchema,
  alipayTradeComplaintSchema,
  alipayRiskComplaintSchema,
])

/**
 * The schema of a reference to a complaint. A complaint passes, too: what remains of it is its reference.
 * @example
 * ```ts
 * const complaint = await client.get(complaintRefSchema.parse(request.body))
 * ```
 */
export const complaintRefSchema: z.ZodType<ComplaintRef, ComplaintRef> = z.object({
  provider: z.enum(providerNames),
  account: z.string().min(1),
  id: z.string().min(1),
})

/**
 * The schema of a query, for DTOs and tools. Strict: unknown keys are rejected. Whether its accounts exist, and their
 * providers allow its filters, `list()` checks.
 * @example
 * ```ts
 * const list = client.list(complaintQuerySchema.parse(request.body))
 * ```
 */
export const complaintQuerySchema: z.ZodType<ComplaintQuery, ComplaintQuery> = querySchema()
