import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto'
import { type AlipayOptions, alipayRisk, alipayTrade } from '../../src/index.js'
import { issueCertificate, type Name } from '../../src/sandbox/certificate.js'
import type { Sandbox, SandboxAlipay, SandboxOptions } from '../../src/sandbox/index.js'
import type { KeyPair } from '../../src/sandbox/keys.js'
import { type Conformance, jsonAnswer } from './harness.js'

type Product = 'alipayTrade' | 'alipayRisk'

/** A key pair of this run: `forged` gives the adapter its public key for Alipay's, and `reseal` signs with its private key. */
const forger: KeyPair = generateKeyPairSync('rsa', { modulusLength: 2048 })
/** Serial numbers leave out roots whose key is not RSA, so that this one may stand in a file of roots unnoticed. */
const forgerRoot: KeyPair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })

const pemOf = (pair: KeyPair): string => pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()

/** The name of the issuer, in the order of the certificate. */
const issuerOf = (pem: string): Name =>
  new X509Certificate(pem).issuer.split('\n').map((part) => part.split('=') as unknown as Name[number])

/** The options with the forger's key in place of Alipay's, under the serial number of Alipay's certificate. */
function forged(options: SandboxAlipay): AlipayOptions {
  if (options.alipayPublicKey !== undefined) return { ...options, alipayPublicKey: pemOf(forger) }
  const { alipayCert, alipayRootCert, ...others } = options
  const issuer = issuerOf(alipayCert)
  const common = { issuer, now: Date.now() }
  const serial = Buffer.from(new X509Certificate(alipayCert).serialNumber, 'hex')
  const certificate = { ...common, subject: [['CN', 'forger']] as const, publicKey: forger.publicKey, serial }
  const root = { ...common, subject: issuer, publicKey: forgerRoot.publicKey, serial: Buffer.from('6f', 'hex') }
  return {
    ...others,
    alipayCert: issueCertificate({ ...certificate, isAuthority: false }, forgerRoot.privateKey),
    alipayRootCert: alipayRootCert + issueCertificate({ ...root, isAuthority: true }, forgerRoot.privateKey),
  }
}

/** An answer with other contents, signed by the forger. Its envelope is written anew. */
function reseal(body: Buffer, change: (json: string) => string): Buffer {
  const text = body.toString()
  // Long integers would lose digits in JSON.parse.
  const quoted = text.replaceAll(/:(\d{16,})/g, ':"#$1#"')
  const { sign: _, alipay_cert_sn: serialNo, ...members } = JSON.parse(quoted)
  const [[name = '', value] = []] = Object.entries(members)
  const member = change(JSON.stringify(value).replaceAll(/"#(\d+)#"/g, '$1'))
  const signature = sign('sha256', Buffer.from(member), forger.privateKey).toString('base64')
  const serial = serialNo === undefined ? '' : `"alipay_cert_sn":"${serialNo}",`
  return Buffer.from(`{${serial}"${name}":${member},"sign":"${signature}"}`)
}

const products: Readonly<
  Record<Product, Pick<Conformance, 'provider' | 'fields' | 'fieldPattern' | 'window' | 'maxSpanDays'>>
> = {
  alipayTrade: {
    provider: 'alipay-trade',
    // A year, with a day to spare.
    maxSpanDays: 364,
    fields: { id: 'complain_event_id', state: 'status', number: 'merchant_order_no' },
    window: ({ begin_time: begin, end_time: end }) => [dayOf(begin), lastDayBefore(end)],
  },
  alipayRisk: {
    provider: 'alipay-risk',
    maxSpanDays: null,
    fields: { id: 'id', state: 'status', number: 'opposite_pid' },
    // Payments within a row have an id and a status, too; what follows tells which is which.
    fieldPattern: (field) =>
      new RegExp(`"${field}":("[^"]*"|\\d+)(?=,"(?:task_id|status_description":"[^"]*","opposite|opposite_name))`, 'g'),
    window: ({ gmt_complaint_start: begin, gmt_complaint_end: end }) => [dayOf(begin), lastDayBefore(end)],
  },
}

function dayOf(time: unknown): string {
  return String(time).slice(0, 10)
}

/** The end is asked as 00:00:00 of the day behind the last. */
function lastDayBefore(time: unknown): string {
  return new Date(Date.parse(`${String(time).replace(' ', 'T')}Z`) - 1000).toISOString().slice(0, 10)
}

/** One product of Alipay, in one of the two ways in which an app and Alipay know each other's keys. */
export function alipayMode(
  product: Product,
  signing: NonNullable<SandboxOptions['alipaySigning']>,
  more: SandboxOptions = {},
): Conformance {
  const create = product === 'alipayTrade' ? alipayTrade : alipayRisk
  const optionsOf = (sandbox: Sandbox): SandboxAlipay => sandbox[product]
  return {
    ...products[product],
    sandbox: { alipaySigning: signing, ...more },
    adapter: (sandbox, others = {}) => create({ ...optionsOf(sandbox), ...others }),
    withWrongKey: (sandbox) => create(forged(optionsOf(sandbox))),
    // A timestamp has whole seconds and there is no nonce: two equal requests of one second have the same signature.
    freshness: null,
    staleAfterMs: null,
    tamperedEndsIn: ['SignatureError'],
    htmlEndsIn: ['TransportError'],
    knowsMerchants: false,
    pageSizes: [20, 21],
    filterLengths: {},
    forged: {
      adapter: (sandbox, baseUrl) => create({ ...forged(optionsOf(sandbox)), baseUrl, rateLimit: false }),
      answer: (_, answer, change) => ({ ...answer, body: reseal(answer.body, change) }),
    },
    refusal: (text) =>
      jsonAnswer({
        error_response: { code: '40004', msg: 'Business Failed', sub_code: 'PARAM_ILLEGAL', sub_msg: text },
      }),
  }
}
