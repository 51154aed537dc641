/** What users write, and what they write by mistake; compiled by every supported compiler. */

/** Mistakes that each compiler finds. An error that is missing is an unused `@ts-expect-error`. */
export const mistakes = `
import {
  type AnyComplaintError, ComplaintClient, type ComplaintClient as Client, ComplaintError, type ComplaintFeed,
  type ComplaintRef,
  complaintChannels, complaintStates, errorCodes, formatYuan, huishouqian, labels, providerNames, RateLimitError,
  wechatpay, xiaoe,
} from 'unified-complaints'
import { loadPfx } from 'unified-complaints/pfx'

const pfx = loadPfx(new Uint8Array(), '')
const key = 'PEM'

export const right = [
  wechatpay({ mchid: '1', serialNo: 'A', privateKey: key, publicKeyId: 'PUB_KEY_ID_1', publicKey: key }),
  wechatpay({ mchid: '1', ...pfx, apiV3Key: 'x', publicKeyId: undefined, publicKey: undefined }),
  wechatpay({ mchid: '1', privateKeys: [key], certificate: key, certificates: [key] }),
  wechatpay({ mchid: '1', signer: { serialNo: 'A', sign: async (message: Uint8Array) => message }, apiV3Key: 'x' }),
  huishouqian({ merchantNo: '1', signType: 'RSA2', key: 'x', ...pfx, platformCertificate: key }),
  huishouqian({ merchantNo: '1', signType: 'CFCA', ...pfx, platformCertificate: key }),
  xiaoe({ appId: 'a', clientId: 'b', secretKey: 'c', tokenStore: undefined }),
  xiaoe({ appId: 'a', accessToken: async () => 'd' }),
]

export const wrong = [
  // @ts-expect-error: the merchant key is missing
  huishouqian({ merchantNo: '1', signType: 'RSA2', privateKey: key, platformCertificate: key }),
  // @ts-expect-error: no such signType
  huishouqian({ merchantNo: '1', signType: 'RSA', key: 'x', privateKey: key, platformCertificate: key }),
  // @ts-expect-error: the private key is missing
  huishouqian({ merchantNo: '1', signType: 'CFCA', platformCertificate: key }),
  // @ts-expect-error: secret and token
  xiaoe({ appId: 'a', clientId: 'b', secretKey: 'c', accessToken: 'd' }),
  // @ts-expect-error: neither secret nor token
  xiaoe({ appId: 'a' }),
  // @ts-expect-error: the secret is missing
  xiaoe({ appId: 'a', clientId: 'b' }),
  // @ts-expect-error: no private key
  wechatpay({ mchid: '1', serialNo: 'A', apiV3Key: 'x' }),
  // @ts-expect-error: two kinds of private keys
  wechatpay({ mchid: '1', serialNo: 'A', privateKey: key, privateKeys: [key], apiV3Key: 'x' }),
  // @ts-expect-error: no serial number
  wechatpay({ mchid: '1', privateKey: key, apiV3Key: 'x' }),
  // @ts-expect-error: no way to verify
  wechatpay({ mchid: '1', serialNo: 'A', privateKey: key }),
  // @ts-expect-error: no way to verify
  wechatpay({ mchid: '1', ...pfx }),
  // @ts-expect-error: a public key without its id
  wechatpay({ mchid: '1', serialNo: 'A', privateKey: key, publicKey: key }),
  // @ts-expect-error: a public key without its id, beside another way to verify
  wechatpay({ mchid: '1', serialNo: 'A', privateKey: key, publicKey: key, apiV3Key: 'x' }),
  // @ts-expect-error: a misspelt option
  wechatpay({ mchid: '1', serialNo: 'A', privateKey: key, apiV3Key: 'x', decryptPhones: true }),
  // @ts-expect-error: no adapter
  new ComplaintClient([]),
]

export async function refs(stored: ComplaintRef): Promise<void> {
  const client = new ComplaintClient([
    wechatpay({ mchid: '1', ...pfx, apiV3Key: 'x' }),
    xiaoe({ appId: 'a', accessToken: 'd' }),
  ])
  await client.get({ provider: 'xiaoe', account: 'a', id: 'c' })
  await client.get(stored)
  // @ts-expect-error: this client has no such adapter
  await client.get({ provider: 'huishouqian', account: 'a', id: 'c' })
  // @ts-expect-error: this client has no such adapter
  client.history({ provider: 'huishouqian', account: 'a', id: 'c' })
  // @ts-expect-error: this client has no such adapter
  await client.media({ provider: 'huishouqian', account: 'a', id: 'c' }, 'https://a')
  const feed = client.follow({}, { store: new Map() })
  // @ts-expect-error: follow() chooses the depth of each pass
  client.follow({}, { store: new Map(), depth: 'all' })
  feed.notify({ provider: 'xiaoe', account: 'a', id: 'c' })
  feed.notify(stored)
  // @ts-expect-error: this client has no such adapter
  feed.notify({ provider: 'huishouqian', account: 'a', id: 'c' })
  const anyFeed: ComplaintFeed = feed
  anyFeed.notify({ provider: 'huishouqian', account: 'a', id: 'c' })
  const notification = await client.parseNotification({ headers: {}, body: '' })
  await client.get(notification.ref)
  feed.notify(notification.ref)
  // @ts-expect-error: the id of a notification is that of the event
  feed.notify(notification)
  for await (const { complaint } of feed) feed.notify(complaint)
  // @ts-expect-error: the id of a notification is that of the event
  await client.get(notification)
  for await (const complaint of client.list({ from: '2026-01-01', channel: ['alipay', 'shop'], overdue: true })) {
    await client.get(complaint)
    console.log(formatYuan(complaint.refund.amount)?.length, labels(complaint, 'zh').state)
    // @ts-expect-error: an amount that is not reported has no text
    console.log(formatYuan(complaint.refund.amount).length)
  }
  // @ts-expect-error: no such channel
  client.list({ from: '2026-01-01', channel: 'wechat' })
  const any: Client = client
  console.log(any, labels({ provider: 'wechatpay', state: 'pending' }, 'zh'))
}

export function errors(error: unknown): number | null {
  if (RateLimitError.isInstance(error)) return error.retryAfterMs
  if (!ComplaintError.isInstance(error)) return null
  const known: AnyComplaintError = error
  switch (known.code) {
    case 'RATE_LIMIT':
      return known.retryAfterMs
    case 'PAGINATION':
      return known.incomplete.length
    case 'RESPONSE':
      // @ts-expect-error: a response that cannot be parsed says nothing about waiting
      return known.retryAfterMs
    default:
      // @ts-expect-error: no such code
      return known.code === 'RATE' ? 1 : null
  }
}

export const lists: {
  states: readonly ['pending', 'processing', 'resolved', 'unknown']
  channels: readonly ['wechatpay', 'alipay', 'shop', 'platform', 'unknown']
  provider: 'wechatpay' | 'huishouqian' | 'xiaoe'
  code: AnyComplaintError['code']
} = { states: complaintStates, channels: complaintChannels, provider: providerNames[0], code: errorCodes[0] }
`

