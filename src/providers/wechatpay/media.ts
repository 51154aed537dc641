import { QueryError } from '../../errors.js'
import type { MediaFile } from '../../model.js'
import type { CallOptions } from '../../provider.js'
import { signedHeaders, type Wire } from './call.js'
import { refusalOf } from './refusal.js'

const imagesPath = '/v3/merchant-service/images/'

/**
 * An image of a complaint, by the URL that the complaint names. Image answers are the only ones that WeChat Pay does
 * not sign, so nothing but the bytes is taken from them.
 * @throws QueryError, before any request, for a URL that is not one of WeChat Pay's images
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012467251
 */
export async function imageOf({ settings, runtime }: Wire, url: string, options: CallOptions): Promise<MediaFile> {
  const target = imageTarget(url, settings.imageOrigins)
  return runtime.send(
    {
      operation: 'media',
      quota: 'media',
      authorise: ({ now }) => ({
        method: 'GET',
        url,
        headers: { ...signedHeaders(settings, target, now), Accept: 'application/json, image/*' },
      }),
      read: ({ body, headers }) => ({ bytes: new Uint8Array(body), contentType: headers['content-type'] ?? null }),
      refuse: (response) => refusalOf(response, runtime.now()),
    },
    options,
  )
}

/** What is signed is sent: a URL that parsing would rewrite, by a dot segment or an escape, is refused. */
function imageTarget(url: string, origins: readonly string[]): string {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : null
  if (parsed === null || parsed.href !== url || !origins.includes(parsed.origin)) {
    throw new QueryError(
      `media(): the URL must be one that the complaint names, at ${[...new Set(origins)].join(', ')}; nothing was requested`,
    )
  }
  const target = url.slice(parsed.origin.length)
  if (!target.startsWith(imagesPath) || target.length === imagesPath.length || parsed.hash !== '') {
    throw new QueryError(`media(): the URL must lead to an image, ${imagesPath}…; nothing was requested`)
  }
  return target
}
