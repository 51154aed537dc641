import type { Writable } from 'node:stream'

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

/** Why the work ends before its end. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
  readonly exitCode: number
  constructor(message: string, exitCode: number) {
    super(message)
    this.exitCode = exitCode
  }
}

/** Writes, and waits until the reader has caught up: a slow pipe must not fill the memory. */
export async function write({ stdout, stop }: Io, data: string | Uint8Array): Promise<void> {
  stop.throwIfAborted()
  if (data.length === 0 || stdout.write(data)) return
  await new Promise<void>((resolve, reject) => {
    const settle = (): void => {
      stdout.off('drain', settle)
      stdout.off('close', settle)
      stop.removeEventListener('abort', settle)
      if (stop.aborted) reject(stop.reason)
      else resolve()
    }
    stdout.once('drain', settle)
    stdout.once('close', settle)
    stop.addEventListener('abort', settle, { once: true })
  })
}

/** A line for people, beside the results. */
export function note({ stderr }: Io, line: string): void {
  stderr.write(`${line}\n`)
}
