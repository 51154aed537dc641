import { QueryError } from '../../errors.js'
import type { MediaFile } from '../../model.js'
import { isRecord, toNonEmptyText } from '../../parsing/coerce.js'
import { invalidField } from '../../parsing/invalid.js'
import type { CallOptions } from '../../provider.js'
import { decodeBase64 } from './base64.js'
import { type Session, verifiedPost } from './request.js'

/** WeChat Pay's name for the images of a history; Huishouqian returns no others. */
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
 * An image by its URL in a history entry. The URL is sent to Huishouqian, which downloads the image; nothing is
 * requested from the URL's host. The response must stay below 20 MiB; under CFCA it is almost four times the
 * size of the image.
 * @experimental Huishouqian does not document this call
 * @throws QueryError, before any request, for an invalid URL
 */
export async function fetchMedia(
  session: Session,
  complaintId: string,
  url: string,
  options: CallOptions,
): Promise<MediaFile> {
  if (typeof url !== 'string' || url.length > maxUrlLength || !/^[^\s\p{Cc}]+$/u.test(url)) {
    throw new QueryError(
      `media(): the URL must be one of a history entry, of at most ${maxUrlLength} characters; nothing was requested`,
    )
  }
  const fields = { complaintId, mediaUrl: url, mediaType }
  const call = {
    operation: 'media',
    method: 'COMPLAINT_FILE_DOWNLOAD',
    path: '/complaint/download',
    fields,
  } as const
  return verifiedPost(session, call, options, parseFile)
}

function parseFile(content: unknown): MediaFile {
  const { bytes: text, suffix } = isRecord(content) ? content : {}
  const bytes = typeof text === 'string' && text !== '' ? decodeBase64(text) : null
  if (bytes === null) throw invalidField('bytes', 'expected the file in Base64')
  return { bytes: new Uint8Array(bytes), contentType: contentTypeForSuffix(toNonEmptyText(suffix)) }
}

/** Null for every other suffix: a type that a browser would execute is never reported. */
function contentTypeForSuffix(suffix: string | null): string | null {
  return contentTypes.get(suffix?.trim().toLowerCase().replace(/^\./, '') ?? '') ?? null
}
