import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'

/** `next build` bundles the package into a route handler of the server; `next start` serves it. */
const next = ['node_modules/next/dist/bin/next']
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }
execFileSync(process.execPath, [...next, 'build'], { env, stdio: 'inherit' })
const port = 20_000 + (process.pid % 20_000)
const server = spawn(process.execPath, [...next, 'start', '-H', '127.0.0.1', '-p', String(port)], { env })
try {
  await new Promise((resolve, reject) => {
    server.stdout.on('data', (chunk) => String(chunk).includes('Ready') && resolve())
    server.once('exit', (code) => reject(new Error(`next start ended with ${code}`)))
  })
  const response = await fetch(`http://127.0.0.1:${port}/complaints`)
  assert.deepEqual([response.status, await response.text()], [200, '350 complaints'])
} finally {
  server.kill('SIGTERM')
  await once(server, 'exit')
}
console.log('350 complaints')
