import type { OaepDecrypt } from '../../crypto/oaep.js'
import { decodeUtf8 } from '../../json.js'
import type { WechatPayComplaint } from '../../model.js'

/** Replaces encrypted phones by plain ones, off the main thread. One that no key can read stays as it came. */
export async function decryptPhones(complaints: readonly WechatPayComplaint[], decrypt: OaepDecrypt): Promise<void> {
  const payers = complaints.map(({ payer }) => payer).filter(({ phone }) => phone !== null)
  const plain = await decrypt(payers.map(({ phone }) => Buffer.from(phone?.value ?? '', 'base64')))
  for (const [index, payer] of payers.entries()) {
    const text = textOf(plain[index] ?? null)
    if (text !== '') payer.phone = { value: text, form: 'plain' }
  }
}

/** Empty for what is no text. */
function textOf(bytes: Uint8Array | null): string {
  try {
    return bytes === null ? '' : decodeUtf8(bytes)
  } catch {
    return ''
  }
}
