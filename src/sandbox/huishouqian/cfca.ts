import { constants, type KeyObject, privateEncrypt, publicDecrypt } from 'node:crypto'

/** PKCS#1 v1.5 padding takes at least this many bytes of each block. */
const paddingBytes = 11
const strictBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** CFCA: Base64 of the text, encrypted in full blocks with a private key, as lower-case hex. */
export function encipher(text: string, privateKey: KeyObject): string {
  const plain = Buffer.from(Buffer.from(text, 'utf8').toString('base64'), 'latin1')
  const room = modulusBytes(privateKey) - paddingBytes
  const blocks = Array.from({ length: Math.ceil(plain.length / room) }, (_, index) =>
    privateEncrypt(
      { key: privateKey, padding: constants.RSA_PKCS1_PADDING },
      plain.subarray(index * room, (index + 1) * room),
    ),
  )
  return Buffer.concat(blocks).toString('hex')
}

/** Reverses `encipher`; null when a block, the Base64 or the UTF-8 is invalid. */
export function decipher(hex: string, publicKey: KeyObject): string | null {
  const size = modulusBytes(publicKey)
  if (hex === '' || !/^[0-9a-f]+$/.test(hex) || hex.length % (2 * size) !== 0) return null
  const bytes = Buffer.from(hex, 'hex')
  const blocks: Buffer[] = []
  for (let start = 0; start < bytes.length; start += size) {
    const block = openBlock(bytes.subarray(start, start + size), publicKey)
    const last = start + size === bytes.length
    if (block === null || (!last && block.length !== size - paddingBytes)) return null
    blocks.push(block)
  }
  const base64 = Buffer.concat(blocks).toString('latin1')
  return strictBase64.test(base64) ? readUtf8(Buffer.from(base64, 'base64')) : null
}

function openBlock(block: Buffer, publicKey: KeyObject): Buffer | null {
  try {
    return publicDecrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, block)
  } catch {
    return null
  }
}

function readUtf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

function modulusBytes(key: KeyObject): number {
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
}
