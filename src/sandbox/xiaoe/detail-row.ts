import { beijingText } from '../time.js'
import type { SandboxHistoryEntry } from '../types.js'
import { type Detail, detailStep, type Reply, visibleReplies } from './detail.js'
import { appId, type XiaoeFacts } from './facts.js'
import { imageUrls } from './images.js'
import { stateNumber, toRow } from './row.js'

/**
 * The detail call's `data`. Its documentation declares other types than the list's: integers, except `complaint_from`.
 * https://api-doc.xiaoe-tech.com/api_list/pay_through/get_complaint_info.html
 */
export function toDetailRow(
  facts: XiaoeFacts,
  detail: Detail,
  numbers: 'number' | 'text',
  baseUrl: string,
): Record<string, unknown> {
  return {
    ...toRow(facts, numbers),
    id: detail.rowNumber,
    app_id: appId,
    state: stateNumber(facts),
    complainant_user_id: detail.userId,
    complaint_from: numbers === 'text' ? String(facts.from) : facts.from,
    complaint_type: facts.complaintType,
    time_limit: facts.limitHours,
    current_step: detailStep(detail, facts),
    complaint_content_msg: detail.content,
    complaint_content_object: detail.contentObjects,
    uploaded_images: imageUrls(detail.images, baseUrl),
    sub_mch_id: detail.subMchid ?? undefined,
    reply_list: visibleReplies(detail, facts).map((reply) => toReplyRow(reply, facts, baseUrl)),
  }
}

function toReplyRow({ from, text, images, at }: Reply, { id }: XiaoeFacts, baseUrl: string): Record<string, unknown> {
  return {
    complaint_id: id,
    reply_from: from,
    reply_content: text,
    reply_images: imageUrls(images, baseUrl),
    reply_time: beijingText(at),
  }
}

/**
 * What a perfect client delivers: the complaint itself, then the replies. They have no ids, so
 * the id is the complaint's id and the index from 0.
 */
export function toHistoryTruth(facts: XiaoeFacts, detail: Detail, baseUrl: string): SandboxHistoryEntry[] {
  return [
    {
      id: `${facts.id}:0`,
      at: new Date(facts.createdAt),
      operator: null,
      action: '投诉',
      text: detail.content === '' ? facts.reason : detail.content,
      media: toMediaTruth('uploaded_images', detail.images, baseUrl),
    },
    ...visibleReplies(detail, facts).map(({ from, text, images, at }, index) => ({
      id: `${facts.id}:${index + 1}`,
      at: new Date(at),
      operator: from,
      action: '回复',
      text: text === '' ? null : text,
      media: toMediaTruth('reply_images', images, baseUrl),
    })),
  ]
}

function toMediaTruth(kind: string, names: readonly string[], baseUrl: string): SandboxHistoryEntry['media'] {
  return names.length === 0 ? [] : [{ kind, urls: imageUrls(names, baseUrl) }]
}
