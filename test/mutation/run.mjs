// npm run mutation: changes the code in one small way after another, and prints what no test saw. It takes hours;
// MUTATION_SAMPLE=3 tries a third of it, always the same one; MUTATION_ONLY=alipay,listing/scan.ts tries only groups and
// files whose name contains one of these.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { Stryker } from '@stryker-mutator/core'

const sample = Number(process.env.MUTATION_SAMPLE ?? 1)
const only = (process.env.MUTATION_ONLY ?? '').split(',')
const lowestScore = 85
const linesOfPiece = 15

const inFolder = (folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`)
/** Alipay is a group of its own. */
const ofProviders = (name) =>
  readdirSync('src/providers')
    .filter((folder) => folder !== 'alipay')
    .map((folder) => `src/providers/${folder}/${name}`)
    .filter((file) => existsSync(file))

/** What is changed, and the quick tests on the source that should see it. */
const groups = [
  {
    name: 'http',
    files: [...inFolder('src/http'), ...inFolder('src/async')],
    tests: ['test/unit/http/**/*.test.ts', 'test/unit/async/*.test.ts'],
  },
  {
    name: 'listing',
    files: inFolder('src/listing'),
    tests: ['test/unit/listing/*.test.ts'],
  },
  {
    name: 'parsing, privacy',
    files: [...inFolder('src/parsing'), ...inFolder('src/privacy')],
    tests: ['test/unit/parsing/*.test.ts', 'test/unit/privacy/*.test.ts'],
  },
  {
    name: 'crypto, auth, map',
    files: [...inFolder('src/crypto'), ...ofProviders('auth.ts'), ...ofProviders('map.ts')],
    tests: ['test/unit/crypto/*.test.ts', 'test/unit/providers/**/*.test.ts'],
  },
  {
    name: 'alipay',
    files: inFolder('src/providers/alipay'),
    tests: ['test/unit/providers/alipay/**/*.test.ts'],
  },
]

/** The pieces of a file that belong to the sample. */
function piecesOf(file) {
  if (sample === 1) return [file]
  const lines = readFileSync(file, 'utf8').split('\n').length
  const starts = Array.from({ length: Math.ceil(lines / linesOfPiece) }, (_, index) => 1 + index * linesOfPiece)
  return starts
    .filter((start) => createHash('sha256').update(`${file}${start}v1`).digest()[0] % sample === 0)
    .map((start) => `${file}:${start}-${Math.min(lines, start + linesOfPiece - 1)}`)
}

const isAsked = (name) => only.some((part) => name.includes(part))
const isSeen = ({ status }) => status === 'Killed' || status === 'Timeout'
const isMissed = ({ status }) => status === 'Survived' || status === 'NoCoverage'

for (const { name, files, tests } of groups) {
  const mutate = files.filter((file) => isAsked(name) || isAsked(file)).flatMap(piecesOf)
  if (mutate.length === 0) {
    console.log(`${name}: nothing of it was asked for`)
    continue
  }
  process.env.MUTATION_TESTS = tests.join(',')
  const results = await new Stryker({
    testRunner: 'vitest',
    vitest: { configFile: 'test/mutation/vitest.config.mjs' },
    mutate,
    coverageAnalysis: 'perTest',
    // What runs once, when a module is loaded, would cost a whole run of all tests each.
    ignoreStatic: true,
    timeoutMS: 10_000,
    concurrency: 2,
    reporters: ['progress-append-only'],
    tempDirName: '.stryker-tmp',
  }).runMutationTest()
  const missed = results.filter(isMissed)
  const seen = results.filter(isSeen).length
  const score = (100 * seen) / (seen + missed.length)
  for (const { fileName, location, mutatorName, replacement } of missed)
    console.log(`${fileName}:${location.start.line}  ${mutatorName}  ${replacement}`)
  console.log(`${name}: ${seen} of ${seen + missed.length} mutants seen, ${score.toFixed(1)} %`)
  if (score < lowestScore) process.exitCode = 1
}
