/*
 * Texts of keys as files, environment variables and configuration centres hold them: in other encodings, with line ends
 * written out or lost, indented, quoted, or as bare base64.
 */

/** A key or certificate: its DER, or what is wrong with it. */
export type KeyText = { readonly der: Buffer } | { readonly problem: string }

/** Larger than any bundle of certificates. */
const maxLength = 1 << 20
/** Also dashes that a text editor has replaced. Bounded, so that the time is linear. */
const dash = '[-\\u2010-\\u2015\\u2212]'
const dashes = `${dash}{2,5}`
const marker = new RegExp(`${dashes}\\s{0,4}(BEGIN|END)\\s{1,4}([A-Z0-9][A-Z0-9\\s]{0,40}?)\\s{0,4}${dashes}`, 'g')
const anyDash = new RegExp(dash)
/** PEM blocks that are not keys and may stand beside one. */
const ignoredLabels = /^(?:EC|DH|DSA|X9\.42 DH) PARAMETERS$/

export const tooLarge = 'is too large for a key or certificate (more than 1 MiB)'
export const notAKey = 'cannot be read: it is neither PEM nor DER nor base64 of DER'

/** The keys and certificates of a text, in order. */
export function decodeKeyText(input: string): KeyText[] {
  if (input.length > maxLength) return [{ problem: tooLarge }]
  const binary = Buffer.from(input, 'latin1')
  if (isDer(binary) && binary.toString('latin1') === input) return [{ der: binary }]
  const text = unescapeText(withoutNul(input)).replaceAll(/\r\n?/g, '\n')
  if (text.trim() === '') return [{ problem: 'is empty' }]
  const markers = [...text.matchAll(marker)]
  return markers.length > 0 ? decodePem(text, markers) : decodeBareText(text, input)
}

/** The keys and certificates of bytes: DER, or text in UTF-8 or UTF-16, with or without a byte order mark. */
export function decodeKeyBytes(bytes: Buffer): KeyText[] {
  if (bytes.length === 0) return [{ problem: 'is empty' }]
  if (bytes.length > maxLength) return [{ problem: tooLarge }]
  if (isDer(bytes) || isKeystore(bytes)) return [{ der: bytes }]
  return decodeKeyText(bytes.toString('utf8'))
}

/** UTF-16 that was read as UTF-8 or latin1 has a NUL beside each character of a key, which is ASCII. */
function withoutNul(text: string): string {
  return text.includes('\0') ? text.replaceAll(/[\0\ufffd]|^(?:\u00ff\u00fe|\u00fe\u00ff)/g, '') : text
}

/** JSON, shells, properties and .env files escape line ends, slashes and equals signs; base64 has no backslash. */
function unescapeText(text: string): string {
  if (!text.includes('\\')) return text
  return text.replaceAll(/\\+(u[0-9a-fA-F]{4}|[nrt])?/g, (_, code: string | undefined) => {
    if (code === undefined) return ''
    return code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : '\n'
  })
}

function decodePem(text: string, markers: readonly RegExpExecArray[]): KeyText[] {
  const found: KeyText[] = []
  for (const [index, begin] of markers.entries()) {
    const previous = markers[index - 1]
    if (begin[1] === 'END') {
      if (previous?.[1] !== 'BEGIN') found.push({ problem: 'is truncated: the first line of its PEM is missing' })
      continue
    }
    const end = markers[index + 1]
    if (end?.[1] !== 'END') found.push({ problem: 'is truncated: the last line of its PEM is missing' })
    else
      found.push(
        ...decodeBlock((begin[2] ?? '').replaceAll(/\s+/g, ' '), text.slice(begin.index + begin[0].length, end.index)),
      )
  }
  return found.length > 0 ? found : [{ problem: notAKey }]
}

