import type { IncomingRequest } from '../simulator.js'
import type { SandboxRequest } from '../types.js'
import { imagesPath } from './images.js'
import type { Platform } from './platform.js'

export const listPath: string = '/v3/merchant-service/complaints-v2'

export function classify({ path }: IncomingRequest): SandboxRequest['operation'] {
  if (path === listPath) return 'list'
  if (path.startsWith(imagesPath)) return 'media'
  if (path === '/v3/certificates') return 'certificates'
  const [id, rest, ...more] = path.startsWith(`${listPath}/`) ? path.slice(listPath.length + 1).split('/') : []
  if (rest === 'negotiation-historys' && more.length === 0) return 'history'
  return id !== undefined && rest === undefined ? 'get' : 'unknown'
}

/** The complaint id in the path of a detail or history call; null when it is malformed. */
export function parseComplaintId({ path }: IncomingRequest): string | null {
  const [id = ''] = path.slice(listPath.length + 1).split('/')
  return /^\w{1,64}$/.test(id) ? id : null
}

/** The error in the headers of a request; null: none. */
export function checkHeaders(
  { headers, body }: IncomingRequest,
  operation: SandboxRequest['operation'],
  platform: Platform,
): string | null {
  const accepted = (headers.accept ?? '').split(',').map((type) => type.trim().split(';')[0] ?? '')
  if (!accepted.some((type) => isAcceptable(type, operation))) return 'Http头Accept错误'
  if ((headers['user-agent'] ?? '') === '') return 'Http头缺少User-Agent'
  if (headers['accept-language'] === '*') return 'Http头Accept-Language错误'
  const serial = headers['wechatpay-serial']
  // The first certificate download has no serial to send yet.
  const mayBeMissing = operation === 'certificates' && serial === undefined
  if (!mayBeMissing && !platform.accepts(serial)) return 'Http头Wechatpay-Serial错误'
  return body === '' ? null : 'GET请求不允许包含请求体'
}

function isAcceptable(type: string, operation: SandboxRequest['operation']): boolean {
  return type === 'application/json' || (operation === 'media' && /^(?:image\/[\w*.+-]+|\*\/\*)$/.test(type))
}
