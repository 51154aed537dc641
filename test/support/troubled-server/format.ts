import type { IncomingMessage } from 'node:http'
import type { Adapter } from '../../../src/index.js'
import type { Page, PageQuery } from './list.js'
import type { ListRow } from './rows.js'

export type Provider = 'wechatpay' | 'xiaoe' | 'huishouqian'

/** How a provider's list goes over HTTP, and the adapter that reads it. */
export interface ListFormat {
  parse(request: IncomingMessage, body: string): PageQuery
  write(page: Page, query: PageQuery): { headers?: Record<string, string>; body: string }
  adapter(baseUrl: string, options: object): Adapter
}

/** A row of the provider without the field that it lacks. */
export function without(
  row: Record<string, unknown>,
  lacks: ListRow['lacks'],
  names: Record<NonNullable<ListRow['lacks']>, string>,
): Record<string, unknown> {
  if (lacks !== undefined) delete row[names[lacks]]
  return row
}

/** `yyyy-MM-ddTHH:mm:ss` in Beijing. */
export function beijingTime(at: number): string {
  return new Date(at + 8 * 3_600_000).toISOString().slice(0, 19)
}
