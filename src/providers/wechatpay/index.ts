import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { certificateOf, privateKeyOf, publicKeyOf } from '../../crypto/keys.js'
import { createOaepDecrypt, isPair } from '../../crypto/rsa.js'
import { ConfigError, QueryError, ResponseError } from '../../errors.js'
import { decodeUtf8, parseJson } from '../../json.js'
import type { WechatPayComplaint } from '../../model.js'
import { issuesOf, parseBaseUrl, parseOptions, rateLimitOf } from '../../options.js'
import type {
  Adapter,
  AdapterRuntime,
  Call,
  Connection,
  KeyInput,
  ListPage,
  ListPageRequest,
  RateLimit,
  WireResponse,
} from '../../provider.js'
import { mapRows, totalOf } from '../../rows.js'
import { authorization, createNonce, isProbe, type PlatformKeys, type Signer, verifyAnswer } from './auth.js'
import { mapComplaint } from './map.js'
import { decryptPhones } from './phones.js'
import { refusalOf } from './refusal.js'
import { listAnswerSchema } from './wire.js'

/** @see https://pay.weixin.qq.com/doc/v3/merchant/4012691273 */
export interface WechatPayOptions {
  /** The merchant number (商户号), digits as text. */
  mchid: string
  /** Serial number of the merchant API certificate (商户API证书序列号), hex. `certificate` may stand for it. */
  serialNo?: string
  /** The merchant API certificate in PEM, as `loadPfx` returns it. */
  certificate?: string
  /** The merchant API private key (商户API私钥), RSA. */
  privateKey?: KeyInput
  /** Several, after a certificate rotation: the first signs, all decrypt phones. */
  privateKeys?: readonly KeyInput[]
  /** WeChat Pay public key (微信支付公钥) and its id, `PUB_KEY_ID_…`. */
  publicKeyId?: string
  publicKey?: KeyInput
  /** Platform certificates (微信支付平台证书), PEM or DER. */
  certificates?: readonly (string | Uint8Array)[]
  /** The APIv3 key (APIv3密钥), 32 bytes. */
  apiV3Key?: string
  /** False leaves `payer.phone` encrypted. Default true. */
  decryptPhone?: boolean
  /** Default `https://api.mch.weixin.qq.com`. */
  baseUrl?: string
  backupBaseUrl?: string
  /** The name of this account in complaints and refs. Default: mchid. */
  account?: string
  /** Default 200 requests per 60 s. `false` switches it off. */
  rateLimit?: RateLimit | false
}

const officialBaseUrl = 'https://api.mch.weixin.qq.com'
const listPath = '/v3/merchant-service/complaints-v2'
const documentedRateLimit: RateLimit = { requests: 200, perMs: 60_000 }
const apiV3KeyBytes = 32

const text = z.string().trim().min(1)
const key = z.custom<KeyInput>((value) => value !== undefined && value !== null && value !== '', {
  error: 'must be a key: PEM text, DER bytes or a KeyObject',
})
const pem = z.union([z.string().min(1), z.instanceof(Uint8Array)])

const schema: z.ZodType<WechatPayOptions> = z.strictObject({
  mchid: z
    .string({ error: 'must be text, e.g. "1900000001"' })
    .regex(/^\d{6,32}$/, { error: 'must be digits, e.g. "1900000001"' }),
  serialNo: z
    .string()
    .regex(/^[0-9a-fA-F]{8,64}$/, {
      error: 'must be the hex serial number of the merchant API certificate (not PUB_KEY_ID_…)',
    })
    .exactOptional(),
  certificate: z.string().exactOptional(),
  privateKey: key.exactOptional(),
  privateKeys: z.array(key).min(1).exactOptional(),
  publicKeyId: text.exactOptional(),
  publicKey: key.exactOptional(),
  certificates: z.array(pem).min(1).exactOptional(),
  apiV3Key: z.string().exactOptional(),
  decryptPhone: z.boolean().exactOptional(),
  baseUrl: z.string().exactOptional(),
  backupBaseUrl: z.string().exactOptional(),
  account: text.exactOptional(),
  rateLimit: z
    .union([z.literal(false), z.strictObject({ requests: z.int().min(1), perMs: z.int().min(1) })])
    .exactOptional(),
})

