// Loaded before the command line: shifts this host's clock by CLOCK_SHIFT_MS.
const shift = Number(process.env.CLOCK_SHIFT_MS)
const real = Date.now
Date.now = () => real() + shift
const RealDate = Date
globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(real() + shift)
    else super(...given)
  }
}
