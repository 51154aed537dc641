import { digits, type Random } from '../random.js'
import { drawMediaIds } from './facts.js'

/** One kind of step in a negotiation. */
export interface Script {
  readonly action: string
  readonly operator: string
  /** null: the step has no text. */
  readonly texts: readonly [string, ...string[]] | null
  /** `media_type` of the step's media; null: the step has none. */
  readonly kind: 'USER_COMPLAINT_IMAGE' | 'OPERATION_IMAGE' | null
  extra?(random: Random): Readonly<Record<string, unknown>>
  message?(random: Random): Message
}

/** A message of the newer form: its blocks, and what a reader sees of them. */
export interface Message {
  readonly blocks: readonly object[]
  /** Words beyond those of the step's text. */
  readonly lines: readonly string[]
  /** Percent-encoded as in URLs; blocks hold them decoded. */
  readonly imageIds: readonly string[]
}

const user = '投诉人'
const merchant = '示例商户'
const platform = '微信支付客服'
const system = '系统'

const sendMessage = (content: string): object => ({
  action_type: 'ACTION_TYPE_SEND_MESSAGE',
  message_info: { content },
})

/** The first entry begins every negotiation. Two actions are misspelt as in the documentation, and the last is undocumented. */
export const script: readonly [Script, ...Script[]] = [
  {
    action: 'USER_CREATE_COMPLAINT',
    operator: user,
    texts: ['付款后一直没有发货,要求退款。', '商品与描述不符。'],
    kind: 'USER_COMPLAINT_IMAGE',
  },
  {
    action: 'USER_CONTINUE_COMPLAINT',
    operator: user,
    texts: ['问题没有解决,继续投诉。'],
    kind: 'USER_COMPLAINT_IMAGE',
  },
  { action: 'USER_RESPONSE', operator: user, texts: ['已补充凭证,请尽快处理😡', '好的'], kind: 'OPERATION_IMAGE' },
  {
    action: 'MERCHANT_RESPONSE',
    operator: merchant,
    texts: ['已与用户电话沟通解决。', '您好,退款已发起,\n预计1-3个工作日到账。'],
    kind: 'OPERATION_IMAGE',
  },
  {
    action: 'PLATFORM_RESPONSE',
    operator: platform,
    texts: ['请选择您遇到的问题'],
    kind: null,
    message: (random) => ({
      blocks: [
        { type: 'TEXT', text: { text: '请选择您遇到的问题', color: 'DEFAULT', is_bold: false } },
        {
          type: 'FAQ_LIST',
          faq_list: {
            faqs: [
              { faq_id: random.text(digits, 2), faq_title: '退款进度', action: sendMessage('退款进度') },
              { faq_id: random.text(digits, 2), faq_title: '联系商家', action: sendMessage('联系商家') },
            ],
          },
        },
      ],
      lines: ['退款进度', '联系商家'],
      imageIds: [],
    }),
  },
  {
    action: 'MERCHANT_RESPONSE',
    operator: merchant,
    texts: null,
    kind: null,
    message: (random) => {
      const imageIds = drawMediaIds(random)
      const refundPage = `https://shop.example.com/refunds/${random.text(digits, 6)}`
      return {
        blocks: [
          { type: 'TEXT', text: { text: '退款已发起。', color: 'SECONDARY', is_bold: true } },
          ...imageIds.map((id) => ({
            type: 'IMAGE',
            image: { media_id: decodeURIComponent(id), image_style_type: 'IMAGE_STYLE_TYPE_NARROW' },
          })),
          {
            type: 'LINK',
            link: {
              text: '查看退款',
              action: { action_type: 'ACTION_TYPE_JUMP_URL', jump_url: refundPage },
              invalid_info: { expired_time: '2030-01-01T00:00:00+08:00', multi_clickable: true },
            },
          },
          { type: 'BUTTON', button: { text: '问题已解决', action: sendMessage('问题已解决') } },
          {
            type: 'BUTTON_GROUP',
            button_group: {
              buttons: ['满意', '不满意'].map((text) => ({ text, action: sendMessage(text) })),
              button_layout: 'LAYOUT_HORIZONTAL',
            },
          },
        ],
        lines: ['退款已发起。', `查看退款 ${refundPage}`, '问题已解决', '满意', '不满意'],
        imageIds,
      }
    },
  },
  {
    action: 'USER_CLICK_RESPONSE',
    operator: user,
    texts: ['退款进度'],
    kind: null,
    extra: (random) => ({
      click_message: { message_content: '退款进度', action_id: `faq-${random.int(1, 99)}`, clicked_log_id: '' },
    }),
  },
  {
    action: 'USER_APPLY_PLATFORM_SERVICE',
    operator: user,
    texts: null,
    kind: null,
    extra: () => ({
      user_appy_platform_service_reason: '商户未解决',
      user_appy_platform_service_reason_description: '等待超过三天',
    }),
  },
  { action: 'USER_CREATE_COMPLAINT_SYSTEM_MESSAGE', operator: system, texts: null, kind: null },
  { action: 'COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE', operator: system, texts: ['已全额退款'], kind: null },
  { action: 'MERCHANT_REFUSE_RERUND', operator: merchant, texts: ['不符合退款条件'], kind: 'OPERATION_IMAGE' },
  { action: 'USER_COMFIRM_COMPLAINT', operator: user, texts: null, kind: null },
  { action: 'USER_SUBMIT_SATISFACTION', operator: user, texts: ['5'], kind: null },
  { action: 'SANDBOX_FUTURE_OPERATION', operator: system, texts: ['后来新增的操作类型'], kind: 'OPERATION_IMAGE' },
]

/** The last step of a resolved complaint. */
export const lastStep: Script = {
  action: 'MERCHANT_CONFIRM_COMPLETE',
  operator: merchant,
  texts: ['问题已处理完成'],
  kind: null,
}