/** Options that lack something, and what the compiler must say of each. */
export const incomplete: readonly (readonly [call: string, message: string])[] = [
  [
    "huishouqian({ merchantNo: '1', signType: 'RSA2', privateKey: '', platformCertificate: '' })",
    "Property 'key' is missing",
  ],
  ["huishouqian({ merchantNo: '1', signType: 'CFCA', platformCertificate: '' })", "Property 'privateKey' is missing"],
  ["xiaoe({ appId: 'a' })", "Property ''clientId and secretKey, or accessToken'' is missing"],
  ["xiaoe({ appId: 'a', clientId: 'b' })", "Property 'secretKey' is missing"],
  ["xiaoe({ appId: 'a', clientId: 'b', secretKey: 'c', accessToken: 'd' })", "property 'accessToken' are incompatible"],
  [
    "wechatpay({ mchid: '1', serialNo: 'A', apiV3Key: 'x' })",
    "Property ''privateKey, privateKeys or signer'' is missing",
  ],
  ["wechatpay({ mchid: '1', privateKey: '', apiV3Key: 'x' })", "Property ''serialNo or certificate'' is missing"],
  [
    "wechatpay({ mchid: '1', serialNo: 'A', privateKey: '' })",
    "Property ''publicKeyId and publicKey, or apiV3Key, or certificates'' is missing",
  ],
  [
    "wechatpay({ mchid: '1', certificate: '', privateKey: '' })",
    "Property ''publicKeyId and publicKey, or apiV3Key, or certificates'' is missing",
  ],
  [
    "wechatpay({ mchid: '1', serialNo: 'A', privateKey: '', publicKey: '', apiV3Key: 'x' })",
    "Property 'publicKeyId' is missing",
  ],
  ["wechatpay({ serialNo: 'A', privateKey: '', apiV3Key: 'x' })", "Property 'mchid' is missing"],
  ['new ComplaintClient([])', 'ComplaintClient needs at least one adapter'],
]

/** What the schemas make of stored rows; needs zod's types. */
export const schemas = `
import { ComplaintClient, type Complaint, type ComplaintQuery, wechatpay } from 'unified-complaints'
import {
  complaintQuerySchema, complaintRefSchema, complaintSchema, wechatpayComplaintSchema,
} from 'unified-complaints/schema'

export async function read(text: string): Promise<void> {
  const complaint = complaintSchema.parse(JSON.parse(text))
  const same: Complaint = complaint
  if (complaint.provider === 'wechatpay') console.log(complaint.createdAt.getTime(), complaint.raw.problem_type, same)
  // @ts-expect-error: a field of another provider
  if (complaint.provider === 'wechatpay') console.log(complaint.raw.current_step.length)
  const { raw: _, ...stored } = wechatpayComplaintSchema.shape
  console.log(stored, wechatpayComplaintSchema.omit({ raw: true }).parse({}).dueAt?.getTime())
  const query: ComplaintQuery = complaintQuerySchema.parse(JSON.parse(text))
  const client = new ComplaintClient(wechatpay({ mchid: '1', serialNo: 'A', privateKey: '', apiV3Key: 'x' }))
  console.log(query, await client.get(complaintRefSchema.parse(JSON.parse(text))))
}
`
