// One contender in a process of its own, as in a backend: together in one, each would pay for what the others leave
// behind on the heap, and run on code that the compiler made for all of them.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { ours, plugin, rawAxios } from './contenders.mjs'
import { measure } from './measure.mjs'

const [name, options, settings, expected] = process.argv.slice(2).map((text) => JSON.parse(text))
const drain = { ours, plugin, rawAxios }[name](options, settings)

/** Milliseconds that the event loop was late at most in 99 of 100 cases, while draining. */
async function measureDelay() {
  const histogram = monitorEventLoopDelay({ resolution: 1 })
  histogram.enable()
  await drain()
  histogram.disable()
  return histogram.percentile(99) / 1e6
}

const measures = { drain: () => measure(drain, expected), delay: measureDelay }
process.on('message', async (what) => process.send(await measures[what]()))
process.on('disconnect', () => process.exit(0))
process.send('ready')
