import { isRecord, toItems, toList, toNonEmptyText } from '../../parsing/coerce.js'

/** What a complainant or merchant reads in a message of the newer form. */
export interface MessageContent {
  /** Words of texts, links, questions and buttons, in their order. */
  readonly lines: readonly string[]
  /** Ids of images, as the documentation names them; some servers send URLs. */
  readonly mediaIds: readonly string[]
}

/**
 * Reads the blocks of a history entry's `normal_message`. A block of an unknown type is read by the members that it
 * shares with the documented ones.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012533439
 */
export function readNormalMessage(message: unknown): MessageContent {
  const blocks = isRecord(message) ? toItems(message.blocks, (block) => (isRecord(block) ? block : null)) : []
  return {
    lines: blocks.flatMap(linesOfBlock),
    mediaIds: blocks.flatMap(({ image }) => (isRecord(image) ? (toNonEmptyText(image.media_id) ?? []) : [])),
  }
}

function linesOfBlock(block: Record<string, unknown>): string[] {
  const { text, link, faq_list: faqList, button, button_group: group } = block
  const faqs = isRecord(faqList) ? toList(faqList.faqs) : []
  const buttons = isRecord(group) ? toList(group.buttons) : []
  return [
    lineOf(text, 'text'),
    lineOf(link, 'text'),
    ...faqs.map((faq) => lineOf(faq, 'faq_title')),
    lineOf(button, 'text'),
    ...buttons.map((each) => lineOf(each, 'text')),
  ].filter((line) => line !== null)
}

/** The words of a part, followed by the URL that it leads to. Null: it has neither. */
function lineOf(part: unknown, field: string): string | null {
  if (!isRecord(part)) return null
  const url = isRecord(part.action) ? toNonEmptyText(part.action.jump_url) : null
  const words = [toNonEmptyText(part[field]), url].filter((word) => word !== null)
  return words.length === 0 ? null : words.join(' ')
}
