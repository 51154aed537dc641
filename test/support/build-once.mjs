import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'

const root = new URL('../..', import.meta.url).pathname
const inputs = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsup.config.ts']

/** Builds dist when it is absent or older than the source: the checks, the tests and the demo share one build. */
export default function setup() {
  const built = join(root, 'dist/index.d.ts')
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).map((name) => join('src', name))
  const newest = Math.max(...['src', ...sources, ...inputs].map((path) => statSync(join(root, path)).mtimeMs))
  if (existsSync(built) && statSync(built).mtimeMs > newest) return
  execFileSync('npm', ['run', '--silent', 'build', '--', '--silent'], { cwd: root, stdio: 'inherit' })
}

if (argv[1] === fileURLToPath(import.meta.url)) setup()
