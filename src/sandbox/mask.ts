const inQuery = /((?:secret_key|access_token|app_auth_token)=)[^&]*/g
const inJson = /("(?:secret_key|access_token)"\s*:\s*")(?:[^"\\]|\\.)*/g

/** Test runners may print the log of requests, so it has no secrets. */
export function maskSecrets(text: string): string {
  return text.replace(inQuery, '$1[secret]').replace(inJson, '$1[secret]')
}
