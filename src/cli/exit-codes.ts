import { ComplaintError } from '../index.js'
import { StopRequested } from './stopped.js'
import { oneLine } from './text.js'

/** What the process ends with; shown by `--help`. */
export const exitCodes = {
  /** Everything that was asked for was done. */
  done: 0,
  /** A call failed, or `doctor` found something. What was printed before is right. */
  failed: 1,
  /** The command line or the configuration is wrong: nothing was asked of a provider. */
  usage: 2,
  /** The provider knows no such complaint. */
  notFound: 3,
  /** Its terminal was closed: 128 + SIGHUP. */
  hungUp: 129,
  /** Ctrl-C: 128 + SIGINT. */
  interrupted: 130,
  /** 128 + SIGTERM. */
  terminated: 143,
} as const

/** The command line is wrong in a way that the parser of options could not see. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof StopRequested) return error.exitCode
  // By its code: a configuration file may have brought a copy of this library of its own.
  const code = ComplaintError.isInstance(error) ? error.code : null
  if (error instanceof UsageError || code === 'CONFIG' || code === 'QUERY') return exitCodes.usage
  return code === 'NOT_FOUND' ? exitCodes.notFound : exitCodes.failed
}

/** One line for people. Errors of this library are free of secrets; others speak of files and sockets. */
export function formatError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (!ComplaintError.isInstance(error)) return error.message
  const { requestId } = error
  return requestId === null ? error.message : `${error.message} (request id ${oneLine(requestId)})`
}
