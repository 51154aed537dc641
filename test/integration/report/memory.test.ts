import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const child = new URL('./memory-child.mjs', import.meta.url).pathname

it('a spreadsheet of 100,000 complaints takes less than 512 MB and two minutes', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [child, '100000'], { timeout: 120_000 })
  const { bytes, maxRssMb } = JSON.parse(stdout)
  expect(bytes).toBeGreaterThan(5_000_000)
  expect(maxRssMb).toBeLessThan(512)
}, 130_000)
