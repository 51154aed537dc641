import { existsSync } from 'node:fs'
import { extname } from 'node:path'
import type { ComplaintQuery } from '../index.js'
import { UsageError } from './exit-codes.js'
import { type FilterFlags, filterOptions } from './filters.js'
import type { OutputOptions } from './output/output.js'
import { shellWord } from './text.js'

/** The options of `list` that a command for the rest of its rows repeats. */
export interface RepeatedFlags extends FilterFlags, OutputOptions {
  readonly config?: string
  readonly keepGoing: boolean
}

/** What a command for the rest of a list reads. */
export interface Rest {
  /** Absent: from the start of the range. */
  readonly cursor?: string | undefined
  /** Names as `provider:account`; absent: the accounts that the list read. */
  readonly accounts?: readonly string[] | undefined
  readonly limit?: number | undefined
  /** Absent: stdout. */
  readonly output?: string | undefined
}

/**
 * The command that lists the rest, to be copied into bash or PowerShell. The range is absolute: `--since` would mean
 * another one tomorrow, and a cursor belongs to one range.
 */
export function restCommand(flags: RepeatedFlags, { from, to, order }: ComplaintQuery, rest: Rest): string {
  const { accounts, cursor, limit, output } = rest
  const filters = accounts === undefined ? flags : { ...flags, provider: undefined, account: accounts }
  const options: readonly (readonly [name: string, value: string | undefined])[] = [
    ['--config', flags.config],
    ...filterOptions(filters as FilterFlags),
    ['--format', flags.format],
    ['--lang', flags.lang],
    ['--limit', limit === undefined ? undefined : String(limit)],
    ['--output', output],
    ['--from', String(from)],
    ['--to', to === undefined ? undefined : String(to)],
    ['--order', order],
    ['--cursor', cursor],
  ]
  const switches: readonly (readonly [name: string, isOn: boolean | undefined])[] = [
    ['--overdue', flags.overdue],
    ['--no-overdue', flags.overdue === false],
    ['--keep-going', flags.keepGoing],
    ['--bom', flags.bom],
    ['--excel', flags.excel],
    ['--show-phones', flags.showPhones],
  ]
  return [
    'npx unified-complaints list',
    ...switches.flatMap(([name, isOn]) => (isOn === true ? [name] : [])),
    ...options.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${shellWord(value)}`])),
  ].join(' ')
}

/** Names of files beside `path` that do not exist yet, each once: `w-2.csv`, `w-3.csv` for `w.csv`. */
export function createFreePaths(path: string): () => string {
  const ending = extname(path)
  const start = path.slice(0, path.length - ending.length)
  let number = 1
  return () => {
    do number += 1
    while (existsSync(`${start}-${number}${ending}`))
    return `${start}-${number}${ending}`
  }
}

/**
 * A resumed list has the rest of the rows only: it never replaces the file with the first ones.
 * @throws UsageError when `--cursor` is combined with an `--output` that exists
 */
export function assertOutputIsNew({ cursor, output }: Pick<OutputOptions, 'cursor' | 'output'>): void {
  if (cursor === undefined || output === undefined || !existsSync(output)) return
  const free = createFreePaths(output)()
  throw new UsageError({
    zh: `${output} 已存在；带 --cursor 的列表只有其余的投诉，不会覆盖已有文件，请换一个文件名，例如 --output ${shellWord(free)}`,
    en: `${output} exists; a list with --cursor has only the remaining complaints and replaces no file: use another name, such as --output ${shellWord(free)}`,
  })
}
