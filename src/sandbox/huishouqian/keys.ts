import { randomBytes } from 'node:crypto'
import { createKeyPair, type KeyPair, reuseKeyPair } from '../keys.js'
import type { Settings } from '../settings.js'
import type { HuishouqianKeys } from './envelope.js'

export async function makeHuishouqianKeys({
  huishouqianKeyBits: bits,
  signType,
  reuseKeys,
}: Settings): Promise<HuishouqianKeys> {
  const make = (purpose: string): Promise<KeyPair> => (reuseKeys ? reuseKeyPair(purpose, bits) : createKeyPair(bits))
  const [merchant, platform] = await Promise.all([make('huishouqian merchant'), make('huishouqian platform')])
  return { merchant, platform, key: randomBytes(16).toString('hex'), signType }
}
