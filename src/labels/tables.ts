import { toNonEmptyText } from '../parsing/coerce.js'

/** The languages that labels come in. */
export type LabelLanguage = 'zh' | 'en'

/** What a user interface shows for a value. */
export interface Label {
  readonly zh: string
  readonly en: string
}

/** The documented values of a field, by the text of each. Every field is open: providers add values. */
export type LabelTable = Readonly<Record<string, Label>>

/**
 * A complaint's values as texts of one language, for user interfaces. A value that nobody documented stands there in
 * the provider's own word; null where the provider tells nothing.
 */
export interface ComplaintLabels {
  /** The provider's name. */
  readonly provider: string
  /** The shared state. */
  readonly state: string
  /** The provider's own state. */
  readonly providerState: string
  /** Through which channel it came. */
  readonly channel: string
  /** Where in the channel, or beside it, it was made (Xiaoe: `complaint_from`). */
  readonly source: string | null
  /** What it is about (WeChat Pay: `problem_type`, Xiaoe: `complaint_type`). */
  readonly problemType: string | null
  /** How far it was dealt with (Xiaoe: `current_step`). */
  readonly step: string | null
  /** One for each of the complaint's `tags`. */
  readonly tags: readonly string[]
  /** What kind of files each of the complaint's `media` holds. */
  readonly media: readonly string[]
  /** The state of each service order (WeChat Pay: `service_order_info`). */
  readonly serviceOrders: readonly string[]
}

/** A value as the provider sent it, and the table that may know it. */
export type Labelled = readonly [table: LabelTable, value: unknown]

/** Where a provider's labels come from; what it leaves out, it does not tell. */
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

/** The label of a value; the value's own text where the table does not know it, null where it says nothing. */
export function labelOf([table, value]: Labelled, language: LabelLanguage): string | null {
  const word = toNonEmptyText(value)
  return word === null ? null : (table[word]?.[language] ?? word)
}

/** Frozen down to the labels: everybody in the process shares them. */
export function freezeTables<Tables extends Readonly<Record<string, LabelTable>>>(tables: Tables): Tables {
  for (const table of Object.values(tables)) {
    for (const label of Object.values(table)) Object.freeze(label)
    Object.freeze(table)
  }
  return Object.freeze(tables)
}
