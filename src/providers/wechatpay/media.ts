import { QueryError, ResponseError } from '../../errors.js'
import type { MediaFile } from '../../model.js'
import type { CallOptions, WireResponse } from '../../provider.js'
import { toApiError } from './error-codes.js'
import { isOutage, pathOf, type Session, signedHeaders, withoutDelay } from './request.js'

const imagesPath = '/v3/merchant-service/images/'
/** Ten times what real ones have. */
const maxUrlLength = 2_048
/** What runs in a browser, as an SVG may, is never called by its name; nor is what a header says that came twice. */
const safeMediaType = /^(image|video)\/(?!svg)[\w.+-]+(?=;|$)/i

/**
 * An image of a complaint, by the URL that the complaint names. Image answers are the only ones that WeChat Pay does
 * not sign, so nothing is taken from them but the bytes, and what kind of picture or film they are said to be. The URL
 * names a host; where that does not answer, the image is asked of the other configured one.
 * @throws QueryError, before any request, for a URL that is not one of WeChat Pay's images
 * @throws ResponseError for an answer that is no file
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012467251
 */
export async function fetchImage(session: Session, url: string, options: CallOptions): Promise<MediaFile> {
  const { config, runtime, hosts } = session
  const { origin, target } = parseImageUrl(url, config.imageOrigins)
  const servers = serversOf(origin, session)
  const [namedServer] = servers
  // A first host that is known to be out is passed over.
  let hostIndex = namedServer?.baseUrl === config.baseUrl && hosts.current() !== config.baseUrl ? 1 : 0
  const server = (): Server => servers[hostIndex % servers.length] ?? { url: origin, baseUrl: null }
  return runtime.send(
    {
      operation: 'media',
      quota: 'media',
      authorise({ now }) {
        const { url: base } = server()
        const headers = signedHeaders(config, pathOf(base) + target, now)
        return { method: 'GET', url: base + target, headers: { ...headers, Accept: 'application/json, image/*' } }
      },
      read: parseFile,
      refuse: (response) =>
        toApiError(hostIndex + 1 < servers.length ? withoutDelay(response) : response, runtime.now(), 'media'),
      recover(error) {
        if (!isOutage(error)) return false
        const { baseUrl } = server()
        if (baseUrl !== null) hosts.markFailed(baseUrl)
        hostIndex += 1
        return false
      },
    },
    options,
  )
}

/** Where an image can be had. */
interface Server {
  readonly url: string
  /** The configured host that this is; null: none, but one of WeChat Pay's. */
  readonly baseUrl: string | null
}

/** The host that the URL names, then the configured ones that are others. */
function serversOf(origin: string, { config: { baseUrl, backupBaseUrl } }: Session): readonly Server[] {
  const configured = backupBaseUrl === null ? [baseUrl] : [baseUrl, backupBaseUrl]
  const namedServer = configured.find((host) => new URL(host).origin === origin) ?? null
  const others = configured.filter((host) => new URL(host).origin !== origin)
  return [{ url: origin, baseUrl: namedServer }, ...others.map((host) => ({ url: host, baseUrl: host }))]
}

function parseFile({ status, headers, body }: WireResponse): MediaFile {
  const contentType = headers['content-type'] ?? null
  if (status === 204 || body.length === 0) throw notAFile('is empty')
  if (contentType !== null && /^\s*(?:text\/html|application\/json)\b/i.test(contentType))
    throw notAFile('is a page or a message')
  return { bytes: new Uint8Array(body), contentType: safeMediaType.exec(contentType ?? '')?.[0] ?? null }
}

function notAFile(what: string): ResponseError {
  return new ResponseError(`the answer ${what}, not a file`)
}

/** What is signed is sent: a URL that parsing would rewrite, by a dot segment or an escape, is refused. */
function parseImageUrl(url: string, origins: readonly string[]): { origin: string; target: string } {
  const parsed = typeof url === 'string' && url.length <= maxUrlLength && URL.canParse(url) ? new URL(url) : null
  if (parsed === null || parsed.href !== url || !origins.includes(parsed.origin)) {
    throw new QueryError(
      `media(): the URL must be one that the complaint names, at ${[...new Set(origins)].join(', ')}; nothing was requested`,
    )
  }
  const { origin, pathname, search } = parsed
  const target = url.slice(origin.length)
  const isImage = target.startsWith(imagesPath) && target.length > imagesPath.length
  // A "?" or "#" with nothing behind it would be signed and not sent.
  if (!isImage || pathname + search !== target || hasDotSegments(pathname)) {
    throw new QueryError(`media(): the URL must lead to an image, ${imagesPath}…; nothing was requested`)
  }
  return { origin, target }
}

/** Whether a server that decodes the path, once or more often, would find dot segments in it. */
function hasDotSegments(path: string): boolean {
  for (let decoded = path; ; ) {
    if (decoded.split(/[/\\]/).some((segment) => segment === '.' || segment === '..')) return true
    const next = decoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    if (next === decoded) return false
    decoded = next
  }
}
