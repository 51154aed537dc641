import { randomBytes } from 'node:crypto'
import { changeDigit, flipBit } from '../faults.js'
import { parseObject } from '../json.js'
import type { ProviderSimulator, SimulatedResponse } from '../simulator.js'
import type { Platform } from './platform.js'
import { signatureHeaders } from './responses.js'

type Tampering = Required<
  Pick<ProviderSimulator, 'tamperSignature' | 'tamperBody' | 'probeSignature' | 'wrongSerial' | 'removeTotal'>
>

/** How signed answers are spoilt; what is unsigned stays as it is, since nothing could tell. */
export function createTampering(platform: Platform): Tampering {
  // One and the same, so that asking for it again and again can be noticed.
  const unknownSerial = `7F${randomBytes(19).toString('hex').toUpperCase()}`
  return {
    tamperSignature: (response) => changeSignature(response, (signature) => flipBit(signature, 'base64')),
    tamperBody: (response) => ({ ...response, body: changeDigit(response.body) }),
    // The good signature behind the mark is for those who cut the mark off.
    probeSignature: (response) => changeSignature(response, (signature) => `WECHATPAY/SIGNTEST/${signature}`),
    wrongSerial: (response) =>
      response.headers['Wechatpay-Serial'] === undefined
        ? response
        : { ...response, headers: { ...response.headers, 'Wechatpay-Serial': unknownSerial } },
    removeTotal(response) {
      const { total_count: total, ...rest } = parseObject(response.body) ?? {}
      const signer = platform.findSigner(response.headers['Wechatpay-Serial'] ?? '')
      if (total === undefined || signer === null) return response
      const body = JSON.stringify(rest)
      return { ...response, body, headers: { ...response.headers, ...signatureHeaders(body, signer) } }
    },
  }
}

function changeSignature(response: SimulatedResponse, change: (signature: string) => string): SimulatedResponse {
  const signature = response.headers['Wechatpay-Signature']
  return signature === undefined
    ? response
    : { ...response, headers: { ...response.headers, 'Wechatpay-Signature': change(signature) } }
}
