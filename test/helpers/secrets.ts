import { inspect } from 'node:util'
import { expect } from 'vitest'
import type { Sandbox } from '../../src/sandbox/index.js'

/** What must never be shown: every secret of a sandbox, what they turn into on the wire, and whole phone numbers. */
function secretsOf(sandbox: Sandbox): string[] {
  const { wechatpay, huishouqian, xiaoe } = sandbox
  const bodyOf = (pem: string): string => pem.split('\n')[2] ?? pem
  const phones = sandbox.truth.flatMap(({ payer }) => (payer.phone?.form === 'plain' ? payer.phone.value : []))
  return [bodyOf(wechatpay.privateKey), bodyOf(huishouqian.privateKey), huishouqian.key, xiaoe.secretKey, ...phones]
}

/** Everything that a log could show of a value. */
function shown(value: unknown): string {
  const stack = value instanceof Error ? `${value.stack}${inspect(value.cause, { depth: Infinity })}` : ''
  return inspect(value, { depth: Infinity, showHidden: true }) + JSON.stringify(value) + stack
}

export function expectNoSecrets(values: readonly unknown[], sandbox: Sandbox): void {
  const text = values.map(shown).join('\n')
  expect(secretsOf(sandbox).filter((secret) => text.includes(secret))).toEqual([])
  expect(text).not.toMatch(
    /BEGIN [A-Z ]*PRIVATE KEY|WECHATPAY2-SHA256-RSA2048 mchid|signature="|access_token"?[:=]"?[A-Za-z0-9]{8}|secret_key=(?!\[)/,
  )
}
