import { z } from 'zod'
import {
  type ComplaintChannel,
  type ComplaintMedia,
  type ComplaintOrder,
  type ComplaintState,
  complaintChannels,
  complaintStates,
  type Money,
  type PayerPhone,
  type ProviderName,
} from '../model.js'
import { instantSchema } from './instant.js'

/** The fields of a complaint's schema. */
export type ComplaintShape<Provider extends ProviderName, Raw> = {
  provider: z.ZodLiteral<Provider>
  account: z.ZodString
  id: z.ZodString
  state: z.ZodType<ComplaintState, ComplaintState>
  providerState: z.ZodString
  createdAt: z.ZodType<Date, Date | string>
  closedAt: z.ZodNullable<z.ZodType<Date, Date | string>>
  dueAt: z.ZodNullable<z.ZodType<Date, Date | string>>
  subject: z.ZodNullable<z.ZodString>
  detail: z.ZodString
  channel: z.ZodType<ComplaintChannel, ComplaintChannel>
  merchantId: z.ZodNullable<z.ZodString>
  agentId: z.ZodNullable<z.ZodString>
  payer: z.ZodObject<{
    phone: z.ZodNullable<z.ZodType<PayerPhone, PayerPhone>>
    openId: z.ZodNullable<z.ZodString>
  }>
  orders: z.ZodType<readonly ComplaintOrder[], readonly ComplaintOrder[]>
  resource: z.ZodNullable<z.ZodObject<{ id: z.ZodString; type: z.ZodNullable<z.ZodString> }>>
  refund: z.ZodObject<{
    wanted: z.ZodNullable<z.ZodBoolean>
    amount: z.ZodNullable<z.ZodType<Money, Money>>
    completed: z.ZodNullable<z.ZodBoolean>
  }>
  awaitingReply: z.ZodNullable<z.ZodBoolean>
  overdue: z.ZodNullable<z.ZodBoolean>
  urgent: z.ZodNullable<z.ZodBoolean>
  inPlatformService: z.ZodNullable<z.ZodBoolean>
  timesComplained: z.ZodNullable<z.ZodNumber>
  tags: z.ZodType<readonly string[], readonly string[]>
  media: z.ZodType<readonly ComplaintMedia[], readonly ComplaintMedia[]>
  raw: z.ZodType<Raw, Raw>
}

/** The schema of a provider's complaints. Fields that it does not have are removed, but for those of `raw`. */
export function complaintSchemaOf<Provider extends ProviderName, Raw extends object>(
  provider: Provider,
): z.ZodObject<ComplaintShape<Provider, Raw>> {
  const text = z.string()
  const flag = z.boolean().nullable()
  const money = z.object({ fen: z.int(), currency: z.literal('CNY') })
  const phone = z.object({ value: text, form: z.enum(['plain', 'masked', 'encrypted']) })
  const order = z.object({
    merchantOrderNo: text.nullable(),
    transactionId: text.nullable(),
    amount: money.nullable(),
  })
  const media = z.object({ kind: text, urls: z.array(text), downloadable: z.literal(false).exactOptional() })
  return z.object({
    provider: z.literal(provider),
    account: text.min(1),
    id: text.min(1),
    state: z.enum(complaintStates),
    providerState: text,
    createdAt: instantSchema(),
    closedAt: instantSchema().nullable(),
    dueAt: instantSchema().nullable(),
    subject: text.nullable(),
    detail: text,
    channel: z.enum(complaintChannels),
    merchantId: text.nullable(),
    agentId: text.nullable(),
    payer: z.object({ phone: phone.nullable(), openId: text.nullable() }),
    orders: z.array(order),
    resource: z.object({ id: text, type: text.nullable() }).nullable(),
    refund: z.object({ wanted: flag, amount: money.nullable(), completed: flag }),
    awaitingReply: flag,
    overdue: flag,
    urgent: flag,
    inPlatformService: flag,
    timesComplained: z.number().nullable(),
    tags: z.array(text),
    media: z.array(media),
    // The provider's own row: every enum is open and fields are added, so that only its being an object is checked.
    raw: z.looseObject({}) as unknown as z.ZodType<Raw, Raw>,
  })
}
