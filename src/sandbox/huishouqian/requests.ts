import { type KeyObject, verify } from 'node:crypto'
import { parsePairs } from '../pairs.js'
import type { IncomingRequest } from '../simulator.js'
import { decipher } from './cfca.js'
import type { HuishouqianKeys } from './envelope.js'
import { merchantNo } from './facts.js'
import { badParameter, type Failure, toFailure } from './failures.js'

const signedFields = ['method', 'version', 'format', 'merchantNo', 'signType', 'signContent']
const contentType = /^application\/x-www-form-urlencoded; ?charset=utf-8$/i

/** Checks the public parameters of a call and returns the JSON text of its business fields. */
export function openEnvelope(
  request: IncomingRequest,
  method: string,
  keys: HuishouqianKeys,
): { business: string } | Failure {
  if (!contentType.test(request.headers['content-type'] ?? '')) return badParameter('Content-Type错误')
  const pairs = parsePairs(request.body, 'form')
  if (pairs === null) return badParameter('表单格式错误')
  const fields: Readonly<Record<string, string>> = Object.fromEntries(pairs)
  const expected = keys.signType === 'RSA2' ? [...signedFields, 'sign'] : signedFields
  if (
    fields.signType !== undefined &&
    ['RSA2', 'CFCA'].includes(fields.signType) &&
    fields.signType !== keys.signType
  ) {
    return toFailure('130011')
  }
  if (pairs.map(([name]) => name).join() !== expected.join()) return badParameter('公共参数缺失、多余或顺序错误')
  const empty = pairs.find(([, value]) => value === '')
  if (empty !== undefined) return badParameter(`${empty[0]}不能为空`)
  if (fields.method !== method) return badParameter('method错误')
  if (fields.version !== '1.0') return badParameter('version错误')
  if (fields.format !== 'JSON') return badParameter('format错误')
  if (fields.signType !== keys.signType) return badParameter('signType错误')
  if (fields.merchantNo !== merchantNo) return toFailure('130005')
  const { signContent = '', sign: signature = '' } = fields
  if (keys.signType === 'CFCA') {
    const business = decipher(signContent, keys.merchant.publicKey)
    return business === null ? badParameter('signContent解密失败') : { business }
  }
  const text = signedFields.map((name) => `${name}=${fields[name]}`).join('&')
  return isValidSignature(signature, `${text}&key=${keys.key}`, keys.merchant.publicKey)
    ? { business: signContent }
    : badParameter('验签失败')
}

/** The business fields before any check, to classify a request; null when they are unreadable. */
export function readUnverifiedBusiness(request: IncomingRequest, keys: HuishouqianKeys): string | null {
  const content = parsePairs(request.body, 'form')?.find(([name]) => name === 'signContent')?.[1] ?? ''
  return keys.signType === 'CFCA' ? decipher(content, keys.merchant.publicKey) : content
}

function isValidSignature(hex: string, text: string, key: KeyObject): boolean {
  return /^[0-9a-f]+$/.test(hex) && verify('sha256', Buffer.from(text, 'utf8'), key, Buffer.from(hex, 'hex'))
}
