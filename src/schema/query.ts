import { z } from 'zod'
import { complaintChannels, complaintStates } from '../model.js'
import type { ComplaintQuery } from '../query.js'
import { boundSchema } from './instant.js'

const oneOrSeveral = <Value extends string>(
  values: readonly Value[],
): z.ZodType<Value | readonly Value[], Value | readonly Value[]> =>
  z.union([z.enum(values), z.array(z.enum(values)).min(1)])

/** What `list()` takes, checked without a client: its accounts and page sizes are checked by `list()`. */
export function querySchema(): z.ZodType<ComplaintQuery, ComplaintQuery> {
  const text = z.string().trim().min(1)
  return z.strictObject({
    from: boundSchema(),
    to: boundSchema().optional(),
    state: oneOrSeveral(complaintStates).optional(),
    channel: oneOrSeveral(complaintChannels).optional(),
    overdue: z.boolean().optional(),
    accounts: z.array(z.string()).min(1).optional(),
    merchant: text.optional(),
    merchantOrderNo: text.optional(),
    pageSize: z.int().min(1).optional(),
    longRange: z.enum(['split', 'reject']).optional(),
    order: z.enum(['arrival', 'newest', 'oldest']).optional(),
  })
}
