import { randomBytes } from 'node:crypto'
import type { SandboxConfig } from '../config.js'
import { createKeyPair, createKeyPairAtOnce, type KeyPair, reuseKeyPair, reuseKeyPairAtOnce } from '../keys.js'
import type { HuishouqianKeys } from './envelope.js'
import { createPlatform, type Platform } from './platform.js'

const platformPurpose = 'huishouqian platform'

export async function makeHuishouqianKeys({
  huishouqianKeyBits: bits,
  signType,
  reuseKeys,
}: SandboxConfig): Promise<{ keys: HuishouqianKeys; platform: Platform }> {
  const createPair = (purpose: string): Promise<KeyPair> =>
    reuseKeys ? reuseKeyPair(purpose, bits) : createKeyPair(bits)
  const [merchant, first] = await Promise.all([createPair('huishouqian merchant'), createPair(platformPurpose)])
  const platform = createPlatform(first, (number) =>
    reuseKeys ? reuseKeyPairAtOnce(`${platformPurpose} ${number}`, bits) : createKeyPairAtOnce(bits),
  )
  const keys = {
    merchant,
    get platform() {
      return platform.pair
    },
    key: randomBytes(16).toString('hex'),
    signType,
  }
  return { keys, platform }
}
