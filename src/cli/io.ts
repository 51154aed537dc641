import type { Writable } from 'node:stream'
import { exitCodes } from './exit-codes.js'
import { StopRequested } from './stopped.js'

/** Everything outside the process that commands use; tests pass their own. */
export interface Io {
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: Writable & { readonly isTTY?: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds since 1970. */
  now(): number
  /** Aborted with a StopRequested when a signal arrives or stdout fails. */
  readonly stop: AbortSignal
}

/**
 * Writes to stdout and waits until the data is flushed, so that a slow pipe does not fill the memory.
 * @throws StopRequested when the write fails or `stop` is aborted
 */
export async function write({ stdout, stop }: Io, data: string | Uint8Array): Promise<void> {
  stop.throwIfAborted()
  if (data.length === 0) return
  await new Promise<void>((resolve, reject) => {
    // A write that completes in the same tick as the abort counts as written.
    const onAbort = (): void => void setImmediate(() => reject(stop.reason))
    stop.addEventListener('abort', onAbort, { once: true })
    stdout.write(data, (error) => {
      stop.removeEventListener('abort', onAbort)
      if (error == null) resolve()
      else reject(outputError(error))
    })
  })
}

/** A failed write as a StopRequested. EPIPE (`| head`) is not a failure. */
export function outputError(error: NodeJS.ErrnoException): StopRequested {
  return error.code === 'EPIPE'
    ? new StopRequested(null, exitCodes.done)
    : new StopRequested(
        { zh: `无法写入输出（原文：${error.message}）`, en: `cannot write the output (${error.message})` },
        exitCodes.failed,
      )
}

/** A line on stderr, apart from the results on stdout. */
export function writeNote({ stderr }: Io, line: string): void {
  stderr.write(`${line}\n`)
}