/** What the options came to: keys parsed once, nothing left to check. */
interface Settings {
  readonly account: string
  readonly baseUrl: string
  readonly signer: Signer
  readonly privateKeys: readonly KeyObject[]
  readonly platformKeys: PlatformKeys
  /** Selects the key that signs answers; null: certificates do. */
  readonly publicKeyId: string | null
  readonly decryptPhone: boolean
}

/**
 * WeChat Pay APIv3 (微信支付): complaints of a merchant, or of a service provider's sub-merchants.
 * @throws ConfigError naming the option that is wrong, never its value
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012691273
 */
export function wechatpay(options: WechatPayOptions): Adapter<WechatPayComplaint> {
  const settings = settingsOf(parseOptions(schema, options, 'wechatpay()'))
  return {
    provider: 'wechatpay',
    account: settings.account,
    limits: {
      pageSize: { min: 1, max: 50, default: 50 },
      windowDays: 30,
      maxSpanDays: 30,
      concurrency: null,
      rateLimit: rateLimitOf(options.rateLimit, documentedRateLimit),
    },
    capabilities: {
      history: false,
      media: false,
      notifications: false,
      merchant: true,
      merchantOrderNo: false,
      paging: { style: 'offset', totals: 'exact' },
    },
    connect: (runtime) => connect(settings, runtime),
  }
}

function connect(settings: Settings, runtime: AdapterRuntime): Connection<WechatPayComplaint> {
  const { account, decryptPhone, privateKeys } = settings
  const decrypt = createOaepDecrypt(privateKeys)
  const reveal = async (complaints: readonly WechatPayComplaint[]): Promise<void> => {
    if (decryptPhone) await decryptPhones(complaints, decrypt)
  }
  return {
    async listPage(request, options) {
      const page = await runtime.send(
        getCall(settings, runtime, 'list', listTarget(request), (answer) => readPage(answer, account)),
        options,
      )
      await reveal(page.rows)
      return page
    },
    async get(id, options) {
      if (!/^[\w-]{1,64}$/.test(id))
        throw new QueryError('the complaint id must be 1 to 64 letters, digits, "_" or "-"')
      const read = (answer: unknown): WechatPayComplaint => {
        const complaint = mapComplaint(answer, account)
        if (complaint.id === id) return complaint
        throw new ResponseError('the answer is about another complaint than was asked')
      }
      const complaint = await runtime.send(getCall(settings, runtime, 'get', `${listPath}/${id}`, read), options)
      await reveal([complaint])
      return complaint
    },
  }
}

/** One signed GET. */
function getCall<T>(
  settings: Settings,
  runtime: AdapterRuntime,
  operation: 'list' | 'get',
  target: string,
  read: (answer: unknown) => T,
): Call<T> {
  const { baseUrl, signer, publicKeyId, platformKeys } = settings
  return {
    operation,
    quota: 'list',
    authorise({ now }) {
      const signed = {
        method: 'GET',
        target: pathOf(baseUrl) + target,
        timestamp: Math.floor(now / 1000),
        nonce: createNonce(),
        body: '',
      }
      return {
        method: 'GET',
        url: baseUrl + target,
        headers: {
          Accept: 'application/json',
          'Accept-Language': 'zh-CN',
          Authorization: authorization(signer, signed),
          ...(publicKeyId === null ? {} : { 'Wechatpay-Serial': publicKeyId }),
        },
      }
    },
    read(response) {
      if (isProbe(response)) {
        runtime.emit({
          type: 'warning',
          warning: 'verificationProbe',
          message: 'WeChat Pay probed whether answers are verified; asked again',
        })
      }
      verifyAnswer(response, platformKeys, runtime.now())
      return withRequestId(response, () => read(parseAnswer(response)))
    },
    refuse: (response) => refusalOf(response, runtime.now()),
  }
}

function listTarget({ begin, end, merchant, skip, limit }: ListPageRequest): string {
  const merchantFilter = merchant === undefined ? '' : `&complainted_mchid=${encodeURIComponent(merchant)}`
  return `${listPath}?limit=${limit}&offset=${skip}&begin_date=${begin}&end_date=${end}${merchantFilter}`
}

