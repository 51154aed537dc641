import type { Adapter } from '../../index.js'
import { type ConfiguredAccount, loadConfiguration } from '../configuration.js'
import { misspelt } from '../environment.js'
import { exitCodes, messageOf } from '../exit-codes.js'
import { type Io, note, write } from '../io.js'

export interface AccountsFlags {
  readonly config?: string
}

/** What is configured, and what each provider allows and can do. Nothing is asked of a provider. */
export async function accounts(flags: AccountsFlags, io: Io): Promise<number> {
  const configuration = await loadConfiguration(flags.config, io.env)
  await write(io, `${configuration.source}\n`)
  let wrong = 0
  for (const account of configuration.accounts) {
    const adapter = made(account, (error) => {
      wrong += 1
      return messageOf(error)
    })
    await write(io, `  ${account.name}  ${typeof adapter === 'string' ? adapter : summary(adapter)}\n`)
  }
  warnOfMisspelt(flags, io)
  return wrong > 0 ? exitCodes.misunderstood : exitCodes.done
}

/** Variables count only where no file is given. */
export function warnOfMisspelt(flags: AccountsFlags, io: Io): void {
  if (flags.config !== undefined) return
  for (const name of misspelt(io.env)) note(io, `${name} is set and means nothing here; is it misspelt? See --help.`)
}

function made(account: ConfiguredAccount, onError: (error: unknown) => string): Adapter | string {
  try {
    return account.adapter()
  } catch (error) {
    return onError(error)
  }
}

function summary({ limits, capabilities }: Adapter): string {
  const { pageSize, windowDays, rateLimit } = limits
  const can = (['history', 'media', 'notifications'] as const).filter((name) => capabilities[name])
  return [
    `${pageSize.default} rows a page`,
    `windows of ${windowDays} days`,
    rateLimit === null ? 'no quota' : `${rateLimit.requests} requests in ${rateLimit.perMs / 1000} s`,
    ['list', 'get', ...can].join(' '),
  ].join(', ')
}
