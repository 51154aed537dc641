import { alipayMode } from './alipay.js'
import { describeConformance } from './suite.js'

/** A service provider's app, whose requests carry the merchant's token. */
describeConformance(
  'Alipay, risk complaints, certificates',
  alipayMode('alipayRisk', 'certificate', { alipayServiceProvider: true }),
)
