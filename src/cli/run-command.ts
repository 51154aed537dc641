import { spawn } from 'node:child_process'
import type { Io } from './io.js'

/**
 * Runs a command in the shell. What it prints goes to stderr, because stdout holds rows.
 * @param input its standard input; the command need not read it
 * @returns null when the command succeeded, else how it ended
 */
export function runCommand(command: string, input: string, { env, stderr }: Io): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(command, { shell: true, env: { ...env }, stdio: 'pipe' })
    child.stdout.pipe(stderr, { end: false })
    child.stderr.pipe(stderr, { end: false })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.once('error', ({ message }) => resolve(message))
    child.once('close', (code, signal) => resolve(code === 0 ? null : (signal ?? `exit code ${code}`)))
  })
}
