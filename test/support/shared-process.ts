import { afterAll, vi } from 'vitest'

// Files of one process share what Node and packages hold, but each evaluates the modules of this repository anew.
afterAll(() => {
  vi.useRealTimers()
  vi.resetModules()
})
