#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { exitCodes } from './exit-codes.js'
import { note, outputLost } from './io.js'
import { run } from './program.js'
import { Stopped } from './stopped.js'

/** npx hands on the signal that the terminal has sent already: both are one wish. */
const sameWishMs = 500
const stop = new AbortController()
let stoppedAt = Number.POSITIVE_INFINITY

/** The first signal ends the work in good order; a later one ends the process. */
function onSignal(exitCode: number): () => void {
  return () => {
    const now = performance.now()
    if (now - stoppedAt > sameWishMs) process.exit(exitCode)
    stoppedAt = Math.min(stoppedAt, now)
    stop.abort(new Stopped('stopped', exitCode))
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
  const lost = outputLost(error)
  stop.abort(lost)
  if (!hasEnded || process.exitCode === lost.exitCode) return
  // What was written last was not waited for.
  process.exitCode = lost.exitCode
  note(io, lost.message)
})
// There is nobody left to tell.
process.stderr.on('error', () => {})

void run(process.argv.slice(2), io, version).then((code) => {
  hasEnded = true
  process.exitCode = code
})
