import type { ChangedField, ComplaintChange } from '../../index.js'
import type { Text } from '../language.js'
import { type Column, complaintColumns, tableColumns } from './columns.js'

const kindTexts: Readonly<Record<ComplaintChange['kind'], Text>> = {
  created: { zh: '新投诉', en: 'created' },
  updated: { zh: '有变化', en: 'updated' },
  due: { zh: '临近期限', en: 'due' },
}

const fieldTexts: Readonly<Record<ChangedField, string>> = {
  state: '状态',
  providerState: '渠道状态',
  closedAt: '完成时间',
  dueAt: '处理期限',
  subject: '投诉类型',
  detail: '投诉内容',
  orders: '订单',
  refund: '退款',
  awaitingReply: '待回复',
  overdue: '已超时',
  urgent: '紧急',
  inPlatformService: '平台已介入',
  timesComplained: '投诉次数',
  tags: '用户标签',
  media: '附件',
}

const overdueText: Text = { zh: '已超时', en: 'overdue' }

const kindColumn = (now: () => number): Column<ComplaintChange> => ({
  heading: { zh: '变化', en: 'Change' },
  maxWidth: 8,
  neverCut: true,
  text({ kind, deadline }, language) {
    const isOverdue = kind === 'due' && deadline !== null && deadline.at.getTime() < now()
    return (isOverdue ? overdueText : kindTexts[kind])[language]
  },
})

const changedColumn: Column<ComplaintChange> = {
  heading: { zh: '变化的字段', en: 'Changed' },
  maxWidth: 24,
  neverCut: true,
  dropOrder: 5,
  text: ({ changed }, language) =>
    language === 'zh' ? changed.map((field) => fieldTexts[field]).join('、') : changed.join(', '),
}

const columnsOfComplaint = tableColumns(complaintColumns).map(
  ({ value: _, behind: __, compact, isNeeded, ...column }): Column<ComplaintChange> => ({
    ...column,
    ...(isNeeded && { isNeeded: ({ complaint }: ComplaintChange) => isNeeded(complaint) }),
    ...(compact && { compact: { ...compact, text: ({ complaint }, now) => compact.text(complaint, now) } }),
    text: ({ complaint }, language) => column.text(complaint, language),
  }),
)

/**
 * The table of `follow`: what happened, then the complaint; the last column is the one that a table cuts.
 * @param now milliseconds since 1970
 */
export const changeColumns = (now: () => number): readonly Column<ComplaintChange>[] => [
  kindColumn(now),
  ...columnsOfComplaint.slice(0, -1),
  changedColumn,
  ...columnsOfComplaint.slice(-1),
]
