import { inspect } from 'node:util'
import { expect } from 'vitest'
import type { Sandbox } from '../../src/sandbox/index.js'

interface SentRequest {
  readonly url?: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** What must never be shown: every secret of a sandbox, what they turn into on the wire, and whole phone numbers. */
function secretsOf(sandbox: Sandbox, requests: readonly SentRequest[]): string[] {
  const { wechatpay, huishouqian, xiaoe, alipayTrade, alipayRisk } = sandbox
  const linesOf = (pem: string): string[] => pem.split('\n').filter((line) => line !== '' && !line.startsWith('-----'))
  const phones = sandbox.truth.flatMap(({ payer }) => (payer.phone?.form === 'plain' ? payer.phone.value : []))
  return [
    ...linesOf(wechatpay.privateKey),
    wechatpay.apiV3Key,
    ...linesOf(huishouqian.privateKey),
    huishouqian.key,
    xiaoe.secretKey,
    ...[alipayTrade, alipayRisk].flatMap(({ privateKey, appAuthToken = '' }) => [...linesOf(privateKey), appAuthToken]),
    ...requests.flatMap(signaturesOf),
    ...phones,
  ]
}

/** The signature that a request carried: in its Authorization header, or as the field `sign` of a form or of the query. */
function signaturesOf({ url = '', headers, body }: SentRequest): string[] {
  const inHeader = /signature="([^"]+)"/.exec(String(headers.authorization))?.[1]
  const inForm = /(?:^|&)sign=([0-9a-f]+)/.exec(body)?.[1]
  const inQuery = /[?&]sign=([^&]+)/.exec(url)?.[1]
  const decoded = inQuery === undefined ? undefined : decodeURIComponent(inQuery)
  return [inHeader, inForm, inQuery, decoded].filter((signature) => signature !== undefined)
}

/** Everything that a log could show of a value. */
function shown(value: unknown): string {
  const stack = value instanceof Error ? `${value.stack}${inspect(value.cause, { depth: Infinity })}` : ''
  return inspect(value, { depth: Infinity, showHidden: true }) + JSON.stringify(value) + stack
}

/** Also what is a secret by its looks: keys, Authorization headers, and the tokens that every sandbox gives out. */
const looksSecret =
  /BEGIN [A-Z ]*PRIVATE KEY|WECHATPAY2-SHA256-RSA2048 mchid|signature="(?!\[)|sandbox_token_|secret_key=(?!\[)|access_token"?[:=]"?(?!\[)\w{8}/

/** Says where a secret stands in a few words: the text itself is nothing to be printed. */
export function expectNoSecrets(
  values: readonly unknown[],
  sandbox: Sandbox,
  requests: readonly SentRequest[] = sandbox.requests,
): void {
  const text = values.map(shown).join('\n')
  const found = [...secretsOf(sandbox, requests), looksSecret.exec(text)?.[0] ?? ''].filter(
    (secret) => secret !== '' && text.includes(secret),
  )
  expect(found.map((secret) => text.slice(Math.max(0, text.indexOf(secret) - 60), text.indexOf(secret)))).toEqual([])
}
