import { xiaoe } from '../../src/index.js'
import { type Conformance, jsonAnswer } from './harness.js'
import { describeConformance } from './suite.js'

const common: Conformance = {
  provider: 'xiaoe',
  adapter: ({ xiaoe: options }, more = {}) => xiaoe({ ...options, ...more }),
  // Answers carry no signature: TLS alone vouches for them.
  withWrongKey: null,
  freshness: null,
  staleAfterMs: null,
  window: ({ start_time: begin, end_time: end }) => [String(begin).slice(0, 10), String(end).slice(0, 10)],
  tamperedEndsIn: ['ResponseError', 'TransportError'],
  knowsMerchants: false,
  htmlEndsIn: ['ResponseError'],
  pageSizes: [100, 101],
  filterLengths: {},
  maxSpanDays: null,
  fields: { id: 'complaint_id', state: 'state', number: 'is_overtime' },
  forged: {
    adapter: ({ xiaoe: options }, baseUrl) => xiaoe({ ...options, baseUrl, rateLimit: false }),
    answer: (_, answer, change) => ({ ...answer, body: Buffer.from(change(answer.body.toString())) }),
  },
  refusal: (msg) => jsonAnswer({ code: 1002, msg }),
}

describeConformance('Xiaoe, numbers as in the sample', { ...common, sandbox: { xiaoeNumbers: 'number' } })
describeConformance('Xiaoe, numbers as the page declares them', { ...common, sandbox: { xiaoeNumbers: 'text' } })
