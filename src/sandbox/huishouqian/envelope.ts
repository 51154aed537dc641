import { type KeyObject, sign, verify } from 'node:crypto'
import type { Answer, Incoming } from '../exchange.js'
import type { KeyPair } from '../keys.js'
import { readPairs } from '../pairs.js'
import { decipher, encipher } from './blocks.js'
import { merchantNo } from './facts.js'

export interface HuishouqianKeys {
  readonly merchant: KeyPair
  readonly platform: KeyPair
  /** The merchant key that ends every signed text under RSA2. */
  readonly key: string
  readonly signType: 'RSA2' | 'CFCA'
}

export interface Failure {
  readonly errorCode: string
  readonly errorMsg: string
}

const signedFields = ['method', 'version', 'format', 'merchantNo', 'signType', 'signContent']
const contentType = /^application\/x-www-form-urlencoded; ?charset=utf-8$/i

/** Checks the public parameters and gives the JSON text of the business fields. */
export function openEnvelope(incoming: Incoming, keys: HuishouqianKeys): { business: string } | Failure {
  if (!contentType.test(incoming.headers['content-type'] ?? '')) return badParameter('Content-Type错误')
  const pairs = readPairs(incoming.body, 'form')
  if (pairs === null) return badParameter('表单格式错误')
  const fields: Readonly<Record<string, string>> = Object.fromEntries(pairs)
  const known = keys.signType === 'RSA2' ? [...signedFields, 'sign'] : signedFields
  if (
    fields.signType !== undefined &&
    ['RSA2', 'CFCA'].includes(fields.signType) &&
    fields.signType !== keys.signType
  ) {
    return { errorCode: '130011', errorMsg: '商户秘钥未配置' }
  }
  if (pairs.map(([name]) => name).join() !== known.join()) return badParameter('公共参数缺失、多余或顺序错误')
  const empty = pairs.find(([, value]) => value === '')
  if (empty !== undefined) return badParameter(`${empty[0]}不能为空`)
  if (fields.method !== 'COMPLAINT_QUERY') return badParameter('method错误')
  if (fields.version !== '1.0') return badParameter('version错误')
  if (fields.format !== 'JSON') return badParameter('format错误')
  if (fields.signType !== keys.signType) return badParameter('signType错误')
  if (fields.merchantNo !== merchantNo) return { errorCode: '130005', errorMsg: '商户号不存在' }
  const { signContent = '', sign: signature = '' } = fields
  if (keys.signType === 'CFCA') {
    const business = decipher(signContent, keys.merchant.publicKey)
    return business === null ? badParameter('signContent解密失败') : { business }
  }
  const text = signedFields.map((name) => `${name}=${fields[name]}`).join('&')
  return isSignature(signature, `${text}&key=${keys.key}`, keys.merchant.publicKey)
    ? { business: signContent }
    : badParameter('验签失败')
}

/** The business fields unchecked, to tell what a request is about; null when they cannot be read. */
export function peekBusiness(incoming: Incoming, keys: HuishouqianKeys): string | null {
  const content = readPairs(incoming.body, 'form')?.find(([name]) => name === 'signContent')?.[1] ?? ''
  return keys.signType === 'CFCA' ? decipher(content, keys.merchant.publicKey) : content
}

export function badParameter(reason: string): Failure {
  return { errorCode: '130002', errorMsg: `参数校验不通过:${reason}` }
}

export function successAnswer(result: unknown, keys: HuishouqianKeys): Answer {
  const text = JSON.stringify(result)
  return keys.signType === 'CFCA'
    ? jsonAnswer({ success: true, result: encipher(text, keys.platform.privateKey), errorCode: null, errorMsg: null })
    : jsonAnswer({
        success: true,
        result: text,
        errorCode: null,
        errorMsg: null,
        sign: signatureOf(`result=${text}&success=true&key=${keys.key}`, keys),
      })
}

/** Under CFCA nothing proves a failure. */
export function failureAnswer({ errorCode, errorMsg }: Failure, keys: HuishouqianKeys): Answer {
  const text = `errorCode=${errorCode}&errorMsg=${errorMsg}&success=false&key=${keys.key}`
  const failure = { success: false, result: null, errorCode, errorMsg }
  return jsonAnswer(keys.signType === 'CFCA' ? failure : { ...failure, sign: signatureOf(text, keys) })
}

function jsonAnswer(value: unknown): Answer {
  return { status: 200, headers: { 'Content-Type': 'application/json;charset=UTF-8' }, body: JSON.stringify(value) }
}

function signatureOf(text: string, keys: HuishouqianKeys): string {
  return sign('sha256', Buffer.from(text, 'utf8'), keys.platform.privateKey).toString('hex')
}

function isSignature(hex: string, text: string, key: KeyObject): boolean {
  return /^[0-9a-f]+$/.test(hex) && verify('sha256', Buffer.from(text, 'utf8'), key, Buffer.from(hex, 'hex'))
}
