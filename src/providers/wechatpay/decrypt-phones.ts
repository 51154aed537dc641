import type { OaepDecrypt } from '../../crypto/oaep.js'
import type { WechatPayComplaint } from '../../model.js'

/**
 * Replaces encrypted phones by plain ones, off the main thread. A phone that no key decrypts stays encrypted.
 * @param decrypt null: phones stay encrypted
 */
export async function decryptPhones(
  complaints: readonly WechatPayComplaint[],
  decrypt: OaepDecrypt | null,
): Promise<void> {
  if (decrypt === null) return
  const payers = complaints.map(({ payer }) => payer).filter(({ phone }) => phone !== null)
  const plaintexts = await decrypt(payers.map(({ phone }) => phone?.value ?? ''))
  for (const [index, payer] of payers.entries()) {
    const value = plaintexts[index] ?? ''
    if (value !== '') payer.phone = { value, form: 'plain' }
  }
}
