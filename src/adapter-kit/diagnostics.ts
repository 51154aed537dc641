/** The facts of a connection that `diagnose()` of `unified-complaints/config` needs. */
export interface ConnectionDiagnostics {
  /** The address that requests go to. */
  readonly baseUrl: string
  /**
   * Accounts with the same value and address read the same complaints and use one quota. Null: a token or another option
   * that is not comparable selects the merchant.
   */
  readonly merchant: string | null
  /** Whether the provider signs its responses; what it does not sign, only TLS protects. */
  readonly signsResponses: boolean
  /** Clock difference in milliseconds at which the provider rejects requests; null: it accepts any difference. */
  readonly maxClockSkewMs: number | null
  /** The certificates in the options. */
  readonly certificates: readonly ConfiguredCertificate[]
  /**
   * Whether the key that decrypts notifications is right; null: it could not be checked. Absent: the account has no such
   * key, or each request needs it.
   */
  checkNotificationKey?(options: CheckOptions): Promise<boolean | null>
}

/** A certificate in the options of an adapter. */
export interface ConfiguredCertificate {
  /** The option that holds it. */
  readonly option: string
  readonly validTo: Date
}

/** The options of one request of a check. */
interface CheckOptions {
  readonly signal: AbortSignal | undefined
  /** Milliseconds of one attempt. */
  readonly timeoutMs: number
  /** Attempts after the first. */
  readonly maxRetries: number
}
