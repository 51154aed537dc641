export type { Signer } from './adapter-kit/signer.js'
export type { HeadersLike, NotificationBody, NotificationHeaders } from './client/notification-input.js'
export type { ClientOptions, ListOptions, RequestOptions } from './client/options.js'
export { ComplaintClient } from './client.js'
export type { AnyComplaintError, ErrorCode, ErrorIssue, Operation } from './errors.js'
export {
  ApiError,
  AuthenticationError,
  ComplaintError,
  ConfigError,
  errorCodes,
  NotFoundError,
  PaginationError,
  PermissionError,
  QueryError,
  RateLimitError,
  ResponseError,
  SignatureError,
  StoreError,
  TimeoutError,
  TransportError,
  UnsupportedError,
} from './errors.js'
export type {
  AccountErrorEvent,
  ComplaintEvent,
  DriftEvent,
  RateLimitWaitEvent,
  RequestEvent,
  RetryEvent,
  WarningEvent,
  WindowDoneEvent,
  WindowStartEvent,
} from './events.js'
export type { Deadline, DeadlineInput, DeadlineRule, DeadlineRules } from './following/deadline.js'
export type {
  ChangedField,
  ChangeOptions,
  ChangeQuery,
  ChangeStore,
  ComplaintChange,
  ComplaintChanges,
  ComplaintFeed,
  ComplaintSnapshot,
  FollowOptions,
} from './following/types.js'
export type { RequestTrace } from './http/tracing.js'
export { beijingDay, formatBeijing, formatYuan } from './labels/format.js'
export type { ComplaintLabels, Label, LabelLanguage, LabelTable } from './labels/tables.js'
export type { ComplaintList, Page } from './listing/list.js'
export type { ComplaintWindow } from './listing/plan.js'
export type {
  AlipayRiskComplaint,
  AlipayTradeComplaint,
  Complaint,
  ComplaintChannel,
  ComplaintMedia,
  ComplaintNotification,
  ComplaintOrder,
  ComplaintRef,
  ComplaintState,
  HistoryEntry,
  HuishouqianComplaint,
  IncompleteRange,
  MediaFile,
  Money,
  PayerPhone,
  ProviderName,
  WechatPayComplaint,
  XiaoeComplaint,
} from './model.js'
export { complaintChannels, complaintStates, providerNames } from './model.js'
export { maskComplaint } from './privacy/mask.js'
export type {
  AccountInfo,
  Adapter,
  AdapterCapabilities,
  AdapterLimits,
  ComplaintOf,
  KeyInput,
  RateLimit,
  RateLimiter,
  ReceivedNotification,
  SharedQuota,
} from './provider.js'
export type { AlipayOptions, AlipayTarget } from './providers/alipay/index.js'
export { alipayRisk, alipayTrade } from './providers/alipay/index.js'
export { alipayRiskLabels, alipayTradeLabels } from './providers/alipay/labels.js'
export type { AlipayRiskComplaintRow, AlipayTradeComplaintRow } from './providers/alipay/wire.js'
export { deadlineOf, deadlineRules } from './providers/deadlines.js'
export type { HuishouqianOptions } from './providers/huishouqian/index.js'
export { huishouqian } from './providers/huishouqian/index.js'
export { huishouqianLabels } from './providers/huishouqian/labels.js'
export type { HuishouqianComplaintRow } from './providers/huishouqian/wire.js'
export type { LabelledRow } from './providers/labels.js'
export { labels, sharedLabels } from './providers/labels.js'
export type { WechatPayOptions, WechatPaySigner } from './providers/wechatpay/index.js'
export { wechatpay } from './providers/wechatpay/index.js'
export { wechatpayLabels } from './providers/wechatpay/labels.js'
export type { WechatPayComplaintRow, WechatPayHistoryRow } from './providers/wechatpay/wire.js'
export type { TokenStore, XiaoeOptions } from './providers/xiaoe/index.js'
export { xiaoe } from './providers/xiaoe/index.js'
export { xiaoeLabels } from './providers/xiaoe/labels.js'
export type { XiaoeComplaintRow } from './providers/xiaoe/wire.js'
export type { ComplaintQuery } from './query.js'
