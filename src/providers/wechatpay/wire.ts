import { z } from 'zod'

/** A paid order of a complaint. */
export interface WechatPayOrder {
  /** WeChat Pay's transaction number (微信订单号). */
  transaction_id?: string | null
  /** The merchant's order number (商户订单号). */
  out_trade_no?: string | null
  /** Integer fen. */
  amount?: number | null
  [field: string]: unknown
}

/** A service order (支付分 and the like) of a complaint. */
export interface WechatPayServiceOrder {
  /** WeChat Pay's number of the service order. */
  order_id?: string | null
  /** The merchant's number of the service order. */
  out_order_no?: string | null
  /** `DOING`, `REVOKED`, `WAITPAY`, `DONE`, or newer. */
  state?: string | null
  [field: string]: unknown
}

/** Uploaded images of a complaint. */
export interface WechatPayMedia {
  /** `USER_COMPLAINT_IMAGE`, `OPERATION_IMAGE`, or newer. */
  media_type?: string | null
  /** Addresses of the images; each needs a signed request. */
  media_url?: readonly string[] | null
  [field: string]: unknown
}

/** Where and when a shared power bank was returned. */
export interface WechatPayAdditionalInfo {
  /** `SHARE_POWER_TYPE`, or newer. */
  type?: string | null
  /** The return of a shared power bank. */
  share_power_info?: {
    /** When it was returned, RFC 3339. */
    return_time?: string | null
    /** Where it was returned. */
    return_address_info?: {
      /** The address as text. */
      return_address?: string | null
      /** Degrees, as text. */
      longitude?: string | null
      /** Degrees, as text. */
      latitude?: string | null
      [field: string]: unknown
    } | null
    /** Whether it was returned to the machine that it was borrowed from. */
    is_returned_to_same_machine?: boolean | null
    [field: string]: unknown
  } | null
  [field: string]: unknown
}

/**
 * A complaint as WeChat Pay sends it. Every enum is open, and unlisted fields are kept.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012533431
 */
export interface WechatPayComplaintRow {
  /** The complaint number (投诉单号). */
  complaint_id: string
  /** RFC 3339, with or without milliseconds. */
  complaint_time: string
  /** The complainant's words. */
  complaint_detail?: string | null
  /** `PENDING`, `PROCESSING`, `PROCESSED`, or newer. */
  complaint_state: string
  /** The merchant complained about (被诉商户号). */
  complainted_mchid?: string | null
  /** RSA-OAEP ciphertext in base64, under the merchant's certificate. */
  payer_phone?: string | null
  /** The complainant's openid. Only in the response of a single complaint. Personal data. */
  payer_openid?: string | null
  /** The paid orders complained about. */
  complaint_order_info?: readonly WechatPayOrder[] | null
  /** All orders of the complaint are refunded in full. */
  complaint_full_refunded?: boolean | null
  /** The complainant waits for a reply. */
  incoming_user_response?: boolean | null
  /** How many times the user has complained, from 1. */
  user_complaint_times?: number | null
  /** Images that the complainant uploaded. */
  complaint_media_list?: readonly WechatPayMedia[] | null
  /** The question that the complainant chose from a list. */
  problem_description?: string | null
  /** `REFUND`, `SERVICE_NOT_WORK`, `OTHERS`, or newer. */
  problem_type?: string | null
  /** Integer fen; only where `problem_type` is `REFUND`. */
  apply_refund_amount?: number | null
  /** `TRUSTED`, `HIGH_RISK`, or newer. */
  user_tag_list?: readonly string[] | null
  /** The service orders complained about. */
  service_order_info?: readonly WechatPayServiceOrder[] | null
  /** What some trades add, e.g. shared power banks. */
  additional_info?: WechatPayAdditionalInfo | null
  /** WeChat Pay's customer service has taken the case. */
  in_platform_service?: boolean | null
  /** WeChat Pay recommends to serve the complainant immediately. */
  need_immediate_service?: boolean | null
  /** The complaint is handled in agent mode; undocumented. */
  is_agent_mode?: boolean | null
  [field: string]: unknown
}

/** Response of list and history. Rows are parsed one by one, so that the rows before an invalid one are delivered. */
export interface ListResponse {
  data?: unknown[] | null | undefined
  total_count?: unknown
  limit?: unknown
  offset?: unknown
}

export const listResponseSchema: z.ZodType<ListResponse> = z.lazy(() =>
  z.object({
    data: z.array(z.unknown()).nullish(),
    total_count: z.unknown().optional(),
    limit: z.unknown().optional(),
    offset: z.unknown().optional(),
  }),
)

/** Response of the download of platform certificates. */
export interface CertificatesResponse {
  data: {
    serial_no: string
    encrypt_certificate: { algorithm: string; nonce: string; associated_data: string; ciphertext: string }
  }[]
}

/** WeChat Pay has at most two at a time. The response is parsed before verification, so it must not cost much. */
const maxCertificates = 100

export const certificatesResponseSchema: z.ZodType<CertificatesResponse> = z.lazy(() =>
  z.object({
    data: z
      .array(z.unknown())
      .max(maxCertificates)
      .pipe(
        z.array(
          z.object({
            serial_no: z.string().min(1),
            encrypt_certificate: z.object({
              algorithm: z.string(),
              nonce: z.string(),
              associated_data: z.string(),
              ciphertext: z.string(),
            }),
          }),
        ),
      ),
  }),
)

/**
 * An entry of a negotiation history as WeChat Pay sends it. `operate_type` is open, and has misspelt values.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012533439
 */
export interface WechatPayHistoryRow {
  /** The number of the entry (操作流水号). */
  log_id: string
  /** Who took the step. */
  operator?: string | null
  /** RFC 3339. */
  operate_time: string
  /** What was done, e.g. `USER_CREATE_COMPLAINT`. */
  operate_type?: string | null
  /** The text of the step. */
  operate_details?: string | null
  /** Addresses of images; superseded by `complaint_media_list`. */
  image_list?: readonly string[] | null
  /** One object here, an array in complaints. */
  complaint_media_list?: WechatPayMedia | readonly WechatPayMedia[] | null
  [field: string]: unknown
}

/** A callback before decryption. */
export interface NotificationEnvelope {
  id?: string | null | undefined
  create_time?: string | null | undefined
  event_type?: string | null | undefined
  resource: { algorithm: string; nonce: string; ciphertext: string; associated_data?: string | null | undefined }
}

export const notificationSchema: z.ZodType<NotificationEnvelope> = z.lazy(() =>
  z.looseObject({
    id: z.string().nullish(),
    create_time: z.string().nullish(),
    event_type: z.string().nullish(),
    resource: z.looseObject({
      algorithm: z.string(),
      nonce: z.string(),
      ciphertext: z.string(),
      associated_data: z.string().nullish(),
    }),
  }),
)

/** Body of an error response; a gateway's body has none of the fields. */
export interface ErrorBody {
  code?: string | undefined
  message?: string | undefined
  detail?: unknown
}

export const errorBodySchema: z.ZodType<ErrorBody> = z.lazy(() =>
  z.object({
    code: z.string().optional().catch(undefined),
    message: z.string().optional().catch(undefined),
    detail: z.unknown().optional(),
  }),
)
