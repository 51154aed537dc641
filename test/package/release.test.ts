import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { root } from './consumer.js'

const workflows = join(root, '.github/workflows')
const textOf = (name: string): string => readFileSync(join(workflows, name), 'utf8')

describe('the workflows', () => {
  it.each(readdirSync(workflows))('%s pins every action by its commit, and may read but not write', (name) => {
    const used = [...textOf(name).matchAll(/uses: *(.*)$/gm)].map(([, action = '']) => action)
    expect(used.length).toBeGreaterThan(0)
    expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([])
    expect(textOf(name)).toMatch(/^permissions:\n {2}contents: read$/m)
    expect(textOf(name)).not.toMatch(/(?:contents|packages|actions|pull-requests): *write|write-all/)
  })

  it('release with provenance, after every check', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    expect(textOf('release.yml')).toMatch(/npm publish --provenance/)
    expect(textOf('release.yml')).toMatch(/id-token: write/)
    // Trusted publishing: npm asks GitHub who publishes, so there is no token that could leak.
    expect(textOf('release.yml')).not.toMatch(/secrets\.|NODE_AUTH_TOKEN|registry-url/)
    const [, major = 0, minor = 0, patch = 0] = (/npm@(\d+)\.(\d+)\.(\d+)\n/.exec(textOf('release.yml')) ?? []).map(
      Number,
    )
    expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(11_005_001)
    expect(textOf('release.yml')).toMatch(/apt-get.* install .*redis-server/)
    const runs = ['check', 'docs', 'test:nodes', 'test:ranges', 'test:platforms'].map((name) => `npm run ${name}`)
    for (const command of ['npm test', ...runs]) expect(scripts.prepublishOnly).toContain(command)
  })
})

describe('a tag', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-release-'))
  const script = join(folder, 'test/package/release-check.mjs')
  mkdirSync(join(folder, 'test/package'), { recursive: true })
  copyFileSync(join(root, 'test/package/release-check.mjs'), script)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const check = (given: {
    tag?: string
    locked?: string
    heading?: string
    repository?: string | object | undefined
    here?: string
  }): string[] => {
    const { tag = 'v1.2.3', locked = '1.2.3', heading = '## 1.2.3 (2027-01-31)' } = given
    const repository = 'repository' in given ? given.repository : 'github:somebody/something'
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: '1.2.3', repository }))
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ version: locked }))
    writeFileSync(join(folder, 'CHANGELOG.md'), `# Changelog\n\n${heading}\n\n## 1.2.2 (2026-12-01)\n`)
    const { GITHUB_REPOSITORY: _, ...rest } = process.env
    const env = given.here === undefined ? rest : { ...rest, GITHUB_REPOSITORY: given.here }
    const { status, stderr } = spawnSync('node', [script, tag], { encoding: 'utf8', env })
    const faults = stderr.split('\n').filter((line) => line !== '')
    expect(status).toBe(faults.length === 0 ? 0 : 1)
    return faults
  }

  it('of the version that everything speaks of may be published', () => {
    expect(check({})).toEqual([])
    expect(check({ here: 'somebody/something' })).toEqual([])
    const url = 'git+https://github.com/somebody/something.git'
    expect(check({ repository: { type: 'git', url }, here: 'somebody/something' })).toEqual([])
  })

  it.each([
    [{ tag: 'v1.2.4' }, 'the tag is "v1.2.4"'],
    [{ tag: '1.2.3' }, 'the tag is "1.2.3"'],
    [{ locked: '1.2.2' }, 'package-lock.json says 1.2.2'],
    [{ heading: '## 1.2.3 (unreleased)' }, 'CHANGELOG.md begins with'],
    [{ heading: '## 1.2.30 (2027-01-31)' }, 'CHANGELOG.md begins with'],
    [
      { repository: undefined },
      'add "repository": { "type": "git", "url": "git+https://github.com/<owner>/<name>.git" }',
    ],
    [
      { repository: undefined, here: 'a/b' },
      'add "repository": { "type": "git", "url": "git+https://github.com/a/b.git" }',
    ],
    [{ here: 'somebody/else' }, 'names the repository github:somebody/something, this is somebody/else'],
  ])('is refused for %j', (given, fault) => {
    expect(check(given)).toEqual([expect.stringContaining(fault)])
  })
})
