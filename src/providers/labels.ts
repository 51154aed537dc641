import { QueryError } from '../errors.js'
import type { Deadline } from '../following/deadline.js'
import {
  type ComplaintLabels,
  freezeTables,
  type Label,
  type LabelLanguage,
  type Labelled,
  type LabelSources,
  labelOf,
} from '../labels/tables.js'
import { type ComplaintChannel, type ComplaintState, type ProviderName, providerNames } from '../model.js'
import { isRecord, toList } from '../parsing/coerce.js'
import { alipayRiskLabelSources, alipayTradeLabelSources } from './alipay/labels.js'
import { huishouqianLabelSources } from './huishouqian/labels.js'
import { wechatpayLabelSources } from './wechatpay/labels.js'
import { xiaoeLabelSources } from './xiaoe/labels.js'

const names: Readonly<Record<ProviderName, Label>> = {
  wechatpay: wechatpayLabelSources({}).name,
  huishouqian: huishouqianLabelSources().name,
  xiaoe: xiaoeLabelSources({}).name,
  'alipay-trade': alipayTradeLabelSources().name,
  'alipay-risk': alipayRiskLabelSources().name,
}

const states: Readonly<Record<ComplaintState, Label>> = {
  pending: { zh: '待处理', en: 'Pending' },
  processing: { zh: '处理中', en: 'Processing' },
  resolved: { zh: '处理完成', en: 'Resolved' },
  unknown: { zh: '未知', en: 'Unknown' },
}

const channels: Readonly<Record<ComplaintChannel, Label>> = {
  wechatpay: { zh: '微信支付', en: 'WeChat Pay' },
  alipay: { zh: '支付宝', en: 'Alipay' },
  shop: { zh: '店铺', en: 'Shop' },
  platform: { zh: '平台', en: 'Platform' },
  unknown: { zh: '未知', en: 'Unknown' },
}

const deadlines: Readonly<Record<Deadline['for'], Label>> = {
  reply: { zh: '首次回复', en: 'First reply' },
  resolution: { zh: '处理完成', en: 'Resolution' },
}

/** Labels of the values that all providers share, e.g. for the choices of a filter in a user interface. */
export const sharedLabels: {
  readonly provider: Readonly<Record<ProviderName, Label>>
  readonly state: Readonly<Record<ComplaintState, Label>>
  readonly channel: Readonly<Record<ComplaintChannel, Label>>
  /** What must have happened by a deadline: `deadlineOf(complaint).for`. */
  readonly deadline: Readonly<Record<Deadline['for'], Label>>
} = /* @__PURE__ */ freezeTables({ provider: names, state: states, channel: channels, deadline: deadlines })

/** What `labels()` reads: a complaint, or a row that was stored of one. Fields that are absent have no label. */
export interface LabelledRow {
  /** A `ProviderName`. */
  readonly provider: string
  readonly state?: string | null | undefined
  readonly providerState?: string | null | undefined
  readonly channel?: string | null | undefined
  /** As in a complaint. A JSON column has no type; what is not an array has no labels. */
  readonly tags?: unknown
  /** As in a complaint. A JSON column has no type; what is not an array has no labels. */
  readonly media?: unknown
  /** The provider's row; without it, labels that depend on it are null. */
  readonly raw?: unknown
}

/**
 * The values of a complaint as texts for a user interface. Also takes what was stored of a complaint: `provider`, and
 * whichever of the other fields there are; further columns are ignored. An undocumented value is returned as the provider sent it; the label of an
 * absent `state`, `providerState` or `channel` is empty.
 * @throws QueryError when the language is neither `zh` nor `en`, or the provider is unknown
 * @example
 * ```ts
 * const { state, channel } = labels({ provider: 'wechatpay', state: 'pending', channel: 'wechatpay' }, 'zh')
 * ```
 */
export function labels<Row extends LabelledRow>(complaint: Row, language: LabelLanguage): ComplaintLabels {
  if (language !== 'zh' && language !== 'en') throw new QueryError("labels(): the language must be 'zh' or 'en'")
  const sources = sourcesOf(complaint)
  const optional = (labelled: Labelled | undefined): string | null =>
    labelled === undefined ? null : labelOf(labelled, language)
  const text = (labelled: Labelled): string => labelOf(labelled, language) ?? ''
  return {
    provider: sources.name[language],
    state: text([states, complaint.state]),
    providerState: text([sources.providerState, complaint.providerState]),
    channel: optional(sources.channel) ?? text([channels, complaint.channel]),
    source: optional(sources.source),
    problemType: optional(sources.problemType),
    step: optional(sources.step),
    tags: toList(complaint.tags).map((tag) => text([sources.tags ?? {}, tag])),
    media: toList(complaint.media)
      .filter(isRecord)
      .map(({ kind }) => text([sources.media ?? {}, kind])),
    serviceOrders: (sources.serviceOrders ?? []).map(text),
  }
}

/** @throws QueryError for an unknown provider */
function sourcesOf(complaint: LabelledRow): LabelSources {
  if (!isRecord(complaint))
    throw new QueryError('labels(): the first argument must be a complaint or a stored row of one')
  const { provider, raw } = complaint
  // The user may have removed `raw`, which has personal data, before storing the complaint.
  const row = isRecord(raw) ? raw : {}
  switch (provider) {
    case 'wechatpay':
      return wechatpayLabelSources(row)
    case 'huishouqian':
      return huishouqianLabelSources()
    case 'xiaoe':
      return xiaoeLabelSources(row)
    case 'alipay-trade':
      return alipayTradeLabelSources()
    case 'alipay-risk':
      return alipayRiskLabelSources()
    default:
      throw new QueryError(`labels(): the provider must be one of ${providerNames.join(', ')}`)
  }
}
