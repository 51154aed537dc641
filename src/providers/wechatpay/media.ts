import { QueryError, ResponseError } from '../../errors.js'
import type { MediaFile } from '../../model.js'
import type { CallOptions, WireResponse } from '../../provider.js'
import { toApiError } from './error-codes.js'
import { isOutage, pathOf, type Session, signedHeaders, withoutDelay } from './request.js'

const imagesPath = '/v3/merchant-service/images/'
/** Ten times the length of real URLs. */
const maxUrlLength = 2_048
/** Not SVG, which may contain scripts, and not a list of types from a repeated header. */
const safeMediaType = /^(image|video)\/(?!svg)[\w.+-]+(?=;|$)/i

/**
 * Downloads an image by its URL in a complaint. WeChat Pay does not sign these responses, so only the bytes and a safe
 * content type are used. If the host of the URL does not respond, the other configured hosts are tried.
 * @throws QueryError, before any request, for a URL that is not one of WeChat Pay's images
 * @throws ResponseError for a response without a file
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012467251
 */
export async function fetchImage(session: Session, url: string, options: CallOptions): Promise<MediaFile> {
  const { config, runtime, hosts } = session
  const { origin, target } = parseImageUrl(url, config.imageOrigins)
  const servers = listServers(origin, session)
  const [urlServer] = servers
  // Skips baseUrl while its failover lasts.
  let hostIndex = urlServer?.baseUrl === config.baseUrl && hosts.current() !== config.baseUrl ? 1 : 0
  const server = (): Server => servers[hostIndex % servers.length] ?? { url: origin, baseUrl: null }
  return runtime.send(
    {
      operation: 'media',
      quota: 'media',
      async authorise({ now }) {
        const { url: base } = server()
        const headers = await signedHeaders(config, pathOf(base) + target, now, options)
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

/** A host that serves images. */
interface Server {
  readonly url: string
  /** The configured host; null: another host of WeChat Pay. */
  readonly baseUrl: string | null
}

/** The host of the URL, then the other configured ones. */
function listServers(origin: string, { config: { baseUrl, backupBaseUrl } }: Session): readonly Server[] {
  const configured = backupBaseUrl === null ? [baseUrl] : [baseUrl, backupBaseUrl]
  const urlBase = configured.find((host) => new URL(host).origin === origin) ?? null
  const others = configured.filter((host) => new URL(host).origin !== origin)
  return [{ url: origin, baseUrl: urlBase }, ...others.map((host) => ({ url: host, baseUrl: host }))]
}

function parseFile({ status, headers, body }: WireResponse): MediaFile {
  const contentType = headers['content-type'] ?? null
  if (status === 204 || body.length === 0) throw notAFile('is empty')
  if (contentType !== null && /^\s*(?:text\/html|application\/json)\b/i.test(contentType))
    throw notAFile('is HTML or JSON')
  return { bytes: new Uint8Array(body), contentType: safeMediaType.exec(contentType ?? '')?.[0] ?? null }
}

function notAFile(what: string): ResponseError {
  return new ResponseError(`the response ${what}, not a file`)
}

/**
 * Whether `fetchImage` takes the URL: an image at one of the origins. With a `baseUrl` on a loopback address, a test
 * server or a proxy before it, the port may differ.
 */
export function isImageUrl(url: string, origins: readonly string[]): boolean {
  const parsed = URL.canParse(url) ? new URL(url) : null
  const isLocal = parsed !== null && loopback.test(parsed.origin) && origins.some((origin) => loopback.test(origin))
  const location = parseOrigin(url, isLocal ? [parsed.origin] : origins)
  return location !== null && isImage(location)
}

const loopback = /^http:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/

/** The URL of an image of a message, by its media id: percent-encoded or not, or a URL already. */
export function imageUrlOf(mediaId: string, baseUrl: string): string {
  if (/^https?:\/\//.test(mediaId)) return mediaId
  const id = /%[0-9A-Fa-f]{2}/.test(mediaId) ? mediaId : encodeURIComponent(mediaId)
  return `${new URL(baseUrl).origin}${imagesPath}${id}`
}

interface ImageLocation {
  readonly origin: string
  /** Path and query as sent. */
  readonly target: string
  readonly parsed: URL
}

function parseImageUrl(url: string, origins: readonly string[]): ImageLocation {
  const location = parseOrigin(url, origins)
  if (location === null) {
    throw new QueryError(
      `media(): the URL must be one of the complaint's, at ${[...new Set(origins)].join(', ')}; nothing was requested`,
    )
  }
  if (!isImage(location)) {
    throw new QueryError(`media(): the URL must be that of an image, ${imagesPath}…; nothing was requested`)
  }
  return location
}

/** Null for another origin, or a URL that URL parsing rewrites (dot segments, escapes): the signature covers the URL as sent. */
function parseOrigin(url: string, origins: readonly string[]): ImageLocation | null {
  const parsed = typeof url === 'string' && url.length <= maxUrlLength && URL.canParse(url) ? new URL(url) : null
  if (parsed === null || parsed.href !== url || !origins.includes(parsed.origin)) return null
  return { origin: parsed.origin, target: url.slice(parsed.origin.length), parsed }
}

function isImage({ target, parsed: { pathname, search } }: ImageLocation): boolean {
  if (!target.startsWith(imagesPath) || target.length === imagesPath.length) return false
  // An empty query or fragment would be signed, but not sent.
  return pathname + search === target && !hasDotSegments(pathname)
}

/** Whether the path has dot segments, also after repeated percent-decoding. */
function hasDotSegments(path: string): boolean {
  for (let decoded = path; ; ) {
    if (decoded.split(/[/\\]/).some((segment) => segment === '.' || segment === '..')) return true
    const next = decoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    if (next === decoded) return false
    decoded = next
  }
}
