import { formatBeijing, formatYuan, labels, maskComplaint, sharedLabels } from 'unified-complaints'

/** The first pass delivers the complaints of 30 days as new: those that were made longer ago need no message. */
const maxAgeMs = 24 * 3_600_000
const maxDetailBytes = 1_500

/**
 * What a group should read about a change; null: nothing. A message has plain texts, so that each robot can escape them
 * in its own way.
 */
export function messageOf({ kind, complaint, previous, changed, deadline }, now = Date.now()) {
  const isReopened =
    kind === 'updated' && changed.includes('state') && previous?.state === 'resolved' && complaint.state !== 'resolved'
  const isNew = kind === 'created' && now - new Date(complaint.createdAt).getTime() < maxAgeMs
  const isLate = kind === 'due' && new Date(deadline.at).getTime() <= now
  if (!isNew && !isReopened && kind !== 'due') return null
  // Also the words of the complainant may hold a phone number.
  const masked = maskComplaint(complaint)
  const { provider, account, id, subject, detail, payer, orders, refund } = masked
  const text = labels(masked, 'zh')
  const title = isNew ? '新投诉' : isReopened ? '投诉重新打开' : isLate ? '投诉已超期' : '投诉即将到期'
  const lines = [
    ['账号', account],
    ['投诉单号', id],
    ['投诉时间', formatBeijing(complaint.createdAt)],
    ['状态', text.state],
    ['投诉类型', cutBytes(subject ?? text.problemType ?? '', 150)],
    ['投诉内容', cutBytes(detail.replace(/\s+/g, ' '), maxDetailBytes)],
    [
      '商户订单号',
      orders
        .flatMap((order) => order.merchantOrderNo ?? [])
        .slice(0, 3)
        .join('，'),
    ],
    ['申请退款', refund.amount === null ? '' : `${formatYuan(refund.amount)} 元`],
    ['联系电话', payer.phone?.form === 'masked' ? payer.phone.value : ''],
    ['处理期限', deadline === null ? '' : `${formatBeijing(deadline.at)}（${sharedLabels.deadline[deadline.for].zh}）`],
  ]
  return {
    title: `${title}：${sharedLabels.provider[provider].zh}`,
    isUrgent: kind === 'due',
    lines: lines.filter(([, value]) => value !== ''),
  }
}

/** Cuts between characters, so that the limits of robots, which count bytes of UTF-8, hold. */
function cutBytes(text, maxBytes) {
  let bytes = 0
  let cut = ''
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > maxBytes) return `${cut}…`
    cut += character
  }
  return cut
}
