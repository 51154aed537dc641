/** A member of the outermost object: where its value stands in the bytes, and the value itself. */
export interface PlacedMember {
  readonly name: string
  readonly start: number
  readonly end: number
  readonly value: unknown
}

/** The length of the character at a position, in bytes. */
export type CharacterLength = (bytes: Buffer, at: number) => number

export const utf8: CharacterLength = (bytes, at) => {
  const first = bytes[at] ?? 0
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
}

export const gbk: CharacterLength = (bytes, at) => ((bytes[at] ?? 0) < 0x81 ? 1 : 2)

/**
 * A strict parser of JSON that keeps where each member of the outermost object stands. By recursive descent over
 * characters, unlike the scanner that it is compared with.
 * @param decode the text of bytes
 * @returns null for anything but an object
 */
export function parsePlaced(
  bytes: Buffer,
  length: CharacterLength,
  decode: (bytes: Buffer) => string,
): PlacedMember[] | null {
  const reader = new Reader(bytes, length, decode)
  try {
    reader.blanks()
    const { members } = reader.object()
    reader.blanks()
    return reader.isAtEnd() ? members : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

class Reader {
  #at = 0
  readonly #bytes: Buffer
  readonly #length: CharacterLength
  readonly #decode: (bytes: Buffer) => string

  constructor(bytes: Buffer, length: CharacterLength, decode: (bytes: Buffer) => string) {
    this.#bytes = bytes
    this.#length = length
    this.#decode = decode
  }

  isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  blanks(): void {
    while ([' ', '\t', '\n', '\r'].includes(this.#peek())) this.#at += 1
  }

  object(): { members: PlacedMember[] } {
    this.#expect('{')
    const members: PlacedMember[] = []
    this.blanks()
    if (this.#peek() === '}') {
      this.#expect('}')
      return { members }
    }
    for (;;) {
      this.blanks()
      const name = this.#string()
      this.blanks()
      this.#expect(':')
      this.blanks()
      const start = this.#at
      const value = this.#value()
      members.push({ name, start, end: this.#at, value })
      this.blanks()
      if (this.#peek() === ',') {
        this.#expect(',')
        continue
      }
      this.#expect('}')
      return { members }
    }
  }

  #value(): unknown {
    switch (this.#peek()) {
      case '{':
        return Object.fromEntries(this.object().members.map(({ name, value }) => [name, value]))
      case '[':
        return this.#array()
      case '"':
        return this.#string()
      default:
        return this.#scalar()
    }
  }

  #array(): unknown[] {
    this.#expect('[')
    const items: unknown[] = []
    this.blanks()
    if (this.#peek() === ']') {
      this.#expect(']')
      return items
    }
    for (;;) {
      this.blanks()
      items.push(this.#value())
      this.blanks()
      if (this.#peek() === ',') {
        this.#expect(',')
        continue
      }
      this.#expect(']')
      return items
    }
  }

  #string(): string {
    const start = this.#at
    this.#expect('"')
    for (;;) {
      if (this.isAtEnd()) throw new SyntaxError('the string has no end')
      const character = this.#peek()
      if (character === '\\') {
        this.#at += 1
        this.#at += this.#length(this.#bytes, this.#at)
        continue
      }
      this.#at += this.#length(this.#bytes, this.#at)
      if (character === '"') break
    }
    return JSON.parse(this.#decode(this.#bytes.subarray(start, this.#at)))
  }

  #scalar(): unknown {
    const start = this.#at
    while (/[-+.0-9A-Za-z]/.test(this.#peek())) this.#at += 1
    return JSON.parse(this.#bytes.subarray(start, this.#at).toString('latin1'))
  }

  /** The byte here as a character; empty at the end. */
  #peek(): string {
    return this.#bytes.subarray(this.#at, this.#at + 1).toString('latin1')
  }

  #expect(character: string): void {
    if (this.#peek() !== character) throw new SyntaxError(`expected ${character}`)
    this.#at += 1
  }
}
