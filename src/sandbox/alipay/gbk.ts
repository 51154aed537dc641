let bytesByCharacter: ReadonlyMap<string, Buffer> | null = null

/** GBK bytes of a text, `?` for a character that GBK does not have. Node can only decode GBK: the table is reversed. */
export function encodeGbk(text: string): Buffer {
  bytesByCharacter ??= reverseDecoder()
  const table = bytesByCharacter
  return Buffer.concat(
    [...text].map((character) =>
      character < '\x80' ? Buffer.from(character, 'latin1') : (table.get(character) ?? Buffer.from('?', 'latin1')),
    ),
  )
}

function reverseDecoder(): ReadonlyMap<string, Buffer> {
  const decoder = new TextDecoder('gbk')
  const table = new Map<string, Buffer>()
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const bytes = Buffer.of(lead, trail)
      const character = decoder.decode(bytes)
      if (trail !== 0x7f && [...character].length === 1 && character !== '\ufffd' && !table.has(character))
        table.set(character, bytes)
    }
  }
  return table
}
