import { UsageError } from './exit-codes.js'

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const defaultSpan = '30d'

/** The range that the options name. A span is counted back from now, to the second, and written out so that a cursor can be resumed with it. */
export function parseRange(
  options: { since?: string | undefined; from?: string | undefined; to?: string | undefined },
  now: number,
): { from: string; to?: string } {
  const { since, from, to } = options
  if (since !== undefined && (from !== undefined || to !== undefined))
    throw new UsageError('--since counts back from now; give it without --from and --to')
  if (to !== undefined && from === undefined) throw new UsageError('--to needs --from')
  if (from !== undefined) return { from, ...(to === undefined ? {} : { to }) }
  return { from: new Date(now - parseSpanMs(since ?? defaultSpan)).toISOString().replace(/\.\d+Z$/, 'Z') }
}

function parseSpanMs(text: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,4})([hdw])$/.exec(text) ?? []
  const msPerUnit = unitMs[unit]
  if (msPerUnit === undefined) throw new UsageError('--since takes a number of hours, days or weeks: 24h, 7d, 2w')
  return Number(count) * msPerUnit
}
