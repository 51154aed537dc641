import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import type { LabelTable } from '../labels/tables.js'
import { complaintChannels, complaintStates } from '../model.js'
import { sharedLabels } from '../providers/labels.js'
import { exitCodeOf, exitCodes } from './exit-codes.js'
import { formatError, untranslated } from './format-error.js'
import { complaintCountText, helpFooter, helpTexts, helpWords, usageErrorText } from './help-texts.js'
import { type Io, writeNote } from './io.js'
import { type Language, languageOf } from './language.js'
import { formatNames } from './output/formats.js'
import { displayWidth } from './output/width.js'
import { StopRequested } from './stopped.js'
import { oneLine, withoutKeys } from './text.js'

type HelpText = (key: keyof typeof helpTexts) => string

const maxComplaints = 100_000

/** Runs one command line and resolves to its exit code; never rejects. Loads only the command that runs. */
export async function run(argv: readonly string[], io: Io, version: string): Promise<number> {
  const language = languageOf(argv, io.env)
  let code: number = exitCodes.done
  const program = createProgram(io, version, language, (result) => {
    code = result
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help that was printed for a missing command has no message.
      if (error.exitCode !== 0 && error.code !== 'commander.help' && language === 'zh')
        writeNote(io, chineseUsageError(error))
      return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    }
    if (!(error instanceof StopRequested) || error.message !== '') writeNote(io, formatError(error, language))
    return exitCodeOf(error)
  }
}

/** Commander's own messages are English. */
function chineseUsageError({ code, message }: CommanderError): string {
  return `${untranslated(usageErrorText(code), oneLine(withoutKeys(message)), 'zh')}，可用 --help 查看帮助`
}

function createProgram(io: Io, version: string, language: Language, setExitCode: (code: number) => void): Command {
  const text: HelpText = (key) => helpTexts[key][language]
  const program = new Command('unified-complaints')
    .description(text('program'))
    .version(version, '-v, --version', text('version'))
    .helpOption('-h, --help', text('help'))
    .helpCommand('help [command]', text('help'))
    .enablePositionalOptions()
    .addOption(languageOption(text))
    .hook('preAction', (root, command) => {
      const { lang } = root.opts<{ lang?: string }>()
      if (lang !== undefined && command.getOptionValue('lang') === undefined) command.setOptionValue('lang', lang)
    })
    .addHelpText('after', helpFooter(language))
    .exitOverride()
    .configureOutput({
      writeOut: (output) => io.stdout.write(output),
      writeErr: (output) => io.stderr.write(withoutKeys(output)),
      // Printed by `run`, which knows the code.
      ...(language === 'zh' ? { outputError: () => {} } : {}),
    })
    .showHelpAfterError(language === 'zh' ? false : '(see --help)')
  if (language === 'zh') {
    program.configureHelp({
      displayWidth,
      styleTitle: (title) => helpWords[title] ?? title,
      styleOptionDescription: chineseOptionDetails,
    })
  }

  const addCommand = (nameAndArguments: string, description: string): Command =>
    program
      .command(nameAndArguments)
      .description(description)
      .copyInheritedSettings(program)
      .helpOption('-h, --help', text('help'))
  const addAccountCommand = (nameAndArguments: string, description: string): Command =>
    addCommand(nameAndArguments, description).option('-c, --config <file>', text('config'))
  const complaint = '<[provider:[account:]]id>'

  addOutputOptions(addFilterOptions(addAccountCommand('list', text('list')), text), text)
    .addOption(new Option('--order <order>', text('order')).choices(['arrival', 'newest', 'oldest']))
    .option('--limit <rows>', text('limit'), parsePositiveInt)
    .option('--cursor <cursor>', text('cursor'))
    .option('--keep-going', text('keepGoing'), false)
    .action(async (flags) => setExitCode(await (await import('./commands/list.js')).list(flags, io)))

  addAccountCommand('follow', text('follow'))
    .option('--every <time>', text('every'))
    .option('--state-file <file>', text('stateFile'))
    .option('--from <time>', text('followFrom'))
    .option('--due-within <span>', text('followDueWithin'))
    .addOption(new Option('-f, --format <format>', text('followFormat')).choices(['table', 'ndjson']))
    .option('--once', text('once'), false)
    .option('--exec <command>', text('exec'))
    .option('--provider <providers...>', text('provider'), parseValues())
    .option('--account <accounts...>', text('account'), parseValues())
    .option('--merchant <merchant>', text('merchant'))
    .option('--show-phones', text('showPhones'), false)
    .addOption(languageOption(text))
    .action(async (flags) => setExitCode(await (await import('./commands/follow.js')).follow(flags, io)))

  addFilterOptions(addAccountCommand('report', text('report')), text)
    .option('-o, --output <file>', text('reportOutput'))
    .option('--show-phones', text('showPhones'), false)
    .option('--keep-going', text('keepGoing'), false)
    .addOption(languageOption(text, 'reportLang'))
    .action(async (flags) => setExitCode(await (await import('./commands/report.js')).report(flags, io)))
  addOutputOptions(addAccountCommand(`get ${complaint}`, text('get')), text).action(async (reference, flags) =>
    setExitCode(await (await import('./commands/get.js')).get(reference, flags, io)),
  )
  addOutputOptions(addAccountCommand(`history ${complaint}`, text('history')), text).action(async (reference, flags) =>
    setExitCode(await (await import('./commands/history.js')).history(reference, flags, io)),
  )
  addAccountCommand(`media ${complaint} <url>`, text('media'))
    .option('-o, --output <file>', text('mediaOutput'))
    .addOption(languageOption(text))
    .action(async (reference, url, flags) =>
      setExitCode(await (await import('./commands/media.js')).media(reference, url, flags, io)),
    )
  addAccountCommand('accounts', text('accounts'))
    .addOption(languageOption(text))
    .action(async (flags) => setExitCode(await (await import('./commands/accounts.js')).accounts(flags, io)))
  addAccountCommand('doctor', text('doctor'))
    .option('--account <accounts...>', text('account'), parseValues())
    .option('--provider <providers...>', text('doctorProvider'), parseValues())
    .option('--only-problems', text('onlyProblems'), false)
    .addOption(new Option('-f, --format <format>', text('doctorFormat')).choices(['text', 'json']).default('text'))
    .addOption(languageOption(text))
    .action(async (flags) => setExitCode(await (await import('./commands/doctor.js')).doctor(flags, io)))
  addCommand('sandbox', text('sandbox'))
    .option('--complaints <count>', complaintCountText(maxComplaints)[language], parseComplaintCount)
    .option('--seed <number>', text('seed'), parsePositiveInt)
    .option('--arrivals <time>', text('arrivals'))
    .addOption(new Option('--sign-type <type>', text('signType')).choices(['RSA2', 'CFCA']))
    .addOption(new Option('--shell <shell>', text('shell')).choices(['sh', 'powershell']).default('sh'))
    .option('-o, --output <file>', text('sandboxOutput'))
    .addOption(languageOption(text))
    .action(async (flags) => setExitCode(await (await import('./commands/sandbox.js')).sandbox(flags, io)))
  addCommand('demo', text('demo'))
    .addOption(languageOption(text, 'demoLang'))
    .option('--report [file]', text('demoReport'))
    .action(async (flags) => setExitCode(await (await import('./commands/demo.js')).demo(flags, io)))
  return program
}

