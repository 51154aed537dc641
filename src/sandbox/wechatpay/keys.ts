import { randomBytes } from 'node:crypto'
import type { SandboxConfig } from '../config.js'
import { createKeyPair, createKeyPairAtOnce, type KeyPair, reuseKeyPair, reuseKeyPairAtOnce } from '../keys.js'
import { mchid } from './facts.js'
import type { WechatPayKeys } from './simulator.js'

const bits = 2048
/** Key pairs of certificates made at the start: the first, and one for a rotation. */
const pairsMadeAtStart = 2

export async function makeWechatPayKeys({ wechatpaySigning, reuseKeys }: SandboxConfig): Promise<WechatPayKeys> {
  const createPair = (purpose: string): Promise<KeyPair> =>
    reuseKeys ? reuseKeyPair(purpose, bits) : createKeyPair(bits)
  const numbers = Array.from({ length: wechatpaySigning === 'publicKey' ? 0 : pairsMadeAtStart }, (_, number) => number)
  const [merchant, platform, ...certificates] = await Promise.all([
    createPair('wechatpay merchant'),
    createPair('wechatpay platform'),
    ...numbers.map((number) => createPair(`wechatpay certificate ${number}`)),
  ])
  return {
    merchant,
    publicKey: wechatpaySigning === 'certificate' ? null : { id: publicKeyId(), pair: platform },
    certificatePair: (number) =>
      certificates[number] ??
      (reuseKeys ? reuseKeyPairAtOnce(`wechatpay certificate ${number}`, bits) : createKeyPairAtOnce(bits)),
    mchid,
    // Like the serial of a real certificate: positive, without leading zeros.
    serialNo: `5${randomBytes(20).toString('hex').slice(1)}`.toUpperCase(),
    apiV3Key: randomBytes(16).toString('hex'),
  }
}

function publicKeyId(): string {
  return `PUB_KEY_ID_${mchid}${randomBytes(8).readBigUInt64BE().toString().padStart(20, '0')}`
}
