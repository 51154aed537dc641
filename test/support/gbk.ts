/** Each character that GBK writes in two bytes, and those bytes. Made from the decoder, since Node has no encoder. */
const pairs = new Map<string, Buffer>()
const decoder = new TextDecoder('gbk')
for (let first = 0x81; first <= 0xfe; first += 1) {
  for (let second = 0x40; second <= 0xfe; second += 1) {
    if (second === 0x7f) continue
    const bytes = Buffer.from([first, second])
    const character = decoder.decode(bytes)
    if (character.length === 1 && character !== '\ufffd' && !pairs.has(character)) pairs.set(character, bytes)
  }
}

/** Characters whose second byte is a backslash or a brace of ASCII. */
export const charactersLikeAscii: readonly string[] = [...pairs].flatMap(([character, bytes]) =>
  [0x5b, 0x5c, 0x5d, 0x7b, 0x7d].includes(bytes.readUInt8(1)) ? character : [],
)

/** A text as GBK. */
export function encodeGbk(text: string): Buffer {
  const encoded = [...text].map((character) => {
    if (character.charCodeAt(0) < 0x80) return Buffer.from(character)
    const bytes = pairs.get(character)
    if (bytes === undefined) throw new Error(`GBK has no ${character}`)
    return bytes
  })
  return Buffer.concat(encoded)
}