/** Which complaints are read. */
function addFilterOptions(command: Command, text: HelpText): Command {
  return command
    .option('--since <span>', text('since'))
    .option('--from <time>', text('from'))
    .option('--to <time>', text('to'))
    .addOption(
      new Option('--state <states...>', text('state')).argParser(parseValues(complaintStates, sharedLabels.state)),
    )
    .addOption(
      new Option('--channel <channels...>', text('channel')).argParser(
        parseValues(complaintChannels, sharedLabels.channel),
      ),
    )
    .option('--provider <providers...>', text('provider'), parseValues())
    .option('--account <accounts...>', text('account'), parseValues())
    .option('--merchant <merchant>', text('merchant'))
    .option('--merchant-order-no <number>', text('merchantOrderNo'))
    .option('--overdue', text('overdue'))
    .option('--no-overdue', text('noOverdue'))
    .option('--due-within <span>', text('dueWithin'))
}

function addOutputOptions(command: Command, text: HelpText): Command {
  return command
    .addOption(new Option('-f, --format <format>', text('format')).choices(formatNames))
    .option('-o, --output <file>', text('output'))
    .option('--bom', text('bom'), false)
    .option('--excel', text('excel'), false)
    .option('--show-phones', text('showPhones'), false)
    .addOption(languageOption(text))
}

/**
 * Several values, separated by commas or blanks.
 * @param labels of the allowed values: tables show the Chinese ones, so they may be typed as well
 */
function parseValues(
  allowed?: readonly string[],
  labels: LabelTable = {},
): (text: string, earlier?: readonly string[]) => string[] {
  const toValue = (typed: string): string => Object.keys(labels).find((value) => labels[value]?.zh === typed) ?? typed
  return (text, earlier = []) => {
    const values = text
      .split(/[,，、\s]+/)
      .filter((value) => value !== '')
      .map(toValue)
    const unknown = values.find((value) => allowed?.includes(value) === false)
    if (values.length === 0 || unknown !== undefined)
      throw new InvalidArgumentError(`Allowed choices are ${allowed?.join(', ') ?? 'names'}.`)
    return [...earlier, ...values]
  }
}

function languageOption(text: HelpText, key: 'lang' | 'demoLang' | 'reportLang' = 'lang'): Option {
  return new Option('--lang <language>', text(key)).choices(['zh', 'en'])
}

/** The details that commander adds to the description of an option. */
function chineseOptionDetails(description: string): string {
  return description
    .replace(/\(choices: (.*?)(?:, default: (.*?))?\)$/, (_, choices, value) =>
      value === undefined ? `（可选 ${choices}）` : `（可选 ${choices}，默认 ${value}）`,
    )
    .replace(/ \(default: false\)$/, '')
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
