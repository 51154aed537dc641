import type { Label } from '../labels/tables.js'
import type { ProviderName } from '../model.js'

/** What `diagnose()` found in one check of one account. No finding holds a secret. */
export interface Finding {
  readonly provider: ProviderName
  /** As in `AccountInfo.account`. */
  readonly account: string
  readonly check: FindingCheck
  /** `failed`: the account cannot be used as it is. `warning`: it can, for now. `skipped`: the check was not possible. */
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped'
  /** What was found, in English; of a failed request, the error's message. */
  readonly message: string
  /** What to do, in both languages; null: nothing, or only what the message says. */
  readonly advice: { readonly zh: string; readonly en: string } | null
}

/**
 * `options`: they are complete and the keys can be used. `certificate`: one configured certificate, and when it expires.
 * `clock`: this host's clock, compared with the provider's. `request`: one signed request and its verified response.
 * `notificationKey`: the key that decrypts notifications.
 */
export type FindingCheck = 'options' | 'certificate' | 'clock' | 'request' | 'notificationKey'

/** A finding in both languages, before it is printed or returned. */
export interface CheckResult {
  readonly check: FindingCheck
  readonly status: Finding['status']
  readonly text: Label
  readonly advice: Label | null
  /** The error of a failed check; absent: the text says all. */
  readonly error?: unknown
}
