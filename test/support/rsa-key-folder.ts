import { mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    rsaKeyFolder: string
  }
}

/** One folder for the RSA key pairs of a run, whatever its projects; see `rsa-keys.ts`. */
export default function setup({ provide }: TestProject): () => void {
  const folder = join(tmpdir(), `unified-complaints-keys-${process.pid}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  provide('rsaKeyFolder', folder)
  return () => rmSync(folder, { recursive: true, force: true })
}
