import { extname } from 'node:path'
import { UsageError } from '../exit-codes.js'
import { shownPath } from '../text.js'
import { type FormatName, formatNames } from './formats.js'

/** Where rows go. */
export interface Target {
  readonly format: FormatName | 'xlsx'
  /** Null: stdout. */
  readonly path: string | null
}

const formatOfEnding: Readonly<Record<string, Target['format']>> = {
  '.csv': 'csv',
  '.xlsx': 'xlsx',
  '.json': 'json',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
}

/**
 * The ending of `--output` chooses the format; `--format` decides for endings that are not known.
 * @throws UsageError
 */
export function resolveTarget(flags: {
  readonly format?: FormatName | undefined
  readonly output?: string | undefined
}): Target {
  const { format, output } = flags
  if (output === undefined) return { format: format ?? 'table', path: null }
  const ending = extname(output).toLowerCase()
  const byEnding = formatOfEnding[ending]
  if (byEnding === undefined && format === undefined)
    throw new UsageError({
      zh: `--output ${shownPath(output)} 必须以 .csv、.xlsx、.json 或 .ndjson 结尾，或用 --format 指定格式`,
      en: `--output ${shownPath(output)} must end in .csv, .xlsx, .json or .ndjson, or --format must name a format`,
    })
  if (byEnding !== undefined && format !== undefined && byEnding !== format)
    throw new UsageError({
      zh: `--output ${shownPath(output)} 是 ${ending} 文件，而 --format 是 ${format}，请去掉 --format`,
      en: `--output ${shownPath(output)} is a ${ending} file, but --format is ${format}; leave --format out`,
    })
  return { format: byEnding ?? format ?? formatNames[0], path: output }
}
