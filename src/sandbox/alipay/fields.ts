import { isInteger, isText } from '../json.js'
import { parseBeijingText } from '../time.js'

export type Check = (value: unknown) => boolean

export const isTime: Check = (value) => typeof value === 'string' && parseBeijingText(value) !== null
export const isPage: Check = (value) => isInteger(value, 1, Number.MAX_SAFE_INTEGER)
/** The documented maximum of one product; the other's is not documented. */
export const isPageSize: Check = (value) => isInteger(value, 1, 20)
export const isWord: Check = (value) => isText(value, 64)

export const defaultPageSize = 10

/** The name of a field that is unknown or wrong. Stricter than the documentation where that is silent. */
export function findWrong(
  sent: Readonly<Record<string, unknown>>,
  checks: Readonly<Record<string, Check>>,
): string | undefined {
  return Object.entries(sent).find(
    ([name, value]) => !Object.hasOwn(checks, name) || checks[name]?.(value) !== true,
  )?.[0]
}