function decodeBlock(label: string, body: string): KeyText[] {
  if (ignoredLabels.test(label)) return []
  const foreign = foreignLabels.find(([pattern]) => pattern.test(label))
  if (foreign !== undefined) return [{ problem: foreign[1] }]
  // The headers of RFC 1421 end in an empty line.
  if (/\bENCRYPTED\b/.test(body)) return [{ problem: encrypted }]
  const content = trimCharacters(body.trim(), anyDash)
  const withoutHeaders = content.includes(':') ? content.replaceAll(/^[^\n:]*:[^\n]*$/gm, '') : content
  // Lines that were copied out of source code: "…" + "…"
  const base64 = withoutHeaders.replaceAll(/["'`]\s*[+.,]?\s*["'`]?/g, '')
  return [decodeBase64(base64) ?? { problem: damagedBase64 }]
}

export const encrypted = 'is encrypted: give createPrivateKey({ key, passphrase }) of node:crypto'
const damagedBase64 = 'is damaged: there are characters in it that base64 does not have'

const foreignLabels: readonly (readonly [RegExp, string])[] = [
  [/^OPENSSH PRIVATE KEY$/, "is a private key in OpenSSH's format: convert it with ssh-keygen -p -m PKCS8 -f <file>"],
  [/^SSH2 /, "is a key in SSH2's format: convert it with ssh-keygen -i -m PKCS8 -f <file>"],
  [/^PGP /, 'is a PGP key or message; an RSA key in PKCS#8 or PKCS#1 is needed'],
]

/** Null: not base64. */
function decodeBase64(text: string): KeyText | null {
  const compact = text.replaceAll(/[\s\u200b-\u200d]+/g, '')
  if (!/^[A-Za-z0-9+/_-]*={0,3}$/.test(compact)) return null
  const der = Buffer.from(compact, 'base64')
  if (der.length === 0) return { problem: 'is empty: there is nothing between the first and the last line of its PEM' }
  return { der }
}

/** Not by one pattern with `+$`, which takes quadratic time. */
function trimCharacters(text: string, character: RegExp): string {
  let [start, end] = [0, text.length]
  while (start < end && character.test(text.charAt(start))) start += 1
  while (start < end && character.test(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}

/** Text without the lines of PEM: base64, hex, or something else. */
function decodeBareText(text: string, input: string): KeyText[] {
  const content = trimCharacters(text, /[\s"'`\u201c\u201d\u00ef\u00bb\u00bf,;]/)
  if (/^30\s?8[0-4][0-9A-Fa-f\s]+$/.test(content)) return [{ der: Buffer.from(content.replaceAll(/\s/g, ''), 'hex') }]
  const decoded = decodeBase64(content)
  if (decoded !== null && 'der' in decoded) {
    const { der } = decoded
    if (isDer(der) || isKeystore(der)) return [decoded]
    // Base64 of PEM, as Kubernetes holds secrets.
    if (der.includes('-----BEGIN ')) return decodeKeyBytes(der)
  }
  return [{ problem: foreignText(input.trim()) }]
}

/** Whether bytes are a DER sequence, complete or truncated, of a key's size. */
function isDer(bytes: Buffer): boolean {
  const [tag, length = 0] = bytes
  return tag === 0x30 && bytes.length >= 32 && ((length >= 0x80 && length <= 0x84) || length === bytes.length - 2)
}

/** Java's JKS and JCEKS. */
export function isKeystore(bytes: Buffer): boolean {
  return ['feedfeed', 'cececece'].includes(bytes.subarray(0, 4).toString('hex'))
}

const foreignTexts: readonly (readonly [RegExp, string])[] = [
  [
    /^PuTTY-User-Key-File/,
    "is a key in PuTTY's format: export it with puttygen as an OpenSSH key, then convert it to PKCS#8",
  ],
  [/^(?:ssh-|ecdsa-)/, "is a public key in OpenSSH's format: convert it with ssh-keygen -e -m PKCS8 -f <file>"],
  [
    /<RSAKeyValue>/,
    'is a key as XML of .NET: export it with RSA.ExportPkcs8PrivateKeyPem() or ExportSubjectPublicKeyInfoPem()',
  ],
  [
    /^\s*\{[\s\S]*"kty"/,
    'is a JSON Web Key: give createPrivateKey or createPublicKey({ key, format: "jwk" }) of node:crypto',
  ],
  [/^(?:https?|file):\/\//, 'is a URL: give the content of the file'],
  [
    /^[^\n]{0,300}\.(?:pem|key|p8|pk8|p12|pfx|cer|crt|der|txt|jks)$/i,
    "is a file path: give the file's content, e.g. readFileSync(path)",
  ],
  [
    /^(?:[A-Za-z]:[\\/]|\.{0,2}\/|~\/)[^\n]{0,300}$/,
    "is a file path: give the file's content, e.g. readFileSync(path)",
  ],
  [/^0\ufffd/, 'is DER that was decoded as text: give the bytes of the file, readFileSync(path) without an encoding'],
  [/\$\{|\{\{|%[A-Z_]+%|^\$[A-Z_]+$/, 'is a placeholder that was not replaced by a key'],
]

function foreignText(text: string): string {
  return foreignTexts.find(([pattern]) => pattern.test(text))?.[1] ?? notAKey
}
