import { xiaoe } from '../../src/index.js'
import type { SandboxOptions } from '../../src/sandbox/index.js'
import { describeConformance } from './suite.js'

const modes: Record<string, SandboxOptions> = {
  'numbers as in the sample': { xiaoeNumbers: 'number' },
  'numbers as the page declares them': { xiaoeNumbers: 'text' },
}

for (const [mode, sandbox] of Object.entries(modes)) {
  describeConformance(`Xiaoe, ${mode}`, {
    provider: 'xiaoe',
    sandbox,
    adapter: ({ xiaoe: options }, more = {}) => xiaoe({ ...options, ...more }),
    // Answers carry no signature: TLS alone vouches for them.
    withWrongKey: null,
    freshness: null,
    window: ({ start_time: begin, end_time: end }) => [String(begin).slice(0, 10), String(end).slice(0, 10)],
    tamperedEndsIn: ['ResponseError', 'TransportError'],
    knowsMerchants: false,
    pageSizes: [100, 101],
  })
}
