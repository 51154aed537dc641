import { z } from 'zod'
import { validateAdapterOptions } from '../../adapter-kit/file-options.js'
import {
  certificateInput,
  commonOptions,
  keyInput,
  nonEmptyText,
  resolveRateLimit,
  resolveSharedQuota,
  signerInput,
  tokenInput,
  withAccountContext,
} from '../../adapter-kit/options.js'
import { parseBaseUrl } from '../../parsing/validate.js'
import type { RateLimit, SharedQuota } from '../../provider.js'
import { riskAccountOption, tradeAccountOption } from './account-option.js'
import { type AlipayKeys, resolveKeys } from './credential.js'
import { fileOptions } from './file-options.js'
import type { AlipayOptions, AlipayTarget } from './option-types.js'
import type { AppAuthTokenOption } from './token.js'

/** The validated options, with parsed keys. */
export interface AlipayConfig extends AlipayKeys {
  readonly account: string
  readonly appId: string
  /** Without `/gateway.do`. */
  readonly baseUrl: string
  readonly appAuthToken: AppAuthTokenOption | undefined
  readonly targets: readonly AlipayTarget[]
  readonly rateLimit: RateLimit | null
  readonly sharedQuota: SharedQuota | undefined
}

const officialBaseUrl = 'https://openapi.alipay.com'
/** No quota is documented, but there is one: code 40005. */
const cautiousRateLimit: RateLimit = { requests: 5, perMs: 1_000 }

const schema = z.lazy(() =>
  z.strictObject({
    appId: z
      .string({ error: 'must be text: the number of the application (APPID)' })
      .trim()
      .regex(/^\w{1,32}$/, { error: 'must be the number of the application (APPID), as text' }),
    privateKey: keyInput().exactOptional(),
    signer: signerInput().exactOptional(),
    alipayPublicKey: keyInput().exactOptional(),
    appCert: certificateInput().exactOptional(),
    alipayCert: certificateInput().exactOptional(),
    alipayRootCert: certificateInput().exactOptional(),
    appAuthToken: tokenInput().exactOptional(),
    ...commonOptions(),
  }),
)
const tradeSchema = z.lazy(() =>
  schema.unwrap().extend({
    targets: z
      .array(z.strictObject({ type: z.enum(['APPID', 'PUBLICID']), id: nonEmptyText() }))
      .min(1)
      .exactOptional(),
  }),
)

type CheckedOptions = z.output<typeof tradeSchema>

/** @throws ConfigError naming the option that is wrong, never its value */
export function resolveTradeConfig(input: AlipayOptions): AlipayConfig {
  const factory = 'alipayTrade()'
  return withAccountContext(tradeAccountOption, input, () =>
    resolve(validateAdapterOptions(tradeSchema, input, factory, fileOptions), factory),
  )
}

/** @throws ConfigError naming the option that is wrong, never its value */
export function resolveRiskConfig(input: AlipayOptions): AlipayConfig {
  const factory = 'alipayRisk()'
  return withAccountContext(riskAccountOption, input, () =>
    resolve(validateAdapterOptions(schema, input, factory, fileOptions), factory),
  )
}

/** @param factory for errors */
function resolve(options: CheckedOptions, factory: string): AlipayConfig {
  const { appId, account = appId, appAuthToken, targets = [] } = options
  const baseUrl = parseBaseUrl(options.baseUrl ?? officialBaseUrl, 'baseUrl').replace(/\/gateway\.do$/, '')
  return {
    account,
    appId,
    baseUrl,
    ...resolveKeys(options, factory),
    appAuthToken,
    targets,
    rateLimit: resolveRateLimit(options.rateLimit, cautiousRateLimit),
    sharedQuota: resolveSharedQuota(options, cautiousRateLimit, factory),
  }
}
