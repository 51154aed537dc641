import type { Answer } from '../exchange.js'

export function okAnswer(data: unknown): Answer {
  return jsonAnswer(200, { code: 0, data, msg: '操作成功' })
}

/** Refusals come with HTTP 200, and an empty list for an object. */
export function errorAnswer(code: number, msg: string, status = 200): Answer {
  return jsonAnswer(status, { code, data: [], msg })
}

export function badParameter(name: string): Answer {
  return errorAnswer(1002, `参数错误:${name}`)
}

function jsonAnswer(status: number, value: unknown): Answer {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) }
}
