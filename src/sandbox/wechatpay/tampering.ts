import { randomBytes } from 'node:crypto'
import type { Answer, ProviderSide } from '../exchange.js'
import { changeDigit, flipBit } from '../faults.js'
import { readObject } from '../json.js'
import { sealHeaders } from './answers.js'
import type { Platform } from './platform.js'

type Tampering = Required<
  Pick<ProviderSide, 'tamperSignature' | 'tamperBody' | 'probeSignature' | 'wrongSerial' | 'withoutTotal'>
>

/** How signed answers are spoilt; what is unsigned stays as it is, since nothing could tell. */
export function createTampering(platform: Platform): Tampering {
  // One and the same, so that asking for it again and again can be noticed.
  const nobody = `7F${randomBytes(19).toString('hex').toUpperCase()}`
  return {
    tamperSignature: (answer) => withSignature(answer, (signature) => flipBit(signature, 'base64')),
    tamperBody: (answer) => ({ ...answer, body: changeDigit(answer.body) }),
    // The good signature behind the mark is for those who cut the mark off.
    probeSignature: (answer) => withSignature(answer, (signature) => `WECHATPAY/SIGNTEST/${signature}`),
    wrongSerial: (answer) =>
      answer.headers['Wechatpay-Serial'] === undefined
        ? answer
        : { ...answer, headers: { ...answer.headers, 'Wechatpay-Serial': nobody } },
    withoutTotal(answer) {
      const { total_count: total, ...rest } = readObject(answer.body) ?? {}
      const seal = platform.sealOf(answer.headers['Wechatpay-Serial'] ?? '')
      if (total === undefined || seal === null) return answer
      const body = JSON.stringify(rest)
      return { ...answer, body, headers: { ...answer.headers, ...sealHeaders(body, seal) } }
    },
  }
}

function withSignature(answer: Answer, change: (signature: string) => string): Answer {
  const signature = answer.headers['Wechatpay-Signature']
  return signature === undefined
    ? answer
    : { ...answer, headers: { ...answer.headers, 'Wechatpay-Signature': change(signature) } }
}
