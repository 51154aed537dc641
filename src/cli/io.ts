import type { Writable } from 'node:stream'
import { exitCodes } from './exit-codes.js'
import { StopRequested } from './stopped.js'

/** What the command line has of the world around it; tests bring their own. */
export interface Io {
  readonly stdout: Writable & { readonly isTTY?: boolean }
  readonly stderr: Writable & { readonly isTTY?: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds since 1970. */
  now(): number
  /** Aborted, with a Stopped as its reason, when the user or the reader of stdout wants no more. */
  readonly stop: AbortSignal
}

/**
 * Writes, and waits until it is out: a slow pipe must not fill the memory, and what a full disk refuses was not written.
 * @throws Stopped when it cannot be written, or nobody wants it any more
 */
export async function write({ stdout, stop }: Io, data: string | Uint8Array): Promise<void> {
  stop.throwIfAborted()
  if (data.length === 0) return
  await new Promise<void>((resolve, reject) => {
    // What is out already counts as written, also when the stop comes meanwhile.
    const onAbort = (): void => void setImmediate(() => reject(stop.reason))
    stop.addEventListener('abort', onAbort, { once: true })
    stdout.write(data, (error) => {
      stop.removeEventListener('abort', onAbort)
      if (error == null) resolve()
      else reject(outputError(error))
    })
  })
}

/** Why nothing more can be written. Whoever reads our output and wants no more of it (`| head`) is no failure. */
export function outputError(error: NodeJS.ErrnoException): StopRequested {
  return error.code === 'EPIPE'
    ? new StopRequested('', exitCodes.done)
    : new StopRequested(`the output cannot be written (${error.message})`, exitCodes.failed)
}

/** A line for people, beside the results. */
export function writeNote({ stderr }: Io, line: string): void {
  stderr.write(`${line}\n`)
}
