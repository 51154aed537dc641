import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * The packed package with the oldest and with the newest dependencies that its ranges allow. The tests of the repository
 * run with what the lock names, so without this a range may promise too much.
 */
const root = new URL('../..', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-ranges-'))
const read = (path) => JSON.parse(readFileSync(path, 'utf8'))
const { bin, dependencies } = read(join(root, 'package.json'))

/** `^1.2.3` begins with 1.2.3: other forms of range have other first versions. */
const oldest = Object.entries(dependencies).map(([name, range]) => {
  assert.match(range, /^\^\d+\.\d+\.\d+$/, `${name}: a library names a caret range`)
  return [name, range.slice(1)]
})

function consumer(name, ...packages) {
  const project = join(folder, name)
  const run = (command, ...args) => execFileSync(command, args, { cwd: project, stdio: 'inherit' })
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "name": "consumer", "private": true }')
  copyFileSync(join(root, 'test/package/smoke.mjs'), join(project, 'smoke.mjs'))
  run('npm', 'install', '--silent', '--no-audit', '--no-fund', ...packages)
  const modules = join(project, 'node_modules')
  const installed = oldest.map(([name]) => [name, read(join(modules, name, 'package.json')).version])
  console.log(`${name}: ${installed.map((entry) => entry.join(' ')).join(', ')}`)
  run(process.execPath, 'smoke.mjs')
  const main = join(modules, 'unified-complaints', bin['unified-complaints'])
  const shown = execFileSync(process.execPath, [main, 'demo'], { encoding: 'utf8' })
  for (const provider of ['huishouqian', 'wechatpay', 'xiaoe'])
    assert.match(shown, new RegExp(`^${provider} +\\d+ complaints`, 'm'))
  return installed
}

try {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root, stdio: 'ignore' })
  const tarball = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz')),
  )
  const low = consumer('oldest', tarball, ...oldest.map((entry) => entry.join('@')))
  assert.deepEqual(low, oldest)
  consumer('newest', tarball)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
