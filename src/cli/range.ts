import { UsageError } from './exit-codes.js'

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const defaultSpan = '30d'

/**
 * The range of `--since`, `--from` and `--to`. `--since` becomes an absolute time in whole seconds, because a cursor only
 * resumes the same range.
 * @throws UsageError
 */
export function parseRange(
  options: { since?: string | undefined; from?: string | undefined; to?: string | undefined },
  now: number,
): { from: string; to?: string } {
  const { since, from, to } = options
  if (since !== undefined && (from !== undefined || to !== undefined))
    throw new UsageError('--since cannot be combined with --from or --to')
  if (to !== undefined && from === undefined) throw new UsageError('--to needs --from')
  if (from !== undefined) return { from, ...(to === undefined ? {} : { to }) }
  return { from: new Date(now - parseSpanMs(since ?? defaultSpan)).toISOString().replace(/\.\d+Z$/, 'Z') }
}

function parseSpanMs(text: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,4})([hdw])$/.exec(text) ?? []
  const msPerUnit = unitMs[unit]
  if (msPerUnit === undefined)
    throw new UsageError('--since must be a number of hours, days or weeks, e.g. 24h, 7d, 2w')
  return Number(count) * msPerUnit
}
