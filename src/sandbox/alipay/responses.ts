import { randomBytes, sign } from 'node:crypto'
import type { SimulatedResponse } from '../simulator.js'
import type { AlipayStyle } from './app.js'
import type { Failure } from './errors.js'
import { encodeGbk } from './gbk.js'
import { toJsonText } from './json-text.js'
import type { Platform } from './platform.js'

type Fields = Readonly<Record<string, unknown>>

/** A response that can be made again with other contents. */
export interface GatewayResponse extends SimulatedResponse {
  /** null: it is not signed. */
  readonly signed: { readonly member: string; readonly value: Fields } | null
}

/** Makes responses of the gateway: https://opendocs.alipay.com/common/02mse7 */
export interface Responses {
  /** @param method the call; its response stands in a member of this name */
  success(method: string, value: Fields): GatewayResponse
  failure(method: string | undefined, failure: Failure): GatewayResponse
  /** The response with other fields, signed again; as it is when it is not signed. */
  change(response: SimulatedResponse, change: (value: Fields) => Fields): SimulatedResponse
}

export function createResponses(platform: Platform, { slashes, messages }: AlipayStyle): Responses {
  let count = 0
  const respond = (member: string, value: Fields, isSigned: boolean, isMessage: boolean): GatewayResponse => {
    count += 1
    const encode = (text: string): Buffer =>
      isMessage && messages === 'gbk' ? encodeGbk(text) : Buffer.from(text, 'utf8')
    const sent = toJsonText(value, slashes !== 'plain')
    const signed = toJsonText(value, slashes === 'escaped')
    const signature = sign('sha256', encode(signed), platform.pair.privateKey).toString('base64')
    const serialNo = platform.certificates?.alipay.serialNo
    const parts = [
      [member, sent],
      ...(isSigned && serialNo !== undefined ? [['alipay_cert_sn', JSON.stringify(serialNo)]] : []),
      ...(isSigned ? [['sign', toJsonText(signature, slashes !== 'plain')]] : []),
    ] as const
    const body = writeObject(arrange(parts, count), count % 4 === 3 ? ' ' : '')
    const bytes = encode(body)
    return {
      status: 200,
      // Not the type of JSON, and not the charset of GBK: that is what the gateway sends.
      headers: { 'Content-Type': 'text/html;charset=utf-8', trace_id: `21${randomBytes(15).toString('hex')}` },
      body,
      ...(bytes.equals(Buffer.from(body, 'utf8')) ? {} : { bytes }),
      signed: isSigned ? { member, value } : null,
    }
  }
  return {
    success: (method, value) => respond(memberOf(method), { code: '10000', msg: 'Success', ...value }, true, false),
    failure(method, { code, msg, subCode, subMsg, place }) {
      const value = code === null ? { msg: subMsg } : { code, msg, sub_code: subCode, sub_msg: subMsg }
      const member = method === undefined || place === 'error_response' ? 'error_response' : memberOf(method)
      return respond(member, value, member !== 'error_response' && place === 'signed', true)
    },
    change(response, change) {
      const signed = (response as Partial<GatewayResponse>).signed ?? null
      if (signed === null) return response
      return { ...response, ...respond(signed.member, change(signed.value), true, false) }
    },
  }
}

function memberOf(method: string): string {
  return `${method.replaceAll('.', '_')}_response`
}

type Part = readonly [name: string, json: string] | readonly string[]

/** The order of members varies. */
function arrange(parts: readonly Part[], count: number): readonly Part[] {
  const turned = count % parts.length
  return [...parts.slice(turned), ...parts.slice(0, turned)]
}

function writeObject(parts: readonly Part[], space: string): string {
  const members = parts.map(([name, json]) => `"${name}":${space}${json}`)
  return `{${space}${members.join(`,${space}`)}${space}}`
}
