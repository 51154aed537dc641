import { randomBytes } from 'node:crypto'
import { changeDigit, flipBit } from '../faults.js'
import { parseObject } from '../json.js'
import type { ProviderSimulator, SimulatedResponse } from '../simulator.js'
import type { Platform } from './platform.js'
import { signatureHeaders } from './responses.js'

type Tampering = Required<
  Pick<ProviderSimulator, 'tamperSignature' | 'tamperBody' | 'probeSignature' | 'wrongSerial' | 'removeTotal'>
>

/** Changes signed responses. Unsigned responses stay as they are: no client could detect a change. */
export function createTampering(platform: Platform): Tampering {
  // Always the same serial, so that a test can count the downloads for it.
  const unknownSerial = `7F${randomBytes(19).toString('hex').toUpperCase()}`
  return {
    tamperSignature: (response) => changeSignature(response, (signature) => flipBit(signature, 'base64')),
    tamperBody: (response) => ({ ...response, body: changeDigit(response.body) }),
    // The signature after the prefix is valid, so a client that removes the prefix accepts it.
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
