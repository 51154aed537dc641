import type { SandboxConfig } from '../config.js'

/** The two products; a complaint of one never appears in the other. */
export type AlipayProvider = 'alipay-trade' | 'alipay-risk'

/** Made up: the app whose complaints each product serves. */
export const appIds: Readonly<Record<AlipayProvider, string>> = {
  'alipay-trade': '2021000000000001',
  'alipay-risk': '2021000000000002',
}

/** Made up: a merchant's id at Alipay (PID). */
export function merchantPid(number: number): string {
  return `20880000000000${String(number).padStart(2, '0')}`
}

/** How the gateway writes its responses where the documentation is silent. */
export interface AlipayStyle {
  readonly slashes: SandboxConfig['alipaySlashes']
  readonly messages: SandboxConfig['alipayMessages']
}
