// Loaded before the command line: a slow stdout, so that a test has time to stop the command.
import { Writable } from 'node:stream'

const real = process.stdout
const slow = new Writable({
  highWaterMark: 1,
  write(chunk, _, done) {
    real.write(chunk)
    setTimeout(done, 400)
  },
})
Object.defineProperty(process, 'stdout', { value: slow })
