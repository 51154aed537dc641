import { QueryError } from '../errors.js'

/** @throws QueryError for text that cannot be a complaint number, or would change the path of a request */
export function requireId(id: string): string {
  if (/^[\w-]{1,64}$/.test(id)) return id
  throw new QueryError('the complaint id must be 1 to 64 letters, digits, "_" or "-"')
}
