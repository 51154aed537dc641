import type { Answer, Incoming } from '../exchange.js'
import { readPairs, repeated } from '../pairs.js'
import { okAnswer, tokenErrorAnswer } from './answers.js'
import { appId, clientId } from './facts.js'
import type { Tokens } from './tokens.js'

const known = ['app_id', 'client_id', 'secret_key', 'grant_type']

/**
 * Yields the token for the four query parameters.
 * https://api-doc.xiaoe-tech.com/api_list/get_access_token.html
 */
export function answerToken(incoming: Incoming, secretKey: string, tokens: Tokens): Answer {
  if (incoming.method !== 'GET') return tokenErrorAnswer(2055)
  const pairs = readPairs(incoming.search ?? '', 'form')
  const names = pairs?.map(([name]) => name) ?? []
  const wrong = names.find((name) => !known.includes(name)) ?? repeated(names)
  const isBare = incoming.search === null
  if ((pairs === null && !isBare) || wrong !== undefined || incoming.body !== '') return tokenErrorAnswer(1002)
  const { secret_key: secret, ...query }: Readonly<Record<string, string>> = Object.fromEntries(pairs ?? [])
  const code = codeOf(secret, query, secretKey)
  if (code !== null) return tokenErrorAnswer(code)
  const { token, expiresInSeconds } = tokens.issue(incoming.at)
  return { ...okAnswer({ access_token: token, expires_in: expiresInSeconds }), query }
}

function codeOf(
  secret: string | undefined,
  { app_id: app, client_id: client, grant_type: grant }: Readonly<Record<string, string>>,
  secretKey: string,
): number | null {
  if (isMissing(app)) return 2001
  if (isMissing(secret)) return 2003
  if (isMissing(grant)) return 2005
  if (app !== appId) return 2002
  if (client !== clientId) return 2020
  if (secret !== secretKey) return 2004
  return grant === 'client_credential' ? null : 2006
}

function isMissing(value: string | undefined): boolean {
  return value === undefined || value === ''
}
