import { z } from 'zod'
import type { ProviderName } from '../model.js'
import { validateOptions } from '../parsing/validate.js'
import { type ListConfig, listOptionsShape, provider, resolveListConfig } from './list-config.js'
import { beijingDay, dayMs, startOfDay } from './time.js'
import type { SandboxFault, SandboxFaultKind, SandboxOptions } from './types.js'

/** The options, checked and complete. */
export interface SandboxConfig {
  readonly seed: number
  readonly complaints: Readonly<Record<ProviderName, number>>
  /** Complaints are created from `from` up to, not including, `to`: milliseconds since 1970. */
  readonly from: number
  readonly to: number
  readonly latencyMs: number
  readonly faults: readonly SandboxFault[]
  readonly signType: 'RSA2' | 'CFCA'
  readonly huishouqianKeyBits: number
  readonly huishouqianTotals: 'total' | 'page'
  readonly huishouqianMerchants: number
  readonly huishouqianSuccess: 'boolean' | 'text'
  readonly huishouqianNulls: 'absent' | 'empty' | 'null'
  readonly xiaoeNumbers: 'number' | 'text'
  readonly xiaoeTokens: 'minted' | 'kept'
  readonly xiaoeTokenSeconds: number
  /** null: valid requests succeed. */
  readonly xiaoeRefusal: number | null
  readonly alipaySigning: 'publicKey' | 'certificate'
  readonly alipayServiceProvider: boolean
  readonly alipaySlashes: 'plain' | 'escaped' | 'escapedAfterSigning'
  readonly alipayMessages: 'utf-8' | 'gbk'
  readonly alipayUnknownId: 'empty' | 'code'
  readonly alipayIds: 'number' | 'text'
  readonly alipayEndTime: 'included' | 'excluded'
  readonly alipayFilteredTime: 'created' | 'modified'
  readonly wechatpaySigning: 'publicKey' | 'certificate' | 'onRequest' | 'alternate'
  /** Rows that fit into one response of WeChat Pay. */
  readonly wechatpayPacketRows: { readonly list: number; readonly history: number }
  /** Infinity: not clamped. */
  readonly clampPageSize: number
  readonly lists: Readonly<Record<ProviderName, ListConfig>>
  /** How many earlier states of a list the faults may ask for. */
  readonly keptVersions: number
  readonly quotas: boolean
  readonly reuseKeys: boolean
  /** null: nothing arrives by itself. */
  readonly arrivalsEveryMs: number | null
  readonly onRequest: SandboxOptions['onRequest']
}

const defaultComplaints = 60
const defaultDays = 60
/** Observed in the field: larger pages of a history are refused. */
const defaultHistoryPacketRows = 130

const count = z.int().min(0)
const day = z.string().refine((text) => startOfDay(text) !== null, 'must be a day as yyyy-MM-dd')

/** A record, so that the compiler reports a missing kind. */
const kinds: Readonly<Record<SandboxFaultKind, SandboxFaultKind>> = {
  rateLimit: 'rateLimit',
  serverError: 'serverError',
  reset: 'reset',
  stall: 'stall',
  truncate: 'truncate',
  slowBody: 'slowBody',
  tamperedSignature: 'tamperedSignature',
  tamperedBody: 'tamperedBody',
  probeSignature: 'probeSignature',
  wrongSerial: 'wrongSerial',
  rotateCertificate: 'rotateCertificate',
  killToken: 'killToken',
  clampPageSize: 'clampPageSize',
  missingTotal: 'missingTotal',
  shiftRows: 'shiftRows',
  lateRow: 'lateRow',
  staleList: 'staleList',
  packetTooLarge: 'packetTooLarge',
  refusal: 'refusal',
}

const fault = z.strictObject({
  kind: z.enum(kinds),
  provider: provider.optional(),
  account: z.string().optional(),
  host: z.enum(['primary', 'backup']).optional(),
  operation: z.enum(['list', 'get', 'history', 'media', 'token', 'certificates', 'unknown']).optional(),
  nth: z.int().min(1).optional(),
  every: z.int().min(1).optional(),
  times: count.optional(),
  probability: z.number().min(0).max(1).optional(),
  seed: z.int().optional(),
  rows: z.int().min(1).optional(),
  row: z.int().min(1).optional(),
  changes: z.int().min(1).optional(),
  code: z.string().min(1).nullable().optional(),
  retryAfterSeconds: count.optional(),
})

