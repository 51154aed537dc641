/** One kind of step in a negotiation. Huishouqian passes WeChat Pay's steps on under its own field names. */
export interface Script {
  readonly action: string
  readonly operator: string
  /** null: the step has no text. */
  readonly texts: readonly [string, ...string[]] | null
  readonly mayHaveImages: boolean
}

const user = '投诉人'
const merchant = '示例商户'
const system = '系统'

/** The first step of every negotiation. */
export const firstStep: Script = {
  action: 'USER_CREATE_COMPLAINT',
  operator: user,
  texts: ['充电桩没有充上电却扣了款,要求退款。', '付款后一直没有发货。'],
  mayHaveImages: true,
}

/** The last action is undocumented: actions may be added. */
export const script: readonly [Script, ...Script[]] = [
  { action: 'USER_CONTINUE_COMPLAINT', operator: user, texts: ['问题没有解决,继续投诉。'], mayHaveImages: true },
  { action: 'USER_RESPONSE', operator: user, texts: ['已补充凭证,请尽快处理😡', '好的'], mayHaveImages: true },
  {
    action: 'MERCHANT_RESPONSE',
    operator: merchant,
    texts: ['已与用户电话沟通解决。', '您好,退款已发起,\n预计1-3个工作日到账。'],
    mayHaveImages: true,
  },
  { action: 'USER_CREATE_COMPLAINT_SYSTEM_MESSAGE', operator: system, texts: null, mayHaveImages: false },
  {
    action: 'COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE',
    operator: system,
    texts: ['已全额退款'],
    mayHaveImages: false,
  },
  { action: 'SANDBOX_FUTURE_OPERATION', operator: system, texts: ['后来新增的操作类型'], mayHaveImages: true },
]

/** The last step of a resolved complaint. */
export const lastStep: Script = {
  action: 'MERCHANT_CONFIRM_COMPLETE',
  operator: merchant,
  texts: ['问题已处理完成'],
  mayHaveImages: false,
}
