import type { Answer, Incoming } from '../exchange.js'
import { readPairs, repeated } from '../pairs.js'
import { errorAnswer, okAnswer } from './answers.js'
import { appId, clientId } from './facts.js'
import type { Tokens } from './tokens.js'

const known = ['app_id', 'client_id', 'secret_key', 'grant_type']

/** Yields the token for the four query parameters. */
export function answerToken(incoming: Incoming, secretKey: string, tokens: Tokens): Answer {
  if (incoming.method !== 'GET') return errorAnswer(2055, '请求方法错误')
  const pairs = readPairs(incoming.search ?? '', 'form')
  const names = pairs?.map(([name]) => name) ?? []
  const wrong = names.find((name) => !known.includes(name)) ?? repeated(names)
  if (pairs === null || wrong !== undefined || incoming.body !== '') return errorAnswer(1002, '参数错误')
  const { secret_key: secret, ...query }: Readonly<Record<string, string>> = Object.fromEntries(pairs)
  if (query.app_id !== appId) return errorAnswer(2001, 'app_id错误')
  if (secret !== secretKey) return errorAnswer(2002, 'secret_key错误')
  if (query.grant_type !== 'client_credential') return errorAnswer(2003, 'grant_type错误')
  if (query.client_id !== clientId) return errorAnswer(2004, 'client_id错误')
  const { token, expiresInSeconds } = tokens.issue(incoming.at)
  return { ...okAnswer({ access_token: token, expires_in: expiresInSeconds }), query }
}
