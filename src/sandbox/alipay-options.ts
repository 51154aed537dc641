/** How Alipay's gateway behaves; most of it where the documentation is silent. */
export interface SandboxAlipayOptions {
  /**
   * How an app and Alipay know each other's keys: by public keys (`publicKey`, default), or by certificates under one
   * root (`certificate`), whose serial numbers every request must have.
   */
  alipaySigning?: 'publicKey' | 'certificate'
  /** Whether Alipay's apps are a service provider's: every request must have the merchant's `app_auth_token`. Default false. */
  alipayServiceProvider?: boolean
  /**
   * How Alipay's responses write a slash. `plain` (default): `/`. `escaped`: `\/`, signed as sent. `escapedAfterSigning`:
   * sent as `\/`, signed as `/`.
   */
  alipaySlashes?: 'plain' | 'escaped' | 'escapedAfterSigning'
  /** The charset of Alipay's errors, whatever was asked for. Default `utf-8`. */
  alipayMessages?: 'utf-8' | 'gbk'
  /**
   * What Alipay says of an unknown id, which is not documented: a success without fields (`empty`, default), or the code
   * `COMPLAIN_NOT_EXIST` (`code`).
   */
  alipayUnknownId?: 'empty' | 'code'
  /** Ids of Alipay's risk complaints as in one SDK (`number`, default) or another (`text`). */
  alipayIds?: 'number' | 'text'
  /** Whether a complaint made in the second of a query's end is served by Alipay. Default `included`. */
  alipayEndTime?: 'included' | 'excluded'
  /** The time of trade complaints that the dates of Alipay's queries are about; it is not documented. Default `created`. */
  alipayFilteredTime?: 'created' | 'modified'
}

/** Options for an adapter of Alipay. */
export type SandboxAlipay = {
  appId: string
  privateKey: string
  /** The token of the merchant; only with `alipayServiceProvider`. */
  appAuthToken?: string
  baseUrl: string
} & (
  | { alipayPublicKey: string; appCert?: undefined; alipayCert?: undefined; alipayRootCert?: undefined }
  // In the mode `certificate`, as PEM.
  | { alipayPublicKey?: undefined; appCert: string; alipayCert: string; alipayRootCert: string }
)
