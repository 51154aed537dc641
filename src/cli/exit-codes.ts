import { ComplaintError } from '../index.js'
import type { Text } from './language.js'
import { StopRequested } from './stopped.js'

/** Exit codes of the process; shown by `--help`. */
export const exitCodes = {
  done: 0,
  /** A call failed, the output could not be written, or `doctor` found an error. Rows printed before are right. */
  failed: 1,
  /** The command line or the configuration is wrong. No request was sent to a provider. */
  usage: 2,
  /** The provider has no such complaint. */
  notFound: 3,
  /** The terminal was closed: 128 + SIGHUP. */
  hungUp: 129,
  /** Ctrl-C: 128 + SIGINT. */
  interrupted: 130,
  /** 128 + SIGTERM. */
  terminated: 143,
} as const

/** A wrong command line that commander does not detect. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly text: Text
  constructor(text: Text) {
    super(text.en)
    this.text = text
  }
}

/** A file that cannot be written. */
export class WriteError extends Error {
  override readonly name = 'WriteError'
  readonly text: Text
  /** @param cause the system's error, whose code a StoreError repeats */
  constructor(text: Text, cause?: unknown) {
    super(text.en, { cause })
    this.text = text
  }
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof StopRequested) return error.exitCode
  // By code, not by class: a configuration module may use another copy of this library.
  const code = ComplaintError.isInstance(error) ? error.code : null
  if (error instanceof UsageError || code === 'CONFIG' || code === 'QUERY') return exitCodes.usage
  return code === 'NOT_FOUND' ? exitCodes.notFound : exitCodes.failed
}
