import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The RSA key pairs of all runs, whatever their projects; see `rsa-keys.mjs`. Git does not see the folder. */
export default function setup(): void {
  const folder = fileURLToPath(new URL('../../.vitest-cache/rsa-keys', import.meta.url))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  process.env.RSA_KEY_FOLDER = folder
}
