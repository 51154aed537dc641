/** Decodes Base64 strictly: null for line breaks, wrong padding, other alphabets, or trailing bits that are not zero. */
export function decodeBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}
