import { addRow, type RequestedList } from '../add-row.js'
import type { SandboxConfig } from '../config.js'
import { isWithin, servedSpan } from '../dates.js'
import { parseObject } from '../json.js'
import { cutPage, type ListConditions, removePoisoned } from '../list-page.js'
import { createQuota } from '../quota.js'
import { type ProviderSimulator, retryAfterHeader, type SimulatedResponse } from '../simulator.js'
import { createStore, type Store } from '../store.js'
import { refusedCalls } from './codes.js'
import { createDetails } from './details.js'
import { drawXiaoe, isOverdue, withState, type XiaoeFacts } from './facts.js'
import { imagesPath } from './images.js'
import { type ListQuery, parseListQuery } from './query.js'
import { classify, detailPath, listPath, openCall, tokenPath } from './requests.js'
import { badParameter, errorResponse, okResponse, tokenErrorResponse } from './responses.js'
import { stateNumber, toRow, toTruth } from './row.js'
import { tokenResponse } from './token-response.js'
import { createTokens } from './tokens.js'

export interface XiaoeSimulator extends ProviderSimulator {
  killToken(): void
}

/** Simulates Xiaoe's token, complaint list and complaint detail calls: https://api-doc.xiaoe-tech.com */
export function createXiaoeSimulator(secretKey: string, config: SandboxConfig, baseUrl: string): XiaoeSimulator {
  const store = createStore<XiaoeFacts>(
    { provider: 'xiaoe', salt: 3, draw: drawXiaoe, truth: toTruth, withState },
    config,
  )
  const tokens = createTokens(config.xiaoeTokens, config.xiaoeTokenSeconds * 1000)
  const details = createDetails(store, config, baseUrl)
  const quotas = {
    [listPath]: createQuota(config.quotas, 500, 10_000),
    [detailPath]: createQuota(config.quotas, 500, 10_000),
  }
  const refusalCodes = splitRefusalCode(config.xiaoeRefusal)
  const tokenCalls = createQuota(config.quotas, 100, 600_000)
  return {
    provider: 'xiaoe',
    classify,
    respond(request, conditions) {
      const { path } = request
      if (path === tokenPath) {
        if (!tokenCalls(request.at)) return tokenErrorResponse(2053)
        return refusalCodes.token === null
          ? tokenResponse(request, secretKey, tokens)
          : tokenErrorResponse(refusalCodes.token)
      }
      if (path.startsWith(imagesPath)) return details.image(request)
      if (path !== listPath && path !== detailPath) return errorResponse(2052)
      if (!quotas[path](request.at)) return errorResponse(2054)
      // The IP allow-list is checked before the token.
      if (refusalCodes.token !== null && refusalCodes.call !== null) return errorResponse(refusalCodes.call)
      const call = openCall(request, tokens)
      if ('refusal' in call) return call.refusal
      if (refusalCodes.call !== null) return errorResponse(refusalCodes.call)
      return path === listPath ? listResponse(call.sent, store, config, conditions) : details.respond(call.sent)
    },
    rateLimit: (retryAfterSeconds) => ({
      ...errorResponse(2054),
      status: retryAfterSeconds === undefined ? 200 : 429,
      headers: { 'Content-Type': 'application/json', ...retryAfterHeader(retryAfterSeconds) },
    }),
    // Xiaoe does not sign responses: truncate the response instead.
    tamperSignature: (response) => ({ ...response, cut: true }),
    // Without a signature, only broken JSON can be detected.
    tamperBody: (response) => ({ ...response, body: `[${response.body.slice(1)}` }),
    removeTotal,
    addRow(request, row) {
      const { access_token: _, ...sent } = parseObject(request.body) ?? {}
      const query = parseListQuery(sent)
      addRow(store, typeof query === 'string' ? null : requestedList(query, config), row, request.at)
    },
    truth: store.truth,
    add: store.add,
    changeState: store.changeState,
    remove: store.remove,
    historyOf: details.historyOf,
    mediaOf: details.mediaOf,
    killToken: tokens.kill,
  }
}

/** The code of the token call and of the other calls; null: they succeed. */
function splitRefusalCode(code: number | null): { readonly token: number | null; readonly call: number | null } {
  const calls = code === null ? null : refusedCalls(code)
  return { token: calls === 'call' ? null : code, call: calls === 'token' ? null : code }
}

const fieldNames = { id: 'complaint_id', time: 'complaint_time', state: 'state' } as const

/** Xiaoe names pages; the end of its times is included, to the second. */
function requestedList({ page, pageSize, from, to }: ListQuery, config: SandboxConfig): RequestedList {
  return { span: servedSpan({ from, to: to + 1 }, config.lists.xiaoe), offset: (page - 1) * pageSize }
}

function listResponse(
  sent: Readonly<Record<string, unknown>>,
  store: Store<XiaoeFacts>,
  config: SandboxConfig,
  conditions: ListConditions,
): SimulatedResponse {
  const query = parseListQuery(sent)
  if (typeof query === 'string') return badParameter(query)
  const limit = Math.min(query.pageSize, config.clampPageSize, conditions.maxRows)
  const { span, offset } = requestedList({ ...query, pageSize: limit }, config)
  const matching = store
    .rows(conditions.changesBehind)
    .filter(({ facts }) => isWithin(facts.createdAt, span) && matches(facts, query))
  const { rows, total } = cutPage(matching, { offset, limit }, config.lists.xiaoe, limit)
  const list = rows.map((row) => removePoisoned(toRow(row.facts, config.xiaoeNumbers), row, fieldNames))
  return { ...okResponse({ list, total }), query: sent, served: rows.map(({ facts }) => facts.id) }
}

function matches(facts: XiaoeFacts, query: ListQuery): boolean {
  return (
    (query.complaintId === undefined || facts.id === query.complaintId) &&
    (query.channel === 0 || facts.channel === query.channel) &&
    (query.overtime === 0 || isOverdue(facts) === (query.overtime === 2)) &&
    (query.state === undefined || stateNumber(facts) === query.state)
  )
}

function removeTotal(response: SimulatedResponse): SimulatedResponse {
  const { data, ...envelope } = parseObject(response.body) ?? {}
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return response
  const { total: _, ...dataWithoutTotal } = data as Record<string, unknown>
  return { ...response, body: JSON.stringify({ ...envelope, data: dataWithoutTotal }) }
}
