import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { complaintChannels, complaintStates } from '../model.js'
import { variables } from './config/environment.js'
import { exitCodeOf, exitCodes, formatError } from './exit-codes.js'
import { type Io, writeNote } from './io.js'
import { formatNames } from './output/formats.js'
import { StopRequested } from './stopped.js'

const maxComplaints = 100_000

const footer = `
Exit codes:
  ${exitCodes.done}    done
  ${exitCodes.failed}    a call failed, the output could not be written, or doctor found an error; rows printed before are right
  ${exitCodes.usage}    the command line or the configuration is wrong; no request was sent to a provider
  ${exitCodes.notFound}    the provider has no such complaint
  ${exitCodes.interrupted}  stopped by Ctrl-C (list prints how to resume)
  ${exitCodes.terminated}  stopped by SIGTERM
  ${exitCodes.hungUp}  stopped because the terminal was closed

Accounts come from --config (a JSON file, or a module that exports the same object), or from these variables:
${Object.values(variables)
  .flat()
  .map(({ name, meaning }) => `  ${name.padEnd(40)} ${meaning}`)
  .join('\n')}
Secrets are never command-line options, because other users of this host could read them.`

/** Runs one command line and resolves to its exit code; never rejects. Loads only the command that runs. */
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
    .showHelpAfterError('(see --help)')

  const addCommand = (nameAndArguments: string, description: string): Command =>
    program.command(nameAndArguments).description(description).copyInheritedSettings(program)
  const addAccountCommand = (nameAndArguments: string, description: string): Command =>
    addCommand(nameAndArguments, description).option('-c, --config <file>', 'accounts: a JSON file or a module')
  const complaint = '<[provider:[account:]]id>'

  addOutputOptions(addFilterOptions(addAccountCommand('list', 'list complaints by creation time')))
    .addOption(
      new Option(
        '--order <order>',
        'order of the rows; arrival: as the providers respond (default: newest for tables, else arrival)',
      ).choices(['arrival', 'newest', 'oldest']),
    )
    .option('--limit <rows>', 'maximum number of rows', parsePositiveInt)
    .option('--cursor <cursor>', 'resume where an earlier list ended')
    .option('--keep-going', 'if an account fails, list the others', false)
    .action(async (flags) => setExitCode(await (await import('./commands/list.js')).list(flags, io)))

  addFilterOptions(
    addAccountCommand('report', 'write a report of the complaints: figures, charts, deadlines and a table'),
  )
    .option('-o, --output <file>', 'a .html or .xlsx file (default: complaints-report.html)')
    .option('--show-phones', 'do not mask phone numbers and openids', false)
    .option('--keep-going', 'if an account fails, report the others', false)
    .addOption(languageOption('language of the report (default: the locale)'))
    .action(async (flags) => setExitCode(await (await import('./commands/report.js')).report(flags, io)))
  addOutputOptions(addAccountCommand(`get ${complaint}`, 'print the current state of one complaint')).action(
    async (reference, flags) => setExitCode(await (await import('./commands/get.js')).get(reference, flags, io)),
  )
  addOutputOptions(addAccountCommand(`history ${complaint}`, 'print the negotiation history of a complaint')).action(
    async (reference, flags) =>
      setExitCode(await (await import('./commands/history.js')).history(reference, flags, io)),
  )
  addAccountCommand(`media ${complaint} <url>`, 'download an image or file of a complaint')
    .option('-o, --output <file>', 'a new file (default: stdout)')
    .action(async (reference, url, flags) =>
      setExitCode(await (await import('./commands/media.js')).media(reference, url, flags, io)),
    )
  addAccountCommand('accounts', 'print the configured accounts; sends no request')
    .addOption(languageOption())
    .action(async (flags) => setExitCode(await (await import('./commands/accounts.js')).accounts(flags, io)))
  addAccountCommand('doctor', "check each account: keys, certificates, this host's clock, one signed request")
    .addOption(languageOption())
    .action(async (flags) => setExitCode(await (await import('./commands/doctor.js')).doctor(flags, io)))
  addCommand(
    'sandbox',
    'start local servers that behave like the providers, and print the variables that configure them',
  )
    .option(
      '--complaints <count>',
      `complaints of each provider, at most ${maxComplaints} (default: 60)`,
      parseComplaintCount,
    )
    .option('--seed <number>', 'the same seed makes the same complaints', parsePositiveInt)
    .addOption(new Option('--sign-type <type>', 'signature type of Huishouqian').choices(['RSA2', 'CFCA']))
    .addOption(new Option('--shell <shell>', 'syntax of the variables').choices(['sh', 'powershell']).default('sh'))
    .option('-o, --output <file>', 'write the variables to this file (default: stdout)')
    .action(async (flags) => setExitCode(await (await import('./commands/sandbox.js')).sandbox(flags, io)))
  addCommand('demo', 'list complaints of three local servers; needs no configuration')
    .addOption(languageOption('language of headings and totals (default: headings in both)'))
    .option('--report [file]', 'write a sample report instead: .html or .xlsx (default: complaints-report.html)')
    .action(async (flags) => setExitCode(await (await import('./commands/demo.js')).demo(flags, io)))
  return program
}

