import { QueryError, ResponseError } from '../../errors.js'
import type { MediaFile } from '../../model.js'
import { isRecord, toNonEmptyText } from '../../parsing/coerce.js'
import type { CallOptions } from '../../provider.js'
import { decodeBase64 } from './base64.js'
import { ask, type Wire } from './request.js'

/** WeChat Pay's word for the pictures of a history, the only place where Huishouqian names any. */
const mediaType = 'OPERATION_IMAGE'
const maxUrlLength = 2048

const contentTypes: ReadonlyMap<string, string> = new Map([
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['png', 'image/png'],
  ['gif', 'image/gif'],
  ['bmp', 'image/bmp'],
  ['webp', 'image/webp'],
  ['pdf', 'application/pdf'],
  ['mp4', 'video/mp4'],
])

/**
 * A picture by the URL that a history entry names. Huishouqian fetches it: the URL goes there as data, and nothing is
 * requested from it. The answer, which is text twice over under CFCA, must stay below 20 MiB.
 * @experimental Huishouqian publishes no page on this call
 * @throws QueryError, before any request, for a URL that is none
 */
export async function fileOf(wire: Wire, complaintId: string, url: string, options: CallOptions): Promise<MediaFile> {
  if (typeof url !== 'string' || url.length > maxUrlLength || !/^[^\s\p{Cc}]+$/u.test(url)) {
    throw new QueryError(
      `media(): the URL must be one that an entry of the history names, of at most ${maxUrlLength} characters; nothing was requested`,
    )
  }
  const fields = { complaintId, mediaUrl: url, mediaType }
  const question = {
    operation: 'media',
    method: 'COMPLAINT_FILE_DOWNLOAD',
    path: '/complaint/download',
    fields,
  } as const
  return ask(wire, question, options, readFile)
}

function readFile(content: unknown): MediaFile {
  const { bytes: text, suffix } = isRecord(content) ? content : {}
  const bytes = typeof text === 'string' && text !== '' ? decodeBase64(text) : null
  if (bytes === null) {
    const message = 'expected the file in Base64'
    throw new ResponseError(`bytes: ${message}`, { issues: [{ path: ['bytes'], message }] })
  }
  return { bytes: new Uint8Array(bytes), contentType: contentTypeOf(toNonEmptyText(suffix)) }
}

/** Null for a suffix that stands for no picture, document or film: what runs in a browser is never called by its name. */
function contentTypeOf(suffix: string | null): string | null {
  return contentTypes.get(suffix?.trim().toLowerCase().replace(/^\./, '') ?? '') ?? null
}
