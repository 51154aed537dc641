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
 * What is configured. Variables that look misspelt are told of first: they may be why it fails, or asks another address
 * than was meant.
 * @throws ConfigError
 */
export async function openConfiguration(flags: ConfigFlags, io: Io): Promise<Configuration> {
  // Variables count only where no file is given.
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
    zh: `已设置 ${name},但本工具不认识该变量;是否拼写有误?见 --help。`,
    en: `${name} is set and means nothing here; is it misspelt? See --help.`,
  }
}