/** Which complaints are read. */
function addFilterOptions(command: Command): Command {
  return command
    .option('--since <span>', 'yesterday, today, or how far back from now: 24h, 7d, 2w, 1m (default: 30d)')
    .option(
      '--from <time>',
      'start: a day in Beijing time (2026-11-01, 2026/11/01), or an ISO 8601 time with an offset',
    )
    .option('--to <time>', 'end: the last day in Beijing time, or an ISO 8601 time with an offset (default: now)')
    .addOption(
      new Option('--state <states...>', `only complaints in these states: ${complaintStates.join(', ')}`).argParser(
        parseValues(complaintStates),
      ),
    )
    .addOption(
      new Option(
        '--channel <channels...>',
        `only complaints made through these channels: ${complaintChannels.join(', ')}`,
      ).argParser(parseValues(complaintChannels)),
    )
    .option('--provider <providers...>', 'only accounts of these providers', parseValues())
    .option('--account <accounts...>', 'only these accounts: account or provider:account', parseValues())
    .option('--merchant <merchant>', 'only complaints about this merchant or sub-merchant')
    .option('--merchant-order-no <number>', 'only complaints about this merchant order')
    .option('--overdue', 'only unresolved complaints whose deadline has passed', false)
    .option('--due-within <span>', 'only unresolved complaints due within this time, or late already: 6h, 2d')
}

function addOutputOptions(command: Command): Command {
  return command
    .addOption(new Option('-f, --format <format>', 'output format (default: table)').choices(formatNames))
    .option(
      '-o, --output <file>',
      'write a file, whole or not at all; .csv, .xlsx, .json or .ndjson chooses the format',
    )
    .option('--bom', 'CSV begins with a byte order mark, as Excel needs it (--output has it)', false)
    .option('--excel', 'CSV writes long numbers as ="…", which Excel keeps as text', false)
    .option('--show-phones', 'do not mask phone numbers and openids', false)
    .addOption(languageOption())
}

/** Several values, separated by commas or blanks. */
function parseValues(allowed?: readonly string[]): (text: string, earlier?: readonly string[]) => string[] {
  return (text, earlier = []) => {
    const values = text.split(/[,，\s]+/).filter((value) => value !== '')
    const unknown = values.find((value) => allowed?.includes(value) === false)
    if (values.length === 0 || unknown !== undefined)
      throw new InvalidArgumentError(`Allowed choices are ${allowed?.join(', ') ?? 'names'}.`)
    return [...earlier, ...values]
  }
}

function languageOption(description = 'language of headings and advice (default: the locale)'): Option {
  return new Option('--lang <language>', description).choices(['zh', 'en'])
}

function parseComplaintCount(text: string): number {
  if (/^[1-9]\d*$/.test(text) && Number(text) <= maxComplaints) return Number(text)
  throw new InvalidArgumentError(
    `Expected a whole number from 1 to ${maxComplaints}: the sandbox keeps all complaints in memory.`,
  )
}

function parsePositiveInt(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected a whole number of at least 1.')
}