const schema = z.strictObject({
  seed: z.int().optional(),
  complaints: z.union([count, z.partialRecord(provider, count)]).optional(),
  from: day.optional(),
  to: day.optional(),
  latencyMs: z.number().min(0).optional(),
  faults: z.array(fault).optional(),
  signType: z.enum(['RSA2', 'CFCA']).optional(),
  huishouqianKeyBits: z.union([z.literal(1024), z.literal(2048), z.literal(4096)]).optional(),
  huishouqianTotals: z.enum(['total', 'page']).optional(),
  huishouqianMerchants: z.int().min(1).max(1000).optional(),
  huishouqianSuccess: z.enum(['boolean', 'text']).optional(),
  huishouqianNulls: z.enum(['absent', 'empty', 'null']).optional(),
  xiaoeNumbers: z.enum(['number', 'text']).optional(),
  xiaoeTokens: z.enum(['minted', 'kept']).optional(),
  xiaoeTokenSeconds: z.int().min(1).optional(),
  xiaoeRefusal: z
    .int()
    .refine((code) => code !== 0, 'must be a code of a refusal, not 0')
    .optional(),
  alipaySigning: z.enum(['publicKey', 'certificate']).optional(),
  alipayServiceProvider: z.boolean().optional(),
  alipaySlashes: z.enum(['plain', 'escaped', 'escapedAfterSigning']).optional(),
  alipayMessages: z.enum(['utf-8', 'gbk']).optional(),
  alipayUnknownId: z.enum(['empty', 'code']).optional(),
  alipayIds: z.enum(['number', 'text']).optional(),
  alipayEndTime: z.enum(['included', 'excluded']).optional(),
  alipayFilteredTime: z.enum(['created', 'modified']).optional(),
  wechatpaySigning: z.enum(['publicKey', 'certificate', 'onRequest', 'alternate']).optional(),
  wechatpayPacketRows: z.int().min(1).optional(),
  clampPageSize: z.int().min(1).optional(),
  ...listOptionsShape,
  quotas: z.boolean().optional(),
  reuseKeys: z.boolean().optional(),
  arrivalsEveryMs: z
    .int()
    .min(1)
    .max(2 ** 31 - 1)
    .optional(),
  onRequest: z
    .custom<SandboxOptions['onRequest']>((value) => typeof value === 'function', 'must be a function')
    .optional(),
})

/** @throws ConfigError naming the option that is wrong */
export function resolveConfig(options: SandboxOptions, now: number): SandboxConfig {
  const parsed = validateOptions(schema, options, 'startSandbox()')
  const today = startOfDay(beijingDay(now)) ?? now
  const to = parsed.to === undefined ? today : (startOfDay(parsed.to) ?? 0) + dayMs
  const from = parsed.from === undefined ? to - defaultDays * dayMs : (startOfDay(parsed.from) ?? 0)
  validateOptions(z.object({ to: z.number().gt(from, 'must not be before from') }), { to }, 'startSandbox()')
  return {
    seed: parsed.seed ?? 1,
    complaints: complaintCounts(parsed.complaints),
    from,
    to,
    latencyMs: parsed.latencyMs ?? 0,
    faults: (parsed.faults ?? []) as readonly SandboxFault[],
    signType: parsed.signType ?? 'RSA2',
    huishouqianKeyBits: parsed.huishouqianKeyBits ?? 2048,
    huishouqianTotals: parsed.huishouqianTotals ?? 'total',
    huishouqianMerchants: parsed.huishouqianMerchants ?? 1,
    huishouqianSuccess: parsed.huishouqianSuccess ?? 'boolean',
    huishouqianNulls: parsed.huishouqianNulls ?? 'absent',
    xiaoeNumbers: parsed.xiaoeNumbers ?? 'number',
    xiaoeTokens: parsed.xiaoeTokens ?? 'kept',
    xiaoeTokenSeconds: parsed.xiaoeTokenSeconds ?? 7200,
    xiaoeRefusal: parsed.xiaoeRefusal ?? null,
    alipaySigning: parsed.alipaySigning ?? 'publicKey',
    alipayServiceProvider: parsed.alipayServiceProvider ?? false,
    alipaySlashes: parsed.alipaySlashes ?? 'plain',
    alipayMessages: parsed.alipayMessages ?? 'utf-8',
    alipayUnknownId: parsed.alipayUnknownId ?? 'empty',
    alipayIds: parsed.alipayIds ?? 'number',
    alipayEndTime: parsed.alipayEndTime ?? 'included',
    alipayFilteredTime: parsed.alipayFilteredTime ?? 'created',
    wechatpaySigning: parsed.wechatpaySigning ?? 'publicKey',
    wechatpayPacketRows: {
      list: parsed.wechatpayPacketRows ?? Number.POSITIVE_INFINITY,
      history: parsed.wechatpayPacketRows ?? defaultHistoryPacketRows,
    },
    clampPageSize: parsed.clampPageSize ?? Number.POSITIVE_INFINITY,
    lists: {
      wechatpay: resolveListConfig(options, 'wechatpay'),
      huishouqian: resolveListConfig(options, 'huishouqian'),
      xiaoe: resolveListConfig(options, 'xiaoe'),
      'alipay-trade': resolveListConfig(options, 'alipay-trade'),
      'alipay-risk': resolveListConfig(options, 'alipay-risk'),
    },
    keptVersions: Math.max(0, ...staleChanges(options.faults)),
    quotas: parsed.quotas ?? true,
    reuseKeys: parsed.reuseKeys ?? false,
    arrivalsEveryMs: parsed.arrivalsEveryMs ?? null,
    onRequest: parsed.onRequest,
  }
}

function staleChanges(faults: SandboxOptions['faults'] = []): number[] {
  return faults.filter(({ kind }) => kind === 'staleList').map(({ changes }) => changes ?? 1)
}

function complaintCounts(
  complaints: number | Partial<Record<ProviderName, number>> | undefined,
): SandboxConfig['complaints'] {
  const each = typeof complaints === 'object' ? complaints : {}
  // Named counts are all there is: a provider that is added later changes no test.
  const other = typeof complaints === 'object' ? 0 : (complaints ?? defaultComplaints)
  return {
    wechatpay: each.wechatpay ?? other,
    huishouqian: each.huishouqian ?? other,
    xiaoe: each.xiaoe ?? other,
    'alipay-trade': each['alipay-trade'] ?? other,
    'alipay-risk': each['alipay-risk'] ?? other,
  }
}
