import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * The packed package where people run it: `node test/platforms/run.mjs [row …]`, by default all rows but those marked as
 * slow. Everything happens in one project outside the repository, which has the tarball and the tools of the rows.
 */
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)"
const esbuild = (...options) => ['node_modules/.bin/esbuild', 'main.mjs', '--bundle', '--platform=node', ...options]
const node = process.execPath

/** Each row: the packages it needs, and commands that must end with 0, or fail with the text of `fails`. */
const rows = {
  jest: { packages: ['jest@30.5.2'], commands: [['node_modules/.bin/jest', '--testMatch', '**/jest.test.cjs']] },
  vitest: { packages: ['vitest@4.1.12'], commands: [['node_modules/.bin/vitest', 'run', 'vitest.test.ts']] },
  tsx: { packages: ['tsx@4.23.15'], commands: [['node_modules/.bin/tsx', 'main.mts']] },
  bun: { packages: ['bun@1.4.5'], commands: [['node_modules/.bin/bun', 'main.mts']] },
  'esbuild-cjs': {
    packages: ['esbuild@0.28.2'],
    commands: [
      ['node_modules/.bin/esbuild', 'main.cjs', '--bundle', '--platform=node', '--outfile=out/esbuild.cjs'],
      [node, 'out/esbuild.cjs'],
    ],
  },
  'esbuild-esm': {
    packages: ['esbuild@0.28.2'],
    commands: [
      // C11: a dependency requires Node's modules, which an ES module cannot.
      esbuild('--format=esm', '--outfile=out/plain.mjs'),
      { command: [node, 'out/plain.mjs'], fails: 'Dynamic require of' },
      esbuild('--format=esm', `--banner:js=${banner}`, '--outfile=out/banner.mjs'),
      [node, 'out/banner.mjs'],
      esbuild('--format=esm', '--packages=external', '--outfile=out/external.mjs'),
      [node, 'out/external.mjs'],
    ],
  },
  webpack: {
    packages: ['webpack@5.113.0'],
    commands: [
      [node, 'webpack.cjs'],
      [node, 'out/webpack.cjs'],
    ],
  },
  ncc: {
    isSlow: true,
    packages: ['@vercel/ncc@0.45.0'],
    commands: [
      ['node_modules/.bin/ncc', 'build', 'main.mjs', '-o', 'out/ncc'],
      [node, 'out/ncc/index.mjs'],
    ],
  },
  cluster: { packages: [], commands: [[node, 'cluster.mjs']] },
  freeze: { packages: [], commands: [[node, 'freeze.mjs']] },
  next: {
    isSlow: true,
    packages: ['next@16.4.6', 'react@19', 'react-dom@19'],
    commands: [[node, 'next.mjs']],
  },
}

const root = new URL('../..', import.meta.url).pathname
const given = process.argv.slice(2)
const unknown = given.filter((name) => !(name in rows))
if (unknown.length > 0) throw new Error(`no row ${unknown.join()}: there are ${Object.keys(rows).join()}`)
const names = given.length > 0 ? given : Object.keys(rows).filter((name) => !rows[name].isSlow)
const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-platforms-'))

/** Null: as expected. */
function failureOf(step) {
  const {
    command: [command, ...args],
    fails,
  } = Array.isArray(step) ? { command: step } : step
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 180_000,
    // Jest and Vitest look for it, and so does Next.
    env: { ...process.env, CI: 'true', NODE_ENV: undefined },
  })
  const isExpected = fails === undefined ? status === 0 : status !== 0 && stderr.includes(fails)
  return isExpected ? null : `${[command, ...args].join(' ')}\n${error ?? ''}${`${stdout}${stderr}`.slice(-2000)}`
}

try {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root, stdio: 'ignore' })
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  cpSync(new URL('project', import.meta.url).pathname, folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "name": "consumer", "private": true }')
  const fixtures = join(root, 'test/fixtures/pfx')
  copyFileSync(join(fixtures, 'legacy-rc2-40.pfx'), join(folder, 'legacy-rc2-40.pfx'))
  const packages = new Set(names.flatMap((name) => rows[name].packages))
  execFileSync(
    'npm',
    ['install', '--silent', '--no-audit', '--no-fund', '--prefer-offline', `./${tarball}`, ...packages],
    {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  for (const name of names) {
    const begun = performance.now()
    const failures = rows[name].commands.map(failureOf).filter((failure) => failure !== null)
    const seconds = ((performance.now() - begun) / 1000).toFixed(1)
    console.log(`${failures.length === 0 ? '✓' : '✗'} ${name} ${rows[name].packages.join(' ')} (${seconds} s)`)
    for (const failure of failures) console.error(failure)
    if (failures.length > 0) process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
