import { z } from 'zod'
import { isDate } from '../parsing/realm.js'
import { parseInstant, startOfBeijingDay } from '../time.js'

/** A Date, or ISO 8601 text with an offset, as `JSON.stringify` writes it; parsed to a Date. */
export function instantSchema(): z.ZodType<Date, Date | string> {
  const schema = z.unknown().transform((value, context): Date => {
    const date = isDate(value) ? new Date(value.getTime()) : typeof value === 'string' ? parseInstant(value) : null
    if (date !== null && !Number.isNaN(date.getTime())) return date
    return reject(context, value, 'must be a Date, or ISO 8601 text with an offset')
  })
  return inJsonSchema(schema as z.ZodType<Date, Date | string>, { type: 'string', format: 'date-time' })
}

/** A bound of a query, kept as it is: a Date, a Beijing day `yyyy-MM-dd`, or ISO 8601 text with an offset. */
export function boundSchema(): z.ZodType<Date | string, Date | string> {
  const schema = z.unknown().transform((value, context): Date | string => {
    if (isDate(value) && !Number.isNaN(value.getTime())) return value
    if (typeof value === 'string' && (startOfBeijingDay(value) !== null || parseInstant(value) !== null)) return value
    return reject(context, value, 'must be a Date, yyyy-MM-dd, or ISO 8601 text with an offset')
  })
  const formats = [{ format: 'date' }, { format: 'date-time' }]
  return inJsonSchema(schema as z.ZodType<Date | string, Date | string>, { type: 'string', anyOf: formats })
}

function reject(context: z.core.$RefinementCtx, input: unknown, message: string): never {
  context.issues.push({ code: 'custom', input, message })
  return z.NEVER
}

/** JSON has no dates, so `z.toJSONSchema()` of a schema of dates throws unless the schema says what stands for them. */
function inJsonSchema<Schema extends z.ZodType>(schema: Schema, json: object): Schema {
  schema._zod.toJSONSchema = () => json
  return schema
}
