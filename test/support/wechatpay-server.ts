import { sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  type PlatformKeys,
  parseSignature,
  type SignedMessage,
  verifySignature,
} from '../../src/providers/wechatpay/auth.js'

/** Published test keys of the official SDKs' test suites; never production keys. */
const vectors = JSON.parse(readFileSync(new URL('../fixtures/vectors/wechatpay.json', import.meta.url), 'utf8'))

const publicKeyId = 'PUB_KEY_ID_0000000000000000000000000000000001'
export const platformCertificate: { pem: string; serialNo: string } = {
  pem: vectors.java_test_platform.certificate_pem,
  serialNo: vectors.java_test_platform.serial,
}

export const merchant: { mchid: string; serialNo: string; privateKey: string; publicKeyId: string; publicKey: string } =
  {
    mchid: '1900000001',
    serialNo: '408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB',
    privateKey: vectors.docs_test_merchant.private_key_pem,
    publicKeyId,
    publicKey: vectors.java_test_platform.public_key_pem,
  }

/** The headers with which WeChat Pay proves exactly these bytes. */
export function proof(body: string | Buffer, change: Record<string, string> = {}): Record<string, string> {
  const timestamp = change['Wechatpay-Timestamp'] ?? String(Math.floor(Date.now() / 1000))
  const nonce = '593BEC0C930BF1AFEB40B4A08C8FB242'
  const text = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), Buffer.from(body), Buffer.from('\n')])
  return {
    'Content-Type': 'application/json',
    'Request-ID': '08F78BB6AA0610D2011889BCDF0320B6A8',
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Serial': publicKeyId,
    'Wechatpay-Signature': sign('sha256', text, vectors.java_test_platform.private_key_pem).toString('base64'),
    ...change,
  }
}

/** Whether these bytes are believed, at this time. */
export function verifySigned(signed: SignedMessage, keys: PlatformKeys, now: number): void {
  verifySignature(parseSignature(signed, now), keys)
}
