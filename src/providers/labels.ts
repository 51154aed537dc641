import { QueryError } from '../errors.js'
import {
  type ComplaintLabels,
  type Label,
  type LabelLanguage,
  type Labelled,
  type LabelSources,
  labelOf,
} from '../labels/tables.js'
import type { Complaint, ComplaintChannel, ComplaintState, ProviderName } from '../model.js'
import { isRecord } from '../parsing/coerce.js'
import { huishouqianLabelSources } from './huishouqian/labels.js'
import { wechatpayLabelSources } from './wechatpay/labels.js'
import { xiaoeLabelSources } from './xiaoe/labels.js'

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

/** The name of a provider, for user interfaces. */
export function providerName(provider: ProviderName, language: LabelLanguage): string {
  return sourcesOf({ provider, raw: null }).name[language]
}

/**
 * A complaint's values as texts for a user interface. An undocumented value is returned as the provider sent it.
 * @throws QueryError when the language is neither `zh` nor `en`
 */
export function labels(complaint: Complaint, language: LabelLanguage): ComplaintLabels {
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
    tags: complaint.tags.map((tag) => text([sources.tags ?? {}, tag])),
    media: complaint.media.map(({ kind }) => text([sources.media ?? {}, kind])),
    serviceOrders: (sources.serviceOrders ?? []).map(text),
  }
}

/** @throws QueryError for an unknown provider */
function sourcesOf({ provider, raw }: { readonly provider: ProviderName; readonly raw: unknown }): LabelSources {
  // The user may have removed `raw`, which has personal data, before storing the complaint.
  const row = isRecord(raw) ? raw : {}
  switch (provider) {
    case 'wechatpay':
      return wechatpayLabelSources(row)
    case 'huishouqian':
      return huishouqianLabelSources()
    case 'xiaoe':
      return xiaoeLabelSources(row)
    default:
      throw new QueryError('labels(): the provider of the complaint is unknown')
  }
}
