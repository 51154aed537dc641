import { ceiling, measure } from './import-time.mjs'

/** `npm run bench:import`: the figures of docs/benchmark.md. Ends with 1 beyond the ceiling. */
const rounds = 31
console.log(`${rounds} rounds, Node ${process.versions.node}; milliseconds from the start of the process, median`)
let within = true
for (const name of ['import', 'require']) {
  for (const [clock, taken] of Object.entries(measure(name, rounds))) {
    if (clock === 'wall') within &&= taken.ratio <= ceiling
    console.log(
      `${name.padEnd(8)}${clock.padEnd(5)} bare Node ${taken.bare.toFixed(0)}  axios, zod and dayjs ${taken.dependencies.toFixed(0)}` +
        `  unified-complaints ${taken.package.toFixed(0)}  ratio ${taken.ratio.toFixed(3)} (at most ${ceiling})`,
    )
  }
}
process.exitCode = within ? 0 : 1
