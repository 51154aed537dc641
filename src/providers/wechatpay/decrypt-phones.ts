import type { OaepDecrypt } from '../../crypto/oaep.js'
import type { WechatPayComplaint } from '../../model.js'

/** Replaces encrypted phones by plain ones, off the main thread. One that no key can read stays as it came. */
export async function decryptPhones(complaints: readonly WechatPayComplaint[], decrypt: OaepDecrypt): Promise<void> {
  const payers = complaints.map(({ payer }) => payer).filter(({ phone }) => phone !== null)
  const plain = await decrypt(payers.map(({ phone }) => phone?.value ?? ''))
  for (const [index, payer] of payers.entries()) {
    const value = plain[index] ?? ''
    if (value !== '') payer.phone = { value, form: 'plain' }
  }
}
