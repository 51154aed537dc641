/**
 * A trade complaint (交易投诉), in a list or as a detail. Every field may be absent. Fields that are not declared here
 * are kept.
 * @see https://opendocs.alipay.com/open/02z18r
 */
export interface AlipayTradeComplaintRow {
  /** The complaint number, 28 digits: text, never a number. */
  complain_event_id: string
  /** `MERCHANT_PROCESSING`, `MERCHANT_FEEDBACKED`, `FINISHED` …, or newer; see `alipayTradeLabels.status`. */
  status: string
  /** `yyyy-MM-dd HH:mm:ss`, Beijing. */
  gmt_create: string
  /** `yyyy-MM-dd HH:mm:ss`, Beijing. */
  gmt_modified?: string | null
  /** `yyyy-MM-dd HH:mm:ss`, Beijing; only of a closed complaint. */
  gmt_finished?: string | null
  /** The reason that the complainant chose. */
  complain_reason?: string | null
  /** What the complainant wants, as text. */
  leaf_category_name?: string | null
  /** The complainant's words. */
  content?: string | null
  /** URLs of images. */
  images?: string[] | null
  /** The complainant's phone number. Personal data. */
  phone_no?: string | null
  /** Alipay's number of the payment. */
  trade_no?: string | null
  /** The merchant's own order number (out_trade_no). */
  merchant_order_no?: string | null
  /** What was complained about: an app id, an official account or a merchant (PID). */
  target_id?: string | null
  /** `APPID`, `PUBLICID` or `PID`. */
  target_type?: string | null
  /** Yuan, such as `0.01`; only in a detail. */
  trade_amount?: string | number | null
  /** The negotiation history; only in a detail. */
  reply_detail_infos?: AlipayReplyRow[] | null
  [field: string]: unknown
}

/** One reply of a trade complaint's negotiation history. It has no id. */
export interface AlipayReplyRow {
  /** `yyyy-MM-dd HH:mm:ss`, Beijing. */
  gmt_create: string
  /** `USER`, `MERCHANT`, `SYSTEM`, `AUDITOR` or `GOVERNMENT`. */
  replier_role?: string | null
  /** The replier's name. */
  replier_name?: string | null
  /** The text of the reply; a closing reply may have none. */
  content?: string | null
  /** URLs of images. */
  images?: string[] | null
  [field: string]: unknown
}

/**
 * A consumer complaint (RiskGO), in a list or as a detail. Every field may be absent. Fields that are not declared here
 * are kept.
 * @see https://opendocs.alipay.com/open/8ad1ac86_alipay.security.risk.complaint.info.batchquery
 */
export interface AlipayRiskComplaintRow {
  /** The key of the complaint in calls. */
  id: string | number
  /** The complaint number that users see (投诉单号). */
  task_id?: string | null
  /** `WAIT_PROCESS`, `PROCESSING`, `PROCESSED` …, or newer; see `alipayRiskLabels.status`. */
  status: string
  /** The state as Alipay's own text. */
  status_description?: string | null
  /** `yyyy-MM-dd HH:mm:ss`, Beijing. */
  gmt_complain: string
  /** When it was handled. */
  gmt_process?: string | null
  /** The deadline. */
  gmt_overdue?: string | null
  /** When the platform passed the complaint on. */
  gmt_risk_finish_time?: string | null
  /** The merchant complained about: its PID. */
  opposite_pid?: string | null
  /** The merchant's name. */
  opposite_name?: string | null
  /** What is complained of, in yuan. */
  complain_amount?: string | number | null
  /** The complainant's phone number or other contact. Personal data. */
  contact?: string | null
  /** The complainant's words. */
  complain_content?: string | null
  /** Alipay's number of the payment. */
  trade_no?: string | null
  /** The merchant's own answer: `REFUND`, `CONSENSUS_WITH_CLIENT` …; see `alipayRiskLabels.process_code`. */
  process_code?: string | null
  /** The text of that answer. */
  process_message?: string | null
  /** The merchant's remark. */
  process_remark?: string | null
  /** URLs of the merchant's images. */
  process_img_url_list?: string[] | null
  /** The payments complained of. */
  complaint_trade_info_list?: AlipayRiskTradeRow[] | null
  /** An address that the complainant gave; only in a detail. */
  complain_url?: string | null
  /** URLs of the complainant's images; only in a detail, and only of selected merchants. */
  certify_info?: string[] | null
  /** When the complaint was escalated; only in a detail. */
  gmt_upgrade?: string | null
  /** The words of the escalation; only in a detail. */
  upgrade_content?: string | null
  /** Tags such as `加急`; only in a detail. */
  label_tag_list?: string[] | null
  [field: string]: unknown
}

/** One payment that a consumer complaint is about. */
export interface AlipayRiskTradeRow {
  /** The number of this entry. */
  id?: string | number | null
  /** The complaint that it belongs to. */
  complaint_record_id?: string | number | null
  /** Alipay's number of the payment. */
  trade_no?: string | null
  /** The merchant's own order number. */
  out_no?: string | null
  /** When it was paid. */
  gmt_trade?: string | null
  /** When it was refunded. */
  gmt_refund?: string | null
  /** `WAIT_PROCESS`, `REFUNDING`, `PROCESSED`, `OVERDUE` or `DROP_COMPLAIN`. */
  status?: string | null
  /** The state as Alipay's own text. */
  status_description?: string | null
  /** Yuan. */
  amount?: string | number | null
  [field: string]: unknown
}
