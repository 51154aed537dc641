import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { variables } from './config/environment.js'
import { exitCodeOf, exitCodes, formatError } from './exit-codes.js'
import { type Io, writeNote } from './io.js'
import { formatNames } from './output/formats.js'
import { StopRequested } from './stopped.js'

const maxComplaints = 100_000
const states = ['pending', 'processing', 'resolved', 'unknown']

const footer = `
Exit codes: ${exitCodes.done} done; ${exitCodes.failed} a call failed, or doctor found something (what was printed before is right);
${exitCodes.usage} command line or configuration wrong, nothing was asked of a provider; ${exitCodes.notFound} no such complaint;
${exitCodes.interrupted} stopped by Ctrl-C, ${exitCodes.terminated} by SIGTERM, ${exitCodes.hungUp} as its terminal was closed (a list says how to go on).

Accounts come from --config (JSON, or a module that exports the same), or from these variables:
${Object.values(variables)
  .flat()
  .map(({ name, meaning }) => `  ${name.padEnd(40)} ${meaning}`)
  .join('\n')}
Secrets are never options: others on this host could read them.`

/** Runs one command line; resolves to its exit code and never rejects. Commands load only when they are called. */
export async function run(argv: readonly string[], io: Io, version: string): Promise<number> {
  let code: number = exitCodes.done
  const program = createProgram(io, version, (result) => {
    code = result
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    if (!(error instanceof StopRequested) || error.message !== '') writeNote(io, formatError(error))
    return exitCodeOf(error)
  }
}

function createProgram(io: Io, version: string, setExitCode: (code: number) => void): Command {
  const program = new Command('unified-complaints')
    .description('Merchant complaints (投诉) of Huishouqian, WeChat Pay and Xiaoe-tech as one list')
    .version(version, '-v, --version')
    .addHelpText('after', footer)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .showHelpAfterError('(--help says more)')

  const addCommand = (nameAndArguments: string, description: string): Command =>
    program.command(nameAndArguments).description(description).copyInheritedSettings(program)
  const addAccountCommand = (nameAndArguments: string, description: string): Command =>
    addCommand(nameAndArguments, description).option('-c, --config <file>', 'accounts, as JSON or a module')
  const complaint = '<[provider:[account:]]id>'

  addOutputOptions(addAccountCommand('list', 'complaints, by the time they were made'))
    .option('--since <span>', 'counted back from now: 24h, 7d, 2w (default: 30d)')
    .option('--from <time>', 'first Beijing day, or an ISO 8601 time with an offset')
    .option('--to <time>', 'last Beijing day, or an ISO 8601 time with an offset (default: now)')
    .addOption(new Option('--state <state...>', 'only these').choices(states))
    .option('--account <account...>', 'only these: account or provider:account')
    .option('--merchant <merchant>', 'only this (sub-)merchant')
    .option('--merchant-order-no <number>', 'only about this order')
    .addOption(new Option('--order <order>', 'arrival: as they come').choices(['arrival', 'newest', 'oldest']))
    .option('--limit <rows>', 'no more rows than this', parsePositiveInt)
    .option('--cursor <cursor>', 'go on where an earlier list ended')
    .option('--keep-going', 'when one account fails, list the others', false)
    .action(async (flags) => setExitCode(await (await import('./commands/list.js')).list(flags, io)))

  addOutputOptions(addAccountCommand(`get ${complaint}`, 'one complaint as it stands now')).action(
    async (reference, flags) => setExitCode(await (await import('./commands/get.js')).get(reference, flags, io)),
  )
  addOutputOptions(addAccountCommand(`history ${complaint}`, 'what was said and done about a complaint')).action(
    async (reference, flags) =>
      setExitCode(await (await import('./commands/history.js')).history(reference, flags, io)),
  )
  addAccountCommand(`media ${complaint} <url>`, 'an image or file of a complaint')
    .option('-o, --output <file>', 'a file that is not there yet (default: stdout)')
    .action(async (reference, url, flags) =>
      setExitCode(await (await import('./commands/media.js')).media(reference, url, flags, io)),
    )
  addAccountCommand('accounts', 'what is configured; asks nothing of a provider')
    .addOption(languageOption())
    .action(async (flags) => setExitCode(await (await import('./commands/accounts.js')).accounts(flags, io)))
  addAccountCommand('doctor', "checks each account: keys, certificates, this host's clock, one signed call")
    .addOption(languageOption())
    .action(async (flags) => setExitCode(await (await import('./commands/doctor.js')).doctor(flags, io)))
  addCommand('sandbox', 'local servers that play the providers, and the variables to read them with')
    .option('--complaints <count>', `of each provider, at most ${maxComplaints} (default: 60)`, parseComplaintCount)
    .option('--seed <number>', 'the same seed, the same complaints', parsePositiveInt)
    .addOption(new Option('--sign-type <type>', 'of Huishouqian').choices(['RSA2', 'CFCA']))
    .addOption(
      new Option('--shell <shell>', 'for which the variables are written').choices(['sh', 'powershell']).default('sh'),
    )
    .option('-o, --output <file>', 'write the variables there instead of to stdout')
    .action(async (flags) => setExitCode(await (await import('./commands/sandbox.js')).sandbox(flags, io)))
  addCommand('demo', 'complaints of three local servers, without any configuration')
    .addOption(languageOption('of headings and totals (default: headings in both)'))
    .action(async (flags) => setExitCode(await (await import('./commands/demo.js')).demo(flags, io)))
  return program
}

function addOutputOptions(command: Command): Command {
  return command
    .addOption(new Option('-f, --format <format>', 'of the output').choices(formatNames).default('table'))
    .option('--bom', 'CSV for Excel: byte order mark, long numbers kept as text', false)
    .option('--show-phones', 'phone numbers and openids in full', false)
    .addOption(languageOption())
}

function languageOption(description = 'of headings and advice (default: the locale)'): Option {
  return new Option('--lang <language>', description).choices(['zh', 'en'])
}

/** All of them are held in memory. */
function parseComplaintCount(text: string): number {
  if (/^[1-9]\d*$/.test(text) && Number(text) <= maxComplaints) return Number(text)
  throw new InvalidArgumentError(
    `It must be a whole number from 1 to ${maxComplaints}: the sandbox holds all in memory.`,
  )
}

function parsePositiveInt(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number of at least 1.')
}
