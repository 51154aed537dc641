import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const root: string = new URL('../..', import.meta.url).pathname

export const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, [...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** An empty project where nothing of this repository is near, and the tarball that npm would publish. */
export function emptyProject(): { folder: string; tarball: string } {
  const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-package-'))
  run('npm', ['pack', '--silent', '--pack-destination', folder], root)
  const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '')
  writeFileSync(join(folder, 'package.json'), '{ "name": "consumer", "private": true }')
  return { folder, tarball }
}

/** Installs from the registry, or from npm's cache where that has it. */
export function install(folder: string, ...packages: string[]): void {
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefer-offline', ...packages], folder)
}

/** The package alone, none of its dependencies. */
export function unpack(folder: string, tarball: string): void {
  const target = join(folder, 'node_modules/unified-complaints')
  mkdirSync(target, { recursive: true })
  run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'], folder)
}
