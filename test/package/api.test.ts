import { describe, expect, it } from 'vitest'
import { entryNames, reportsOf } from './api-report.js'

const files = {
  '.': 'main.api.md',
  './pfx': 'pfx.api.md',
  './config': 'config.api.md',
  './sandbox': 'sandbox.api.md',
  './schema': 'schema.api.md',
} as const

describe('the public surface', () => {
  const reports = reportsOf('.d.ts')

  it.each(entryNames)('of %s is the one that was reviewed (npm run api:update rewrites it)', async (entry) => {
    await expect(reports[entry]).toMatchFileSnapshot(files[entry])
  })

  it('is the same for CommonJS', () => {
    expect(reportsOf('.d.cts')).toEqual(reports)
  })

  it('of each entry holds what its users call', () => {
    for (const [entry, name] of [
      ['.', 'declare class ComplaintClient<'],
      ['.', 'declare function wechatpay('],
      ['./pfx', 'declare function loadPfx('],
      ['./config', 'declare function loadConfig('],
      ['./config', 'declare function diagnose('],
      ['./sandbox', 'declare function startSandbox('],
      ['./schema', 'complaintSchema: import('],
    ] as const)
      expect(reports[entry]).toContain(name)
  })

  it('is written without comments, chunk names and machine paths', () => {
    for (const entry of entryNames) expect(reports[entry]).not.toMatch(/\/\*|\/\/|\$\d|model-|dist\//)
  })
})
