import type { z } from 'zod'
import { quoteName } from '../privacy/key-like.js'
import { suggestName } from './suggestion.js'

type Issue = z.core.$ZodRawIssue

/** What to do about an unknown option, given the known ones; null: its name is probably misspelt. */
export type HintFor = (name: string, known: readonly string[]) => string | null

/** An error names no more unknown options than this. */
const maxUnknown = 20

/** What a value must be, by zod's name for its type. */
const expectedTypes: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'an integer'],
  ['boolean', 'true or false'],
  ['object', 'an object'],
  ['record', 'an object'],
  ['array', 'a list'],
  ['tuple', 'a list'],
  ['date', 'a valid Date'],
  ['function', 'a function'],
])

const milliseconds = 'a number of milliseconds, e.g. 60000 for a minute'

/**
 * The message of an issue, made from its code and the schema alone. zod's own texts are not used: an application can
 * replace them for the whole process (`z.config`), and its texts may quote the value.
 */
export function issueMessage(issue: Issue, hintFor: HintFor = () => null): string {
  switch (issue.code) {
    case 'invalid_type': {
      const expected = isDuration(issue)
        ? milliseconds
        : (expectedTypes.get(issue.expected) ?? 'a value of another type')
      return issue.input === undefined ? `is missing; it must be ${expected}` : `must be ${expected}`
    }
    case 'too_small':
      return `must ${limitOf(issue.origin, 'least', issue.minimum)}`
    case 'too_big':
      return `must ${limitOf(issue.origin, 'most', issue.maximum)}`
    case 'unrecognized_keys':
      return unknownOptions(issue.keys, knownKeys(issue.inst), hintFor)
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(formatLiteral).join(', ')}`
    case 'invalid_union':
      return 'has none of the forms that are allowed'
    default:
      return 'is not valid'
  }
}

/** Whether the option is a time, by the ending of its name. */
function isDuration({ expected, path = [] }: Issue & { readonly expected: string }): boolean {
  return (expected === 'number' || expected === 'int') && String(path.at(-1) ?? '').endsWith('Ms')
}

function unknownOptions(keys: readonly string[], known: readonly string[], hintFor: HintFor): string {
  const names = keys.slice(0, maxUnknown).map((key) => ({ hint: hintFor(key, known), key }))
  const parts = names.map(({ hint, key }) => {
    const suggestion = hint === null ? suggestName(key, known) : null
    const remark = suggestion === null ? hint : `did you mean ${suggestion}?`
    // A name that resembles an option is not a secret.
    return remark === null ? quoteName(key) : `${JSON.stringify(key)} (${remark})`
  })
  const advice = names.every(({ hint }) => hint !== null) ? '' : '; check its spelling'
  return `unknown option ${parts.join(', ')}${advice}`
}

/** The options of a strict schema. */
function knownKeys(schema: Issue['inst']): readonly string[] {
  const { shape } = (schema as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def ?? {}
  return Object.keys(shape ?? {})
}

function limitOf(origin: string, side: 'least' | 'most', limit: unknown): string {
  const count = String(limit)
  if (origin === 'string' && side === 'least' && count === '1') return 'not be empty'
  if (origin === 'string') return `have at ${side} ${count} characters`
  return origin === 'array' ? `have at ${side} ${count} items` : `be at ${side} ${count}`
}

function formatLiteral(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value)
}
