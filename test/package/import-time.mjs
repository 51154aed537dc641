import { execFileSync } from 'node:child_process'

/**
 * What importing the package takes beside importing its dependencies alone: fresh processes in turns, so that what
 * else the machine does falls on all alike; medians, less what bare Node needs.
 */
const root = new URL('../..', import.meta.url).pathname
const dependencies = ['axios', 'zod', 'dayjs', 'dayjs/plugin/utc.js']

export const ceiling = 1.15

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

/** Since the process began: what the clock says, and what it kept the processors busy, which waiting does not add to. */
const print =
  'const { user, system } = process.cpuUsage(); console.log(JSON.stringify([performance.now(), (user + system) / 1000]))'

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]
const millisecondsOf = ({ node, code }, specifiers) =>
  JSON.parse(
    execFileSync(process.execPath, [...node, [...code(specifiers), print].join(';')], { cwd: root, encoding: 'utf8' }),
  )

/**
 * @param {'import' | 'require'} name
 * @param {number} rounds
 */
export function measure(name, rounds) {
  const format = formats[name]
  const contenders = { bare: [], dependencies, package: [format.entry] }
  const times = { bare: [], dependencies: [], package: [] }
  for (let round = 0; round < rounds; round += 1) {
    const turn = Object.keys(contenders)
    for (const contender of round % 2 === 0 ? turn : turn.toReversed())
      times[contender].push(millisecondsOf(format, contenders[contender]))
  }
  const [wall, cpu] = [0, 1].map((clock) => {
    const [bare, alone, ours] = Object.values(times).map((taken) => median(taken.map((clocks) => clocks[clock])))
    return { bare, dependencies: alone, package: ours, ratio: (ours - bare) / (alone - bare) }
  })
  return { wall, cpu }
}
