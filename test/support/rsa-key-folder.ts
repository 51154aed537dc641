import { mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One folder for the RSA key pairs of a run, whatever its projects; see `rsa-keys.mjs`. */
export default function setup(): () => void {
  const folder = join(tmpdir(), `unified-complaints-keys-${process.pid}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  process.env.RSA_KEY_FOLDER = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
