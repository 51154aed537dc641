import type { z } from 'zod'
import { ConfigError } from '../errors.js'
import { suggestName } from '../parsing/suggestion.js'
import { validateOptions } from '../parsing/validate.js'

/** Which option a file fills, and how. */
export interface FileOption {
  readonly option: string
  /** `text`: trimmed UTF-8; `bytes`: PEM or DER; `list`: the bytes of several files. */
  readonly as: 'text' | 'bytes' | 'list'
}

/** The options of a provider that name a file. Only a configuration file and environment variables have them. */
export type FileOptions = Readonly<Record<string, FileOption>>

/** Options of a configuration file for a .p12 or .pfx file, of every provider. */
export const pfxOptions: readonly string[] = ['pfxFile', 'pfxPassphrase', 'pfxPassphraseFile']

/**
 * Validates the options of an adapter factory. For an option of `loadConfig`, the error says who reads files.
 * @param factory named in the error, e.g. `wechatpay()`
 * @throws ConfigError
 */
export function validateAdapterOptions<T>(
  schema: z.ZodType<T>,
  input: unknown,
  factory: string,
  fileOptions: FileOptions,
): T {
  return validateOptions(schema, input, factory, ConfigError, (name, known) => hintFor(name, known, fileOptions))
}

function hintFor(name: string, known: readonly string[], fileOptions: FileOptions): string | null {
  const meant = suggestName(name, [...known, ...Object.keys(fileOptions), ...pfxOptions])
  if (meant === null || known.includes(meant)) return null
  const reader = 'loadConfig of unified-complaints/config reads files'
  const option = fileOptions[meant]?.option
  return option === undefined
    ? `${reader}; here spread what loadPfx of unified-complaints/pfx returns`
    : `${reader}; here give ${option} the content`
}
