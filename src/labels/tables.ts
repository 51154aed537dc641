import { toNonEmptyText } from '../parsing/coerce.js'

/** The languages of labels: Chinese and English. */
export type LabelLanguage = 'zh' | 'en'

/** The text for a value in a user interface. */
export interface Label {
  readonly zh: string
  readonly en: string
}

/** The documented values of a field and their labels. Providers add values, so a value may be missing. */
export type LabelTable = Readonly<Record<string, Label>>

/**
 * The values of a complaint as texts of one language, for user interfaces. An undocumented value is the provider's value
 * itself. Null: the provider does not report the field.
 */
export interface ComplaintLabels {
  /** The provider's name. */
  readonly provider: string
  /** `complaint.state`. */
  readonly state: string
  /** `complaint.providerState`. */
  readonly providerState: string
  /** `complaint.channel`, or the provider's more precise value. */
  readonly channel: string
  /** Where the complaint was made (Xiaoe: `complaint_from`). */
  readonly source: string | null
  /** What the complaint is about (WeChat Pay: `problem_type`, Xiaoe: `complaint_type`). */
  readonly problemType: string | null
  /** The step of its handling (Xiaoe: `current_step`). */
  readonly step: string | null
  /** One text for each of `complaint.tags`. */
  readonly tags: readonly string[]
  /** One text for the kind of each of `complaint.media`. */
  readonly media: readonly string[]
  /** One text for the state of each service order (WeChat Pay: `service_order_info`). */
  readonly serviceOrders: readonly string[]
}

/** A value of a response and the table of its field. */
export type Labelled = readonly [table: LabelTable, value: unknown]

/** The tables and values of a provider's labels; absent: the provider does not report the field. */
export interface LabelSources {
  readonly name: Label
  readonly providerState: LabelTable
  readonly tags?: LabelTable
  readonly media?: LabelTable
  readonly channel?: Labelled
  readonly source?: Labelled
  readonly problemType?: Labelled
  readonly step?: Labelled
  readonly serviceOrders?: readonly Labelled[]
}

/** The label of a value; the value's text when the table does not have it; null when the value is empty. */
export function labelOf([table, value]: Labelled, language: LabelLanguage): string | null {
  const text = toNonEmptyText(value)
  return text === null ? null : (table[text]?.[language] ?? text)
}

/** Freezes exported tables deeply, because the whole process shares them. */
export function freezeTables<Tables extends Readonly<Record<string, LabelTable>>>(tables: Tables): Tables {
  for (const table of Object.values(tables)) {
    for (const label of Object.values(table)) Object.freeze(label)
    Object.freeze(table)
  }
  return Object.freeze(tables)
}
