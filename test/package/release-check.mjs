import { readFileSync } from 'node:fs'

/** `node release-check.mjs v1.2.3`: whether tag, package.json, lock and changelog speak of the same, finished version. */
const [tag = ''] = process.argv.slice(2)
const read = (name) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')
const { version, repository } = JSON.parse(read('package.json'))
const locked = JSON.parse(read('package-lock.json')).version
const [heading = ''] = /^## .*$/m.exec(read('CHANGELOG.md')) ?? []
const dated = heading.replace(/\(\d{4}-\d{2}-\d{2}\)$/, '(yyyy-MM-dd)')

/** Where the workflow runs; npm refuses a package that says it comes from somewhere else. */
const here = process.env.GITHUB_REPOSITORY
const url = typeof repository === 'string' ? repository : repository?.url
const wanted = `"repository": { "type": "git", "url": "git+https://github.com/${here ?? '<owner>/<name>'}.git" }`
const isFromHere = here === undefined || new RegExp(`[:/]${here}(?:\\.git)?$`, 'i').test(url ?? '')

const faults = [
  tag !== `v${version}` && `the tag is "${tag}", package.json says ${version}`,
  locked !== version && `package-lock.json says ${locked}, package.json ${version}`,
  dated !== `## ${version} (yyyy-MM-dd)` && `CHANGELOG.md begins with "${heading}", not "## ${version} (yyyy-MM-dd)"`,
  url === undefined
    ? `package.json names no repository, which npm compares with the provenance statement: add ${wanted}`
    : !isFromHere && `package.json names the repository ${url}, this is ${here}: set ${wanted}`,
].filter((fault) => fault !== false)

for (const fault of faults) console.error(fault)
process.exitCode = faults.length === 0 ? 0 : 1
