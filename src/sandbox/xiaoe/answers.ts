import type { Answer } from '../exchange.js'
import { messageOf } from './codes.js'

export function okAnswer(data: unknown): Answer {
  return jsonAnswer(200, { code: 0, data, msg: '操作成功' })
}

/** Refusals come with HTTP 200, and an empty list for an object. */
export function errorAnswer(code: number): Answer {
  return jsonAnswer(200, { code, data: [], msg: messageOf(code) })
}

/** The token call says null where others say an empty list. */
export function tokenErrorAnswer(code: number): Answer {
  return jsonAnswer(200, { code, msg: messageOf(code), data: null })
}

export function badParameter(name: string): Answer {
  return jsonAnswer(200, { code: 1002, data: [], msg: `${messageOf(1002)}:${name}` })
}

function jsonAnswer(status: number, value: unknown): Answer {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) }
}
