import type { OaepDecrypt } from '../../crypto/rsa.js'
import { decodeUtf8 } from '../../json.js'
import type { WechatPayComplaint } from '../../model.js'

/** Replaces encrypted phones by plain ones, off the main thread. One that no key can read stays as it came. */
export async function decryptPhones(complaints: readonly WechatPayComplaint[], decrypt: OaepDecrypt): Promise<void> {
  await Promise.all(
    complaints.map(async ({ payer }) => {
      if (payer.phone === null) return
      const plain = await decrypt(Buffer.from(payer.phone.value, 'base64'))
      const text = plain === null ? null : textOf(plain)
      if (text !== null && text !== '') payer.phone = { value: text, form: 'plain' }
    }),
  )
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return decodeUtf8(bytes)
  } catch {
    return null
  }
}
