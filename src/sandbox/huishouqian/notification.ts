import type { SandboxNotification, SandboxNotificationOptions } from '../notification-types.js'
import { encipher } from './cfca.js'
import { type HuishouqianKeys, signText } from './envelope.js'
import { type HuishouqianFacts, merchantNo } from './facts.js'

const createdAction = 'CREATE_COMPLAINT'

/** The seven fields of a request, signed with the platform's key. A notification has no id of its own. */
export function createNotification(
  facts: HuishouqianFacts,
  { action = createdAction }: SandboxNotificationOptions,
  keys: HuishouqianKeys,
): SandboxNotification {
  const text = JSON.stringify({ actionType: action, complaintId: facts.id })
  const fields = {
    method: 'CALLBACK',
    version: '1.0',
    format: 'JSON',
    merchantNo,
    signType: keys.signType,
    signContent: keys.signType === 'CFCA' ? encipher(text, keys.platform.privateKey) : text,
  }
  const signed = Object.entries({ ...fields, key: keys.key }).map(([name, value]) => `${name}=${value}`)
  const sent = keys.signType === 'CFCA' ? fields : { ...fields, sign: signText(signed.join('&'), keys) }
  return {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' },
    // Form encoding: `+` for a space.
    body: new URLSearchParams(sent).toString(),
  }
}
