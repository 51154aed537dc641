import { maskText } from './mask.js'

/**
 * A request's own header, which an answer may repeat: the scheme, and all up to the next space. What stands between the
 * name and the scheme is what headers, JSON and lists write there; after other signs, of which Chinese ones are many,
 * only what looks like credentials is taken out, not the next words of a sentence.
 */
const authorizationHeader =
  /(\bauthorization\b(?:[\s:="'\\[\](){}<>,\uff1a\uff1d\u3010\u201c-]{1,8}|\W{1,8}(?=[A-Z][A-Z0-9-]+ +(?:[^\s{}]{0,99}=|[^\s{}]{16}))))[A-Z][A-Z0-9-]+ +[^\s{}]+/gi
/** Signatures and ciphertexts, which an answer may repeat: no word of a provider's is that long. */
const base64Run = /(?:[A-Za-z0-9+/=_-]|%[0-9A-Fa-f]{2}|&#x?[0-9A-Fa-f]{1,4};){100,}/g
/** The same, broken into lines of 64 or 76 as PEM and MIME have it. */
const wrappedBase64 = /(?:[A-Za-z0-9+/=_-]{60,}\s{1,10}){2,}[A-Za-z0-9+/=_-]*/g
const minSecretLength = 4
/** More than a person reads; the expressions above take minutes, or all of the stack, for what an answer may hold. */
const maxTextLength = 10_000
/** Keys and secrets come first and stay; of tokens, which may be new for each call, the latest are remembered. */
const pinnedSecrets = 10
const recentSecrets = 200

export interface Redactor {
  /** Remembers a value that must never be shown. */
  addSecret(secret: string): void
  /** Takes secrets out, and shortens phone numbers and openids. */
  redact(text: string): string
}

/** One for each client and adapter: what one account protects, another need not know. */
export function createRedactor(): Redactor {
  const remembered: string[] = []
  // Longest first: a secret that begins with another one must not be cut in two.
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

/** Cut between words: half a secret would not be known again. */
function truncate(text: string): string {
  if (text.length <= maxTextLength) return text
  const head = text.slice(0, maxTextLength)
  return `${head.slice(0, Math.max(head.lastIndexOf(' '), 0))} […]`
}

/** As it is, and as URLs, forms and JSON write it. */
function encodingsOf(secret: string): string[] {
  const wellFormed = Buffer.from(secret).toString()
  const form = new URLSearchParams({ '': wellFormed }).toString().slice(1)
  const encoded = [encodeURIComponent(wellFormed), form]
  return [secret, ...encoded, ...encoded.map(lowerCaseEscapes), JSON.stringify(secret).slice(1, -1)]
}

function lowerCaseEscapes(encoded: string): string {
  return encoded.replace(/%[0-9A-F]{2}/g, (octet) => octet.toLowerCase())
}
