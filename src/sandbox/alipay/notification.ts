import { randomBytes, sign } from 'node:crypto'
import type { SandboxNotification, SandboxNotificationOptions } from '../notification-types.js'
import type { Platform } from './platform.js'

const changed = 'alipay.merchant.tradecomplain.changed'

/**
 * A message that a complaint changed; it says neither how nor to what. All of it is ASCII, so its bytes are the same in
 * every charset. https://opendocs.alipay.com/open/99c0bf7f_alipay.merchant.tradecomplain.changed
 */
export function createNotification(
  complaintId: string,
  { action = changed, id = newId(), charset = 'GBK', signsType = false }: SandboxNotificationOptions,
  platform: Platform,
): SandboxNotification {
  const fields = {
    utc_timestamp: String(Date.now()),
    app_id: platform.appId,
    biz_content: JSON.stringify({ complain_event_id: complaintId }),
    charset,
    msg_method: action,
    notify_id: id,
    sign_type: 'RSA2',
    version: '1.1',
  }
  const text = Object.entries(fields)
    .filter(([name]) => signsType || name !== 'sign_type')
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const signature = sign('sha256', Buffer.from(text, 'latin1'), platform.pair.privateKey).toString('base64')
  return {
    headers: { 'Content-Type': `application/x-www-form-urlencoded; charset=${charset}` },
    body: new URLSearchParams({ ...fields, sign: signature }).toString(),
  }
}

function newId(): string {
  return randomBytes(17).toString('hex')
}
