/** One element of ASN.1 in BER, of which DER is the strict form. */
export interface BerElement {
  /** Class, form and number in one byte: 0x30 is a SEQUENCE, 0xa0 is `[0]`. */
  readonly tag: number
  /** Content octets, without the end mark of an indefinite length. */
  readonly content: Buffer
  /** The whole element. */
  readonly bytes: Buffer
}

export const tags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
  /** Context-specific and constructed: `[0]`. */
  context0: 0xa0,
} as const

const constructedBit = 0x20
const endMark = 0x00
/** Deeper than any key, certificate or PKCS#12 file. */
const maxDepth = 24
const maxLengthBytes = 4

/** The bytes end before the element does. Other malformed bytes are a SyntaxError. */
export class TruncatedBerError extends RangeError {}

/**
 * The first element of the bytes.
 * @throws TruncatedBerError, SyntaxError
 */
export function readBer(bytes: Buffer, depth = 0): BerElement {
  const [tag, first] = bytes
  if (tag === undefined || first === undefined) throw new TruncatedBerError()
  // Tag numbers from 31 on do not occur in keys.
  if ((tag & 0x1f) === 0x1f || depth > maxDepth) throw new SyntaxError()
  if (first === 0x80) return readIndefinite(bytes, tag, depth)
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  if (lengthBytes > maxLengthBytes) throw new SyntaxError()
  const start = 2 + lengthBytes
  if (bytes.length < start) throw new TruncatedBerError()
  const end = start + (lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes))
  if (bytes.length < end) throw new TruncatedBerError()
  return { tag, content: bytes.subarray(start, end), bytes: bytes.subarray(0, end) }
}

/** BouncyCastle and older Java write such lengths. */
function readIndefinite(bytes: Buffer, tag: number, depth: number): BerElement {
  if ((tag & constructedBit) === 0) throw new SyntaxError()
  for (let end = 2; ; ) {
    if (bytes[end] === endMark && bytes[end + 1] === 0)
      return { tag, content: bytes.subarray(2, end), bytes: bytes.subarray(0, end + 2) }
    end += readBer(bytes.subarray(end), depth + 1).bytes.length
  }
}

/**
 * The elements that the content of an element consists of.
 * @throws TruncatedBerError, SyntaxError
 */
export function childrenOf({ content }: BerElement): BerElement[] {
  const children: BerElement[] = []
  for (let start = 0; start < content.length; ) {
    const child = readBer(content.subarray(start))
    children.push(child)
    start += child.bytes.length
  }
  return children
}

/** The octets of an OCTET STRING, also of one in pieces, as BER allows. */
export function octetsOf(element: BerElement, depth = 0): Buffer {
  if ((element.tag & constructedBit) === 0) return element.content
  if (depth > maxDepth) throw new SyntaxError()
  return Buffer.concat(childrenOf(element).map((piece) => octetsOf(piece, depth + 1)))
}

/** A non-negative INTEGER of at most six bytes. */
export function integerOf({ tag, content }: BerElement): number {
  const [first = 0x80] = content
  if (tag !== tags.integer || first >= 0x80 || content.length > 6) throw new SyntaxError()
  return content.readUIntBE(0, content.length)
}

/** An OBJECT IDENTIFIER in dotted decimals. */
export function oidOf({ tag, content }: BerElement): string {
  if (tag !== tags.oid || content.length === 0 || content.length > 32) throw new SyntaxError()
  const numbers: number[] = []
  let number = 0
  for (const byte of content) {
    number = number * 128 + (byte & 0x7f)
    if (byte >= 0x80) continue
    numbers.push(number)
    number = 0
  }
  const [first = 0, ...others] = numbers
  const root = Math.min(Math.floor(first / 40), 2)
  return [root, first - root * 40, ...others].join('.')
}

/** An element that the structure must have. */
export function required(element: BerElement | undefined): BerElement {
  if (element === undefined) throw new SyntaxError()
  return element
}
