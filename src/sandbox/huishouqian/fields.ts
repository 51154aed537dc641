import { isInteger, isText, parseObject } from '../json.js'
import { badParameter, type Failure } from './failures.js'

/** Checks a business field and returns the message of the error; null: valid. */
export type Rule = (name: string, value: unknown) => string | null

/** Parses the business fields. Undocumented fields and types are refused. */
export function parseFields(
  business: string,
  rules: Readonly<Record<string, Rule>>,
): { sent: Readonly<Record<string, unknown>> } | Failure {
  const sent = parseObject(business)
  if (sent === null) return badParameter('signContent不是JSON')
  for (const [name, value] of Object.entries(sent)) {
    const wrong = Object.hasOwn(rules, name) ? rules[name]?.(name, value) : `${name}不是已知的参数`
    if (typeof wrong === 'string') return badParameter(wrong)
  }
  return { sent }
}

export function text(maxLength: number): Rule {
  return (name, value) => (isText(value, maxLength) ? null : `${name}必须是非空字符串`)
}

export const maxLimit = 500
export const defaultLimit = 100

/** Lists and histories have the same paging. */
export const paging: Readonly<Record<'limit' | 'offset', Rule>> = {
  limit: (_, value) => (isInteger(value, 1, maxLimit) ? null : `limit必须是1到${maxLimit}的整数`),
  offset: (_, value) => (isInteger(value, 0, Number.MAX_SAFE_INTEGER) ? null : 'offset必须是非负整数'),
}

export interface Paging {
  readonly limit: number
  readonly offset: number
}

/** For checked fields. */
export function parsePaging({ limit = defaultLimit, offset = 0 }: Readonly<Record<string, unknown>>): Paging {
  return { limit: Number(limit), offset: Number(offset) }
}
