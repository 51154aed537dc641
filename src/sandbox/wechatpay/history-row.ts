import { beijingRfc3339 } from '../time.js'
import type { SandboxHistoryEntry } from '../types.js'
import type { Step } from './history.js'
import { imageUrls } from './images.js'

/**
 * One item of a history's `data[]`. `complaint_media_list` is one object here, and an array in a complaint.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012533439
 */
export function toStepRow(step: Step, baseUrl: string): Record<string, unknown> {
  const urls = step.media === null ? [] : imageUrls(step.media, baseUrl)
  return {
    log_id: step.id,
    operator: step.operator,
    operate_time: beijingRfc3339(step.at),
    operate_type: step.action,
    operate_details: step.text ?? undefined,
    image_list: step.imageList === 'absent' ? undefined : step.imageList === 'same' ? urls : [],
    complaint_media_list: step.media === null ? undefined : { media_type: step.media.kind, media_url: urls },
    normal_message: step.message === null ? undefined : { blocks: step.message.blocks, sender_identity: 'MACHINE' },
    ...step.extra,
  }
}

/** What a perfect client delivers. `image_list` repeats URLs of the media and adds nothing. */
export function toStepTruth(
  { id, at, operator, action, text, media, message }: Step,
  baseUrl: string,
): SandboxHistoryEntry {
  const lines = [...(text === null ? [] : [text]), ...(message?.lines ?? [])]
  const images = message?.imageIds ?? []
  return {
    id,
    at: new Date(at),
    operator,
    action,
    text: lines.length === 0 ? null : lines.join('\n'),
    media: [
      ...(media === null ? [] : [{ kind: media.kind, urls: imageUrls(media, baseUrl) }]),
      ...(images.length === 0 ? [] : [{ kind: 'normal_message', urls: imageUrls({ ids: images }, baseUrl) }]),
    ],
  }
}
