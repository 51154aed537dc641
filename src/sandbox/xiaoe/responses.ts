import type { SimulatedResponse } from '../simulator.js'
import { messageFor } from './codes.js'

export function okResponse(data: unknown): SimulatedResponse {
  return jsonResponse(200, { code: 0, data, msg: '操作成功' })
}

/** Errors have HTTP 200, and an empty list in place of `data`. */
export function errorResponse(code: number): SimulatedResponse {
  return jsonResponse(200, { code, data: [], msg: messageFor(code) })
}

/** Errors of the token call have `data: null`. */
export function tokenErrorResponse(code: number): SimulatedResponse {
  return jsonResponse(200, { code, msg: messageFor(code), data: null })
}

export function badParameter(name: string): SimulatedResponse {
  return jsonResponse(200, { code: 1002, data: [], msg: `${messageFor(1002)}:${name}` })
}

function jsonResponse(status: number, value: unknown): SimulatedResponse {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) }
}
