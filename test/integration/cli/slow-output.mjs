// Loaded before the command line: whoever reads it is slow, so that there is time to stop it.
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
