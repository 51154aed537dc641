import type { SandboxConfig } from '../config.js'
import { createKeyPair, createKeyPairAtOnce, type KeyPair, reuseKeyPair, reuseKeyPairAtOnce } from '../keys.js'
import type { AlipayPairs } from './platform.js'

const bits = 2048

/** Both products' apps have the same pairs, as when a company made one pair for all of its apps. */
export async function makeAlipayPairs({ alipaySigning, reuseKeys }: SandboxConfig): Promise<AlipayPairs> {
  const createPair = (purpose: string): Promise<KeyPair> =>
    reuseKeys ? reuseKeyPair(purpose, bits) : createKeyPair(bits)
  const [app, alipay, root] = await Promise.all([
    createPair('alipay app'),
    createPair('alipay platform'),
    alipaySigning === 'certificate' ? createPair('alipay root') : null,
  ])
  return {
    app,
    alipay,
    root,
    alipayPair: (number) =>
      reuseKeys ? reuseKeyPairAtOnce(`alipay platform ${number}`, bits) : createKeyPairAtOnce(bits),
  }
}
