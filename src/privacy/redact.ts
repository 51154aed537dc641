import { maskText } from './mask.js'

/**
 * The request's Authorization header, which an error response may repeat: the scheme and the credentials up to the next
 * space. The first alternative matches the punctuation that headers, JSON and lists have between name and scheme. After
 * other characters, such as Chinese text, the second one matches only what looks like credentials.
 */
const authorizationHeader =
  /(\bauthorization\b(?:[\s:="'\\[\](){}<>,\uff1a\uff1d\u3010\u201c-]{1,8}|\W{1,8}(?=[A-Z][A-Z0-9-]+ +(?:[^\s{}]{0,99}=|[^\s{}]{16}))))[A-Z][A-Z0-9-]+ +[^\s{}]+/gi
/** Signatures and ciphertexts, which an error response may repeat: base64, percent-encoded or with HTML entities. */
const base64Run = /(?:[A-Za-z0-9+/=_-]|%[0-9A-Fa-f]{2}|&#x?[0-9A-Fa-f]{1,4};){100,}/g
/** The same in lines of 64 or 76 characters, as in PEM and MIME. */
const wrappedBase64 = /(?:[A-Za-z0-9+/=_-]{60,}\s{1,10}){2,}[A-Za-z0-9+/=_-]*/g
/** Shorter secrets would match everywhere. */
const minSecretLength = 4
/** The patterns above would take minutes, or overflow the stack, on a response of megabytes. */
const maxTextLength = 10_000
/**
 * The first secrets are keys and are kept; of later ones, tokens that may change with each call, the most recent are
 * kept.
 */
const pinnedSecrets = 10
const recentSecrets = 200

export interface Redactor {
  /** Registers a value to be removed from texts. */
  addSecret(secret: string): void
  /** Replaces secrets and credentials; masks phone numbers and openids. */
  redact(text: string): string
}

/** One per client and account, so that accounts do not share secrets. */
export function createRedactor(): Redactor {
  const remembered: string[] = []
  // Longest first, because one secret may be a prefix of another.
  let secrets: readonly string[] = []
  return {
    addSecret(secret) {
      if (secret.length < minSecretLength || remembered.includes(secret)) return
      remembered.push(secret)
      if (remembered.length > pinnedSecrets + recentSecrets) remembered.splice(pinnedSecrets, 1)
      secrets = [...new Set(remembered.flatMap(encodingsOf))].sort((a, b) => b.length - a.length)
    },
    redact(text) {
      let shown = truncate(text)
      for (const secret of secrets) shown = shown.replaceAll(secret, '[secret]')
      return maskText(
        shown.replace(authorizationHeader, '$1[secret]').replace(base64Run, '[…]').replace(wrappedBase64, '[…]'),
      )
    },
  }
}

/** Truncates between words, because a truncated secret would not be recognised. */
function truncate(text: string): string {
  if (text.length <= maxTextLength) return text
  const head = text.slice(0, maxTextLength)
  return `${head.slice(0, Math.max(head.lastIndexOf(' '), 0))} […]`
}

/** The secret itself, and as it is encoded in URLs, forms and JSON. */
function encodingsOf(secret: string): string[] {
  const wellFormed = Buffer.from(secret).toString()
  const form = new URLSearchParams({ '': wellFormed }).toString().slice(1)
  const encoded = [encodeURIComponent(wellFormed), form]
  return [secret, ...encoded, ...encoded.map(lowerCaseEscapes), JSON.stringify(secret).slice(1, -1)]
}

function lowerCaseEscapes(encoded: string): string {
  return encoded.replace(/%[0-9A-F]{2}/g, (octet) => octet.toLowerCase())
}
