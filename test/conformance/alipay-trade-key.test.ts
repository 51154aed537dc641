import { alipayMode } from './alipay.js'
import { describeConformance } from './suite.js'

describeConformance('Alipay, trade complaints, public keys', alipayMode('alipayTrade', 'publicKey'))