function readPage(answer: unknown, account: string): ListPage<WechatPayComplaint> {
  const parsed = listAnswerSchema.safeParse(answer)
  if (!parsed.success)
    throw new ResponseError('the answer is no list of complaints', { issues: issuesOf(parsed.error) })
  const { data, total_count: total } = parsed.data
  return { ...mapRows(data ?? [], ['data'], (row) => mapComplaint(row, account)), total: totalOf(total) }
}

function parseAnswer(response: WireResponse): unknown {
  try {
    return parseJson(decodeUtf8(response.body))
  } catch {
    throw new ResponseError('the verified answer is no JSON in UTF-8')
  }
}

/** WeChat's support asks for the Request-ID of a call. */
function withRequestId<T>(response: WireResponse, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof ResponseError && error.requestId === null) {
      throw new ResponseError(error.message, {
        issues: error.issues,
        status: response.status,
        requestId: response.headers['request-id'],
      })
    }
    throw error
  }
}

function settingsOf(options: WechatPayOptions): Settings {
  const {
    mchid,
    certificate,
    privateKey,
    privateKeys,
    publicKeyId,
    publicKey,
    apiV3Key,
    decryptPhone = true,
    account = mchid,
  } = options
  if ((privateKey === undefined) === (privateKeys === undefined))
    throw new ConfigError('wechatpay(): give privateKey, or privateKeys for several, not both')
  const keys = (privateKeys ?? [privateKey as KeyInput]).map((input, index) =>
    privateKeyOf(input, privateKeys === undefined ? 'privateKey' : `privateKeys.${index}`),
  )
  const merchantCertificate = certificate === undefined ? null : certificateOf(certificate, 'certificate')
  const serialNo = (options.serialNo ?? merchantCertificate?.serialNo)?.toUpperCase()
  if (serialNo === undefined)
    throw new ConfigError("wechatpay(): give serialNo, the merchant API certificate's serial number, or certificate")
  const [signing] = keys
  if (signing === undefined) throw new ConfigError('wechatpay(): privateKeys is empty')
  if (merchantCertificate !== null && !isPair(signing, merchantCertificate.publicKey)) {
    throw new ConfigError('wechatpay(): certificate and privateKey do not belong together')
  }
  if (merchantCertificate !== null && merchantCertificate.serialNo !== serialNo) {
    throw new ConfigError('wechatpay(): serialNo is not the serial number of certificate; leave serialNo out')
  }
  const keyBytes = apiV3Key === undefined ? apiV3KeyBytes : Buffer.byteLength(apiV3Key)
  if (keyBytes !== apiV3KeyBytes)
    throw new ConfigError(`wechatpay(): apiV3Key must be exactly ${apiV3KeyBytes} bytes, not ${keyBytes}`)
  if ((publicKeyId === undefined) !== (publicKey === undefined))
    throw new ConfigError('wechatpay(): publicKeyId and publicKey go together')
  const platformKeys = new Map<string, KeyObject>()
  if (publicKeyId !== undefined && publicKey !== undefined)
    platformKeys.set(publicKeyId, publicKeyOf(publicKey, 'publicKey'))
  for (const [index, input] of (options.certificates ?? []).entries()) {
    const platform = certificateOf(input, `certificates.${index}`)
    platformKeys.set(platform.serialNo, platform.publicKey)
  }
  if (platformKeys.size === 0) {
    throw new ConfigError(
      'wechatpay(): there is no way to verify answers; give publicKeyId and publicKey, or certificates',
    )
  }
  if (keys.some((merchantKey) => [...platformKeys.values()].some((platform) => isPair(merchantKey, platform)))) {
    throw new ConfigError("wechatpay(): publicKey is the merchant's own; give WeChat Pay's (微信支付公钥)")
  }
  if (options.backupBaseUrl !== undefined) parseBaseUrl(options.backupBaseUrl, 'backupBaseUrl')
  return {
    account,
    baseUrl: parseBaseUrl(options.baseUrl ?? officialBaseUrl, 'baseUrl'),
    signer: { mchid, serialNo, privateKey: signing },
    privateKeys: keys,
    platformKeys,
    publicKeyId: publicKeyId ?? null,
    decryptPhone,
  }
}

function pathOf(baseUrl: string): string {
  return new URL(baseUrl).pathname.replace(/\/$/, '')
}
