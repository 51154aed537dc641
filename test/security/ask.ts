import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Runs a script in a child process: `input` goes to its stdin as JSON, its result comes from stdout as JSON. */
export async function ask<T>(
  script: URL,
  input: object,
  { flags = [], env = {} }: { flags?: readonly string[]; env?: Record<string, string> } = {},
): Promise<T> {
  const running = promisify(execFile)(process.execPath, [...flags, script.pathname], {
    env: { ...process.env, ...env },
    timeout: 600_000,
  })
  running.child.stdin?.end(JSON.stringify(input))
  return JSON.parse((await running).stdout)
}
