import type { ComplaintClient, ComplaintEvent } from '../../index.js'
import { type Io, writeNote } from '../io.js'
import { type Language, resolveLanguage } from '../language.js'
import { type Configuration, createClient, loadConfiguration } from './configuration.js'
import { unknownVariables } from './environment.js'

export interface ConfigFlags {
  readonly config?: string
  readonly lang?: string | undefined
}

/**
 * Loads the configuration. Warns of unknown variables first: a misspelt one may be the reason of a later error or of a
 * wrong address.
 * @throws ConfigError
 */
export async function openConfiguration(flags: ConfigFlags, io: Io): Promise<Configuration> {
  // With a file, variables are not read.
  if (flags.config === undefined) {
    const language = resolveLanguage(flags.lang, io.env)
    for (const name of unknownVariables(io.env)) writeNote(io, unknownVariableText(name)[language])
  }
  return loadConfiguration(flags.config, io.env)
}

/** @throws ConfigError */
export async function openClient(
  flags: ConfigFlags,
  io: Io,
  onEvent?: (event: ComplaintEvent) => void,
): Promise<ComplaintClient> {
  return createClient(await openConfiguration(flags, io), onEvent)
}

function unknownVariableText(name: string): Readonly<Record<Language, string>> {
  return {
    zh: `环境变量 ${name} 不是本工具使用的变量，请检查拼写（可用变量见 --help）`,
    en: `${name} is not a variable of this tool; check its spelling (see --help)`,
  }
}
