import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { FileOptions } from '../adapter-kit/file-options.js'
import { ConfigError } from '../errors.js'
import type { Pfx } from '../pfx.js'
import { isContent, quotePath } from '../privacy/key-like.js'

/** What the options of accounts are read with. */
export interface OptionFiles {
  /** Base of relative paths. */
  readonly folder: string
  /** Null: no account has a .pfx file, so its reader is not loaded. */
  readonly loadPfx: ((bytes: Uint8Array, passphrase: string) => Pfx) | null
}

/** Loads the reader of .pfx files if an account has one: importing it takes longer than reading a configuration. */
export async function createOptionFiles(
  folder: string,
  descriptions: readonly Readonly<Record<string, unknown>>[],
): Promise<OptionFiles> {
  const hasPfx = descriptions.some(({ pfxFile }) => pfxFile !== undefined)
  return { folder, loadPfx: hasPfx ? (await import('../pfx.js')).loadPfx : null }
}

/**
 * Replaces each option that names a file by the option that the file's content fills.
 * @param defaultPassphrase of a .pfx file
 * @throws ConfigError for a file that cannot be read; a key in the place of its path is not shown
 */
export function resolveOptionFiles(
  description: Readonly<Record<string, unknown>>,
  fileOptions: FileOptions,
  { folder, loadPfx }: OptionFiles,
  defaultPassphrase: unknown,
): Record<string, unknown> {
  const { pfxFile, pfxPassphrase, pfxPassphraseFile, ...rest } = description
  const options: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(rest)) {
    const file = fileOptions[name]
    if (file === undefined) {
      options[name] = value
      continue
    }
    if (file.option in rest) throw new ConfigError(`set ${file.option} or ${name}, not both`)
    const contents = parsePaths(value, name).map((path) => readOptionFile(folder, path, name, file.option))
    const [first = Buffer.alloc(0)] = contents
    options[file.option] = file.as === 'list' ? contents : file.as === 'bytes' ? first : decodeText(first)
  }
  if (pfxFile === undefined || loadPfx === null) return options
  const [path = ''] = parsePaths(pfxFile, 'pfxFile')
  const [passphrasePath] = pfxPassphraseFile === undefined ? [] : parsePaths(pfxPassphraseFile, 'pfxPassphraseFile')
  const passphrase =
    passphrasePath === undefined
      ? String(pfxPassphrase ?? defaultPassphrase ?? '')
      : decodePassphrase(readOptionFile(folder, passphrasePath, 'pfxPassphraseFile', 'pfxPassphrase'))
  return { ...loadPfx(readOptionFile(folder, path, 'pfxFile', null), passphrase), ...options }
}

function parsePaths(value: unknown, name: string): string[] {
  const paths = [value].flat()
  if (paths.length > 0 && paths.every((path): path is string => typeof path === 'string' && path !== '')) return paths
  throw new ConfigError(`${name} must be a file path`)
}

/** @param contentOption takes the file's content itself; null: none does */
function readOptionFile(folder: string, path: string, name: string, contentOption: string | null): Buffer {
  try {
    return readFileSync(resolve(folder, path))
  } catch (error) {
    throw new ConfigError(unreadable(path, name, contentOption, error as NodeJS.ErrnoException, folder))
  }
}

function unreadable(
  path: string,
  name: string,
  contentOption: string | null,
  { code = 'unknown error' }: NodeJS.ErrnoException,
  folder: string,
): string {
  if (quotePath(path) !== null) return `${name}: ${resolve(folder, path)} cannot be read (${code})`
  const content = `the ${contentKind(name)} itself`
  const advice = contentOption === null ? 'write it to a file' : `use ${contentOption}, or write it to a file`
  return isContent(path)
    ? `${name} holds ${content}, not a path: ${advice}`
    : `${name}: the file cannot be read (${code}); if ${name} holds ${content}, not a path: ${advice}`
}

function contentKind(name: string): string {
  if (/cert/i.test(name)) return 'certificate'
  if (/token/i.test(name)) return 'token'
  if (/passphrase/i.test(name)) return 'passphrase'
  return name === 'pfxFile' ? 'content' : 'key'
}

/** Without byte order mark and blanks, which editors add. */
function decodeText(bytes: Buffer): string {
  return bytes.toString('utf8').trim()
}

/** Without byte order mark and the last line end. Blanks of a passphrase count. */
function decodePassphrase(bytes: Buffer): string {
  return bytes.toString('utf8').replaceAll(/^\ufeff|\r?\n$/g, '')
}
