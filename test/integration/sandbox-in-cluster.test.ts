import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const script = fileURLToPath(new URL('sandbox-in-cluster-child.mjs', import.meta.url))

it('each worker of a cluster has a sandbox of its own', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 20_000 })
  const urls: string[] = JSON.parse(stdout)
  expect(urls).toHaveLength(2)
  expect(new Set(urls).size).toBe(2)
})
