import type { Label } from '../labels/tables.js'
import type { FileOptions } from './file-options.js'
import type { AccountOption } from './options.js'

/** How a configuration file and environment variables describe an account of a provider. */
export interface ConfigSource {
  /** Names an account. */
  readonly accountOption: AccountOption
  /** The names of the adapter's options. */
  readonly options: readonly string[]
  /** Options that name a file. All other options are passed to the adapter unchanged. */
  readonly fileOptions: FileOptions
  /** The variables that configure one account, by their order in `--help`. */
  readonly variables: readonly Variable[]
  /** The variables begin with it; absent: with the provider's name in upper case and `_`. */
  readonly prefix?: string
  /** Several providers have the same variables, and one more variable chooses one of them; absent: they have their own. */
  readonly choice?: Choice
}

/** How a variable chooses one of the providers that share all other variables. */
export interface Choice {
  /** The name of the variable. */
  readonly variable: string
  /** Its value for this provider. */
  readonly value: string
  /** Whether this provider is chosen when the variable is not set. */
  readonly isDefault: boolean
  /** For `--help`. */
  readonly meaning: Label
}

export interface Variable {
  readonly name: string
  /** The option, or file option, that it sets. */
  readonly option: string
  /** For `--help`; docs/cli.md describes the same variables. */
  readonly meaning: Label
  /** Several paths, separated as in PATH. */
  readonly isList?: boolean
}

type KeyOfUnion<T> = T extends unknown ? keyof T & string : never

/**
 * The names of all options. The compiler rejects a list that lacks one of them. A key of words says what is missing in an
 * alternative of the union, and is not an option.
 */
export function optionNames<Options>(
  names: Readonly<Record<Exclude<KeyOfUnion<Options>, `${string} ${string}`>, true>>,
): readonly string[] {
  return Object.keys(names)
}
