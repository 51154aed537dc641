import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Runs a script in a process of its own: `given` goes in through stdin, what it found comes out as JSON. */
export async function ask<T>(
  script: URL,
  given: object,
  { flags = [], env = {} }: { flags?: readonly string[]; env?: Record<string, string> } = {},
): Promise<T> {
  const running = promisify(execFile)(process.execPath, [...flags, script.pathname], {
    env: { ...process.env, ...env },
    timeout: 600_000,
  })
  running.child.stdin?.end(JSON.stringify(given))
  return JSON.parse((await running).stdout)
}
