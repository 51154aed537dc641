import { createPrivateKey, sign, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { huishouqian } from '../../src/index.js'
import { decipher, encipher } from '../../src/sandbox/huishouqian/cfca.js'
import type { Sandbox } from '../../src/sandbox/index.js'
import { type Conformance, jsonAnswer } from './harness.js'
import { describeConformance } from './suite.js'

/** A published test certificate, of nobody's here. */
const [{ certificate: foreignCertificate }] = JSON.parse(
  readFileSync(new URL('../fixtures/vectors/huishouqian.json', import.meta.url), 'utf8'),
).cfca

/** A test key that was made for this purpose and is published here. */
const fixture = (name: string): string => readFileSync(new URL(`../fixtures/pfx/${name}`, import.meta.url), 'utf8')
const forgedCertificate = fixture('certificate.pem')
const forgedKey = createPrivateKey(fixture('private-key.pem'))

/** What `result` stands for, and the envelope around another result, as the platform would make it. */
function reseal(
  { huishouqian: { signType, key, platformCertificate } }: Sandbox,
  body: Buffer,
  change: Change,
): object {
  const envelope = JSON.parse(body.toString())
  if (typeof envelope.result !== 'string') return envelope
  if (signType === 'CFCA') {
    const text = decipher(envelope.result, new X509Certificate(platformCertificate).publicKey) ?? ''
    return { ...envelope, result: encipher(change(text), forgedKey) }
  }
  const result = change(envelope.result)
  const text = `result=${result}&success=true&key=${key}`
  return { ...envelope, result, sign: sign('sha256', Buffer.from(text), forgedKey).toString('hex') }
}

type Change = (json: string) => string

/** Both readings of `totalSize` under one mechanism. */
export function describeHuishouqian(signType: 'RSA2' | 'CFCA'): void {
  const common: Conformance = {
    provider: 'huishouqian',
    adapter: ({ huishouqian: options }, more = {}) => huishouqian({ ...options, ...more }),
    withWrongKey: ({ huishouqian: options }) => huishouqian({ ...options, platformCertificate: foreignCertificate }),
    freshness: null,
    staleAfterMs: null,
    window: ({ beginDate, endDate }) => [String(beginDate), String(endDate)],
    tamperedEndsIn: ['SignatureError'],
    knowsMerchants: true,
    htmlEndsIn: ['SignatureError', 'ResponseError'],
    pageSizes: [500, 501],
    filterLengths: { merchant: 32, merchantOrderNo: 64 },
    maxSpanDays: null,
    fields: { id: 'complaintId', state: 'complaintState', number: 'userComplaintTimes' },
    forged: {
      adapter: ({ huishouqian: options }, baseUrl) =>
        huishouqian({ ...options, platformCertificate: forgedCertificate, baseUrl }),
      answer: (sandbox, { body }, change) => jsonAnswer(reseal(sandbox, body, change)),
    },
    refusal: (errorMsg) => jsonAnswer({ success: false, errorCode: '130002', errorMsg }),
  }
  // Both sizes of keys are in use with both mechanisms.
  const [bits, otherBits] = signType === 'RSA2' ? ([2048, 1024] as const) : ([1024, 2048] as const)
  describeConformance(`Huishouqian ${signType}, totals of the list`, {
    ...common,
    sandbox: { signType, huishouqianTotals: 'total', huishouqianKeyBits: bits },
  })
  describeConformance(`Huishouqian ${signType}, totals of the page`, {
    ...common,
    sandbox: { signType, huishouqianTotals: 'page', huishouqianKeyBits: otherBits },
  })
}
