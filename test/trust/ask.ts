import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Runs a script of this folder in a process of its own: `given` goes in through stdin, what it found comes out as JSON. */
export async function ask<T>(
  script: string,
  given: object,
  { flags = [], env = {} }: { flags?: readonly string[]; env?: Record<string, string> } = {},
): Promise<T> {
  const running = promisify(execFile)(process.execPath, [...flags, new URL(script, import.meta.url).pathname], {
    env: { ...process.env, ...env },
    timeout: 600_000,
  })
  running.child.stdin?.end(JSON.stringify(given))
  return JSON.parse((await running).stdout)
}
