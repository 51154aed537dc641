import { delimiter } from 'node:path'
import type { Choice } from '../adapter-kit/config-source.js'
import { ConfigError } from '../errors.js'
import type { ProviderName } from '../model.js'
import { suggestName } from '../parsing/suggestion.js'
import { isPlainName } from '../privacy/key-like.js'
import { configSources } from '../providers/config-sources.js'
import type { AccountDescription } from './accounts.js'

/** A set of environment variables, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** For messages. */
export const exampleVariable: string = Object.values(configSources)[0]?.variables[0]?.name ?? ''

/** One account for each provider with at least one variable set. An empty variable counts as unset. */
export function accountsFromEnvironment(env: Environment): AccountDescription[] {
  return Object.entries(configSources).flatMap(([provider, { variables, choice }]) => {
    if (choice !== undefined && !isChosen(choice, env)) return []
    const options = variables.flatMap(({ name, option, isList }) => {
      // Blanks of a passphrase count.
      const value = option === 'pfxPassphrase' ? env[name] : env[name]?.trim()
      return value === undefined || value === '' ? [] : [[option, isList ? splitPaths(value) : value] as const]
    })
    return options.length === 0 ? [] : [{ ...Object.fromEntries(options), provider: provider as ProviderName }]
  })
}

/** @throws ConfigError for a value that chooses no provider */
function isChosen({ variable, value, isDefault }: Choice, env: Environment): boolean {
  const chosen = env[variable]?.trim().toLowerCase()
  if (chosen === undefined || chosen === '') return isDefault
  const values = Object.values(configSources).flatMap(({ choice }) =>
    choice?.variable === variable ? choice.value : [],
  )
  if (!values.includes(chosen)) throw new ConfigError(`${variable} must be one of ${values.join(', ')}`)
  return chosen === value
}

/** Splits as in PATH: empty entries are ignored. */
function splitPaths(value: string): string[] {
  return value
    .split(delimiter)
    .map((path) => path.trim())
    .filter((path) => path !== '')
}

/** A variable with a provider's prefix that does not exist. */
export interface UnknownVariable {
  /** Cut behind the prefix if it may hold a secret. */
  readonly name: string
  /** The variable that is probably meant; null: none is similar. */
  readonly suggestion: string | null
}

/** Variables with a provider's prefix that do not exist: probably misspelt. */
export function unknownVariables(env: Environment): UnknownVariable[] {
  return Object.entries(configSources).flatMap(([provider, { variables, choice, prefix }]) => {
    // Once for the providers that share their variables.
    if (choice?.isDefault === false) return []
    const names = [...variables.map(({ name }) => name), ...(choice === undefined ? [] : [choice.variable])]
    const beginning = prefix ?? `${provider.toUpperCase()}_`
    return Object.keys(env)
      .filter((name) => name.startsWith(beginning) && !names.includes(name))
      .map((name) => {
        const suggestion = suggestName(name, names)
        const isShown = suggestion !== null || isPlainName(name)
        return { name: isShown ? name : `${beginning}…`, suggestion }
      })
  })
}
