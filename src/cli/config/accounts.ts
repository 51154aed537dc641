import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  type Adapter,
  ConfigError,
  type HuishouqianOptions,
  huishouqian,
  type ProviderName,
  type WechatPayOptions,
  wechatpay,
  type XiaoeOptions,
  xiaoe,
} from '../../index.js'
import { loadPfx } from '../../pfx.js'

/** An account in a configuration file or the environment: adapter options, and paths of files that hold options. */
export type AccountDescription = Readonly<Record<string, unknown>> & { readonly provider: ProviderName }

/** Which option a file fills, and how. */
interface FileOption {
  readonly option: string
  /** `text`: trimmed UTF-8; `pem`: bytes, PEM or DER; `list`: the bytes of several files. */
  readonly as: 'text' | 'pem' | 'list'
}

type FileOptions = Readonly<Record<string, FileOption>>

const privateKeyFile: FileOptions = { privateKeyFile: { option: 'privateKey', as: 'pem' } }

/** Options that name a file. All other options are passed to the adapter unchanged. */
export const fileOptions: Readonly<Record<ProviderName, FileOptions>> = {
  wechatpay: {
    ...privateKeyFile,
    privateKeyFiles: { option: 'privateKeys', as: 'list' },
    certificateFile: { option: 'certificate', as: 'text' },
    publicKeyFile: { option: 'publicKey', as: 'pem' },
    certificateFiles: { option: 'certificates', as: 'list' },
    apiV3KeyFile: { option: 'apiV3Key', as: 'text' },
  },
  huishouqian: {
    ...privateKeyFile,
    platformCertificateFiles: { option: 'platformCertificate', as: 'list' },
    keyFile: { option: 'key', as: 'text' },
  },
  xiaoe: {
    secretKeyFile: { option: 'secretKey', as: 'text' },
    accessTokenFile: { option: 'accessToken', as: 'text' },
  },
}

const factories: Readonly<Record<ProviderName, (options: Readonly<Record<string, unknown>>) => Adapter>> = {
  // Each factory validates its options itself.
  wechatpay: (options) => wechatpay(options as unknown as WechatPayOptions),
  huishouqian: (options) => huishouqian(options as unknown as HuishouqianOptions),
  xiaoe: (options) => xiaoe(options as unknown as XiaoeOptions),
}

export const providerNames = Object.keys(factories) as readonly ProviderName[]

/**
 * The adapter options of an account, with its files read.
 * @param folder base of relative paths
 * @throws ConfigError if a file cannot be read or an option is set twice; its message never contains a file's content
 */
export function resolveOptions(description: AccountDescription, folder: string): Record<string, unknown> {
  const { provider, pfxFile, pfxPassphrase, pfxPassphraseFile, ...rest } = description
  const options: Record<string, unknown> = {}
  const providerFileOptions = fileOptions[provider]
  for (const [name, value] of Object.entries(rest)) {
    const file = providerFileOptions[name]
    if (file === undefined) {
      options[name] = value
      continue
    }
    if (file.option in rest) throw new ConfigError(`${provider}: set ${file.option} or ${name}, not both`)
    const contents = parsePaths(value, `${provider}: ${name}`).map((path) =>
      readOptionFile(resolve(folder, path), name),
    )
    const [first = Buffer.alloc(0)] = contents
    options[file.option] =
      file.as === 'list'
        ? contents
        : file.as === 'pem'
          ? first
          : first
              .toString('utf8')
              .replace(/^\ufeff/, '')
              .trim()
  }
  if (pfxFile === undefined) return options
  const [path = ''] = parsePaths(pfxFile, `${provider}: pfxFile`)
  const [passphrasePath] = pfxPassphraseFile === undefined ? [] : parsePaths(pfxPassphraseFile, 'pfxPassphraseFile')
  const passphrase =
    passphrasePath === undefined
      ? // The default passphrase of WeChat Pay's .p12 is the merchant number.
        String(pfxPassphrase ?? options.mchid ?? '')
      : readOptionFile(resolve(folder, passphrasePath), 'pfxPassphraseFile').toString('utf8').trim()
  return { ...loadPfx(readOptionFile(resolve(folder, path), 'pfxFile'), passphrase), ...options }
}

/** @throws ConfigError */
export function createAdapter(description: AccountDescription, folder: string): Adapter {
  return factories[description.provider](resolveOptions(description, folder))
}

function parsePaths(value: unknown, what: string): string[] {
  const paths = [value].flat()
  if (paths.length > 0 && paths.every((path): path is string => typeof path === 'string' && path !== '')) return paths
  throw new ConfigError(`${what} must be a file path`)
}

function readOptionFile(path: string, option: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError(`${option}: ${path} cannot be read (${code ?? 'unknown error'})`)
  }
}
