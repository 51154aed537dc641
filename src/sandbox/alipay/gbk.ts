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

/** Decodes all pairs of bytes at once, a line each: thousands of calls of the decoder would take much longer. */
function reverseDecoder(): ReadonlyMap<string, Buffer> {
  const pairs = range(0x81, 0xfe).flatMap((lead) => range(0x40, 0xfe).map((trail) => Buffer.of(lead, trail)))
  const lineEnd = Buffer.from('\n', 'latin1')
  const lines = new TextDecoder('gbk').decode(Buffer.concat(pairs.flatMap((pair) => [pair, lineEnd]))).split('\n')
  const table = new Map<string, Buffer>()
  for (const [index, pair] of pairs.entries()) {
    const character = lines[index] ?? ''
    if (character.length === 1 && character !== '\ufffd' && !table.has(character)) table.set(character, pair)
  }
  return table
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
