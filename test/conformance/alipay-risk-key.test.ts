import { alipayMode } from './alipay.js'
import { describeConformance } from './suite.js'

describeConformance('Alipay, risk complaints, public keys', alipayMode('alipayRisk', 'publicKey'))
