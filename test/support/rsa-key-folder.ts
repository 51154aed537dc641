import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    rsaKeyFolder: string
  }
}

/** A folder for the RSA key pairs of one run, see `rsa-keys.ts`. */
export default function setup({ provide }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-keys-'))
  provide('rsaKeyFolder', folder)
  return () => rmSync(folder, { recursive: true, force: true })
}
