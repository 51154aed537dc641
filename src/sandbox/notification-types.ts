/** A notification as the provider would POST it; the exact bytes of the body are signed. */
export interface SandboxNotification {
  headers: Record<string, string>
  body: string
}

/** Optional fields of a notification. */
export interface SandboxNotificationOptions {
  /** The provider's name of the action. Default `CREATE_COMPLAINT`, Alipay's `alipay.merchant.tradecomplain.changed`. */
  action?: string
  /** The id for de-duplication; by default a new one for each notification. Huishouqian sends none. */
  id?: string
  /** The charset that Alipay's form names. Default `GBK`, as in the documentation's sample. */
  charset?: 'GBK' | 'utf-8'
  /** Whether Alipay's signature covers `sign_type`; both occur. Default false. */
  signsType?: boolean
}
