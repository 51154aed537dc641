import { execFileSync } from 'node:child_process'

/**
 * What importing the package costs beside importing its dependencies alone. Fresh processes in turns, so that what
 * else the machine does falls on all alike; medians, less what bare Node needs. Ends with 1 beyond the ceiling.
 */
const root = new URL('../..', import.meta.url).pathname
const ceiling = 1.15
const rounds = 31
const dependencies = ['axios', 'zod', 'dayjs', 'dayjs/plugin/utc.js', 'dayjs/plugin/customParseFormat.js']

const formats = {
  import: {
    node: ['--input-type=module', '-e'],
    code: (specifiers) => specifiers.map((specifier) => `import '${specifier}'`),
    entry: './dist/index.js',
  },
  require: {
    node: ['-e'],
    code: (specifiers) => specifiers.map((specifier) => `require('${specifier}')`),
    entry: './dist/index.cjs',
  },
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]
const millisecondsOf = ({ node, code }, specifiers) =>
  Number(
    execFileSync(process.execPath, [...node, [...code(specifiers), 'console.log(performance.now())'].join(';')], {
      cwd: root,
      encoding: 'utf8',
    }),
  )

console.log(`${rounds} rounds, Node ${process.versions.node}; milliseconds from the start of the process, median`)
let within = true
for (const [name, format] of Object.entries(formats)) {
  const contenders = { bare: [], dependencies, package: [format.entry] }
  const times = { bare: [], dependencies: [], package: [] }
  for (let round = 0; round < rounds; round += 1) {
    const turn = Object.keys(contenders)
    for (const contender of round % 2 === 0 ? turn : turn.toReversed())
      times[contender].push(millisecondsOf(format, contenders[contender]))
  }
  const [bare, alone, ours] = Object.values(times).map(median)
  const ratio = (ours - bare) / (alone - bare)
  within &&= ratio <= ceiling
  console.log(
    `${name.padEnd(8)} bare Node ${bare.toFixed(0)}  axios, zod and dayjs ${alone.toFixed(0)}  unified-complaints ${ours.toFixed(0)}` +
      `  ratio ${ratio.toFixed(3)} (at most ${ceiling})`,
  )
}
process.exitCode = within ? 0 : 1
