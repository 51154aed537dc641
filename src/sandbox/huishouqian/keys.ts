import { randomBytes } from 'node:crypto'
import { createKeyPair, createKeyPairAtOnce, type KeyPair, reuseKeyPair, reuseKeyPairAtOnce } from '../keys.js'
import type { Settings } from '../settings.js'
import type { HuishouqianKeys } from './envelope.js'
import { createPlatform, type Platform } from './platform.js'

const platformPurpose = 'huishouqian platform'

export async function makeHuishouqianKeys({
  huishouqianKeyBits: bits,
  signType,
  reuseKeys,
}: Settings): Promise<{ keys: HuishouqianKeys; platform: Platform }> {
  const make = (purpose: string): Promise<KeyPair> => (reuseKeys ? reuseKeyPair(purpose, bits) : createKeyPair(bits))
  const [merchant, first] = await Promise.all([make('huishouqian merchant'), make(platformPurpose)])
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
