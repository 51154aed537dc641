#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { exitCodes } from './exit-codes.js'
import { formatError } from './format-error.js'
import { outputError, writeNote } from './io.js'
import { languageOf } from './language.js'
import { run } from './program.js'
import { StopRequested, stopped } from './stopped.js'

/** npx forwards a signal that the terminal already sent: two signals within this time count as one. */
const duplicateSignalMs = 500
const stop = new AbortController()
let firstSignalAt = Number.POSITIVE_INFINITY

/** The first signal stops the command cleanly; a later one exits at once. */
function onSignal(exitCode: number): () => void {
  return () => {
    const now = performance.now()
    if (now - firstSignalAt > duplicateSignalMs) process.exit(exitCode)
    firstSignalAt = Math.min(firstSignalAt, now)
    stop.abort(new StopRequested(stopped, exitCode))
  }
}

process.on('SIGHUP', onSignal(exitCodes.hungUp))
process.on('SIGINT', onSignal(exitCodes.interrupted))
process.on('SIGTERM', onSignal(exitCodes.terminated))

const { version }: { version: string } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)
const io = { stdout: process.stdout, stderr: process.stderr, env: process.env, now: Date.now, stop: stop.signal }
let hasEnded = false

process.stdout.on('error', (error) => {
  const stopRequest = outputError(error)
  stop.abort(stopRequest)
  if (!hasEnded || process.exitCode === stopRequest.exitCode) return
  // The command had ended before its last write failed.
  process.exitCode = stopRequest.exitCode
  writeNote(io, formatError(stopRequest, languageOf(process.argv.slice(2), process.env)))
})
// Nothing can be reported without stderr.
process.stderr.on('error', () => {})

void run(process.argv.slice(2), io, version).then((code) => {
  hasEnded = true
  process.exitCode = code
})
