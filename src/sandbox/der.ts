/** The few ASN.1 types that a certificate is made of, in DER (X.690). */
export function sequence(...members: readonly Buffer[]): Buffer {
  return element(0x30, Buffer.concat(members))
}

export function set(...members: readonly Buffer[]): Buffer {
  return element(0x31, Buffer.concat(members))
}

/** A non-negative integer from its bytes, most significant first. */
export function integer(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const digits = first < 0 ? Buffer.of(0) : bytes.subarray(first)
  // A leading bit of one would read as a minus sign.
  return element(0x02, digits.readUInt8(0) >= 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits)
}

export function bitString(bytes: Buffer): Buffer {
  return element(0x03, Buffer.concat([Buffer.of(0), bytes]))
}

export function octetString(bytes: Buffer): Buffer {
  return element(0x04, bytes)
}

export function boolean(value: boolean): Buffer {
  return element(0x01, Buffer.of(value ? 0xff : 0))
}

/** A member with a context-specific tag around it. */
export function explicit(tag: number, member: Buffer): Buffer {
  return element(0xa0 | tag, member)
}

export function nothing(): Buffer {
  return element(0x05, Buffer.alloc(0))
}

export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

export function utf8String(text: string): Buffer {
  return element(0x0c, Buffer.from(text, 'utf8'))
}

/** Two-digit years: right from 1950 to 2049. */
export function utcTime(instant: number): Buffer {
  const text = new Date(instant).toISOString().slice(2, 19).replace(/\D/g, '')
  return element(0x17, Buffer.from(`${text}Z`, 'latin1'))
}

function element(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content])
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length)
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(length)
  const significant = bytes.subarray(bytes.findIndex((byte) => byte !== 0))
  return Buffer.concat([Buffer.of(0x80 | significant.length), significant])
}

function base128(value: number): number[] {
  const low = [value & 0x7f]
  for (let rest = value >> 7; rest > 0; rest >>= 7) low.unshift((rest & 0x7f) | 0x80)
  return low
}
