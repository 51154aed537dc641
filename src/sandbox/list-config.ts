import { z } from 'zod'
import type { ProviderName } from '../model.js'
import type { SandboxListOptions, SandboxPerProvider, SandboxPoisonRows } from './list-options.js'

/** How one provider's list behaves; every option has its value. */
export interface ListConfig {
  readonly order: 'created' | 'updated'
  /** 1: no two complaints are given the same time on purpose. */
  readonly ties: number
  /** Infinity: no bound. */
  readonly deepCap: number
  readonly maxOffset: number
  readonly ignoresPages: boolean
  readonly ignoresDates: boolean
  readonly hiddenRows: number
  readonly poisonRows: Required<SandboxPoisonRows>
  readonly dayZone: 'beijing' | 'utc'
  readonly endDate: 'included' | 'excluded'
}

export const provider: z.ZodEnum<Readonly<Record<ProviderName, ProviderName>>> = z.enum({
  wechatpay: 'wechatpay',
  huishouqian: 'huishouqian',
  xiaoe: 'xiaoe',
  'alipay-trade': 'alipay-trade',
  'alipay-risk': 'alipay-risk',
})
const count = z.int().min(0)
const perProvider = <T extends z.ZodType>(value: T) => z.union([value, z.partialRecord(provider, value)]).optional()

type ListOptionsShape = Readonly<{ [K in keyof SandboxListOptions]-?: z.ZodOptional<z.ZodType<SandboxListOptions[K]>> }>

/** Part of the schema of the sandbox's options. */
export const listOptionsShape: ListOptionsShape = {
  order: perProvider(z.enum(['created', 'updated'])),
  ties: perProvider(z.int().min(2)),
  deepCap: perProvider(count),
  maxOffset: perProvider(count),
  ignoredPages: perProvider(z.boolean()),
  ignoredDates: perProvider(z.boolean()),
  hiddenRows: perProvider(count),
  poisonRows: perProvider(
    z.strictObject({ id: count.exactOptional(), time: count.exactOptional(), state: count.exactOptional() }),
  ),
  dayZone: perProvider(z.enum(['beijing', 'utc'])),
  huishouqianEndDate: z.enum(['included', 'excluded']).optional(),
}

/** The list behaviour of one provider, out of options that were checked. */
export function resolveListConfig(options: SandboxListOptions, name: ProviderName): ListConfig {
  const poison: SandboxPoisonRows = resolvePoison(options.poisonRows, name)
  return {
    order: resolveFor(options.order, name) ?? 'created',
    ties: resolveFor(options.ties, name) ?? 1,
    deepCap: resolveFor(options.deepCap, name) ?? Number.POSITIVE_INFINITY,
    maxOffset: resolveFor(options.maxOffset, name) ?? Number.POSITIVE_INFINITY,
    ignoresPages: resolveFor(options.ignoredPages, name) ?? false,
    ignoresDates: resolveFor(options.ignoredDates, name) ?? false,
    hiddenRows: resolveFor(options.hiddenRows, name) ?? 0,
    poisonRows: { id: poison.id ?? 0, time: poison.time ?? 0, state: poison.state ?? 0 },
    dayZone: resolveFor(options.dayZone, name) ?? 'beijing',
    endDate: (name === 'huishouqian' ? options.huishouqianEndDate : undefined) ?? 'included',
  }
}

function resolveFor<T extends string | number | boolean>(
  option: SandboxPerProvider<T> | undefined,
  name: ProviderName,
): T | undefined {
  return typeof option === 'object' ? option[name] : option
}

/** `poisonRows` is an object in both forms, so its member names decide. */
function resolvePoison(option: SandboxListOptions['poisonRows'] = {}, name: ProviderName): SandboxPoisonRows {
  return 'id' in option || 'time' in option || 'state' in option
    ? option
    : ((option as Partial<Record<ProviderName, SandboxPoisonRows>>)[name] ?? {})
}
