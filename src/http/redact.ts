const mainlandMobile = /(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)/g
/** WeChat openids: 28 characters that begin with `o`. */
const openId = /(?<![\w-])(o[\w-]{5})[\w-]{22}(?![\w-])/g
const shortestSecret = 4

export interface Redactor {
  /** Remembers a value that must never be shown. */
  protect(secret: string): void
  /** Takes secrets out, and shortens phone numbers and openids. */
  redact(text: string): string
}

/** One for each client and adapter: what one account protects, another need not know. */
export function createRedactor(): Redactor {
  const secrets = new Set<string>()
  return {
    protect(secret) {
      if (secret.length < shortestSecret) return
      secrets.add(secret)
      secrets.add(encodeURIComponent(secret))
    },
    redact(text) {
      let shown = text
      for (const secret of secrets) shown = shown.replaceAll(secret, '[secret]')
      return shown.replace(mainlandMobile, '$1****$2').replace(openId, '$1…')
    },
  }
}
