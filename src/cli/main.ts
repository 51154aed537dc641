#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { exitCodes } from './exit-codes.js'
import { Stopped } from './io.js'
import { run } from './program.js'

const stop = new AbortController()

/** The first signal ends the work in good order; the second one ends the process. */
function onSignal(exitCode: number): () => void {
  return () => {
    if (stop.signal.aborted) process.exit(exitCode)
    stop.abort(new Stopped('stopped', exitCode))
  }
}

process.on('SIGINT', onSignal(exitCodes.interrupted))
process.on('SIGTERM', onSignal(exitCodes.terminated))
// Whoever reads our output wants no more of it (`| head`): that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  stop.abort(new Stopped('', exitCodes.done))
})

const { version }: { version: string } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)
void run(
  process.argv.slice(2),
  { stdout: process.stdout, stderr: process.stderr, env: process.env, now: Date.now, stop: stop.signal },
  version,
).then((code) => {
  process.exitCode = code
})
