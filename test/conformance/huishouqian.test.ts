import { readFileSync } from 'node:fs'
import { huishouqian } from '../../src/index.js'
import type { SandboxOptions } from '../../src/sandbox/index.js'
import { describeConformance } from './suite.js'

/** A published test certificate, of nobody's here. */
const [{ certificate }] = JSON.parse(
  readFileSync(new URL('../fixtures/vectors/huishouqian.json', import.meta.url), 'utf8'),
).cfca

const modes: Record<string, SandboxOptions> = {
  'RSA2, totals of the list': { signType: 'RSA2', huishouqianTotals: 'total' },
  'RSA2, totals of the page': { signType: 'RSA2', huishouqianTotals: 'page', huishouqianKeyBits: 1024 },
  'CFCA, totals of the list': { signType: 'CFCA', huishouqianTotals: 'total' },
  'CFCA, totals of the page': { signType: 'CFCA', huishouqianTotals: 'page', huishouqianKeyBits: 1024 },
}

for (const [mode, sandbox] of Object.entries(modes)) {
  describeConformance(`Huishouqian ${mode}`, {
    provider: 'huishouqian',
    sandbox,
    adapter: ({ huishouqian: options }, more = {}) => huishouqian({ ...options, ...more }),
    withWrongKey: ({ huishouqian: options }) => huishouqian({ ...options, platformCertificate: certificate }),
    freshness: null,
    window: ({ beginDate, endDate }) => [String(beginDate), String(endDate)],
    tamperedEndsIn: ['SignatureError'],
    knowsMerchants: true,
    pageSizes: [500, 501],
  })
}
