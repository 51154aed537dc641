const inQuery = /((?:secret_key|access_token)=)[^&]*/g
const inJson = /("(?:secret_key|access_token)"\s*:\s*")(?:[^"\\]|\\.)*/g

/** The log may be printed by a test runner: what opens doors does not stand in it. */
export function maskSecrets(text: string): string {
  return text.replace(inQuery, '$1[secret]').replace(inJson, '$1[secret]')
}
