import { findRepeated, parsePairs } from '../pairs.js'
import type { IncomingRequest, SimulatedResponse } from '../simulator.js'
import { appId, clientId } from './facts.js'
import { okResponse, tokenErrorResponse } from './responses.js'
import type { Tokens } from './tokens.js'

const parameterNames = ['app_id', 'client_id', 'secret_key', 'grant_type']

/**
 * Yields the token for the four query parameters.
 * https://api-doc.xiaoe-tech.com/api_list/get_access_token.html
 */
export function tokenResponse(request: IncomingRequest, secretKey: string, tokens: Tokens): SimulatedResponse {
  if (request.method !== 'GET') return tokenErrorResponse(2055)
  const pairs = parsePairs(request.search ?? '', 'form')
  const names = pairs?.map(([name]) => name) ?? []
  const wrong = names.find((name) => !parameterNames.includes(name)) ?? findRepeated(names)
  const isBare = request.search === null
  if ((pairs === null && !isBare) || wrong !== undefined || request.body !== '') return tokenErrorResponse(1002)
  const { secret_key: secret, ...query }: Readonly<Record<string, string>> = Object.fromEntries(pairs ?? [])
  const code = checkCredentials(secret, query, secretKey)
  if (code !== null) return tokenErrorResponse(code)
  const { token, expiresInSeconds } = tokens.issue(request.at)
  return { ...okResponse({ access_token: token, expires_in: expiresInSeconds }), query }
}

function checkCredentials(
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
