import { type Answer, type ProviderSide, retryAfterHeader } from '../exchange.js'
import { frontOf } from '../front.js'
import { readObject } from '../json.js'
import { createQuota } from '../quota.js'
import type { Settings } from '../settings.js'
import { createStore, type Store } from '../store.js'
import { badParameter, errorAnswer, okAnswer, tokenErrorAnswer } from './answers.js'
import { placeOf } from './codes.js'
import { createDetails } from './details.js'
import { drawXiaoe, withState, type XiaoeFacts } from './facts.js'
import { imagesPath } from './images.js'
import { type ListQuery, readListQuery } from './query.js'
import { detailPath, listPath, operationOf, readCall, tokenPath } from './requests.js'
import { rowOf, stateNumber, truthOf } from './row.js'
import { answerToken } from './token-call.js'
import { createTokens } from './tokens.js'

export interface XiaoeSide extends ProviderSide {
  killToken(): void
}

/** Plays Xiaoe's token, complaint list and complaint detail calls: https://api-doc.xiaoe-tech.com */
export function createXiaoeSide(secretKey: string, settings: Settings, baseUrl: string): XiaoeSide {
  const store = createStore<XiaoeFacts>(
    { salt: 3, count: settings.complaints.xiaoe, draw: drawXiaoe, truth: truthOf, withState },
    settings,
  )
  const tokens = createTokens(settings.xiaoeTokens, settings.xiaoeTokenSeconds * 1000)
  const details = createDetails(store, settings, baseUrl)
  const quotas = {
    [listPath]: createQuota(settings.quotas, 500, 10_000),
    [detailPath]: createQuota(settings.quotas, 500, 10_000),
  }
  const refused = refusedBy(settings.xiaoeRefusal)
  const tokenCalls = createQuota(settings.quotas, 100, 600_000)
  return {
    provider: 'xiaoe',
    operationOf,
    answer(incoming) {
      const { path } = incoming
      if (path === tokenPath) {
        if (!tokenCalls(incoming.at)) return tokenErrorAnswer(2053)
        return refused.token === null ? answerToken(incoming, secretKey, tokens) : tokenErrorAnswer(refused.token)
      }
      if (path.startsWith(imagesPath)) return details.image(incoming)
      if (path !== listPath && path !== detailPath) return errorAnswer(2052)
      if (!quotas[path](incoming.at)) return errorAnswer(2054)
      // An address that may not call is turned away whatever token it brings.
      if (refused.token !== null && refused.call !== null) return errorAnswer(refused.call)
      const call = readCall(incoming, tokens)
      if ('refused' in call) return call.refused
      if (refused.call !== null) return errorAnswer(refused.call)
      return path === listPath ? answerList(call.sent, store, settings) : details.answer(call.sent)
    },
    rateLimited: (retryAfterSeconds) => ({
      ...errorAnswer(2054),
      status: retryAfterSeconds === undefined ? 200 : 429,
      headers: { 'Content-Type': 'application/json', ...retryAfterHeader(retryAfterSeconds) },
    }),
    // Nothing is signed here, so an answer that ends too soon stands for it.
    tamperSignature: (answer) => ({ ...answer, cut: true }),
    // Only a byte that breaks the JSON can be noticed.
    tamperBody: (answer) => ({ ...answer, body: `[${answer.body.slice(1)}` }),
    withoutTotal,
    frontOf(incoming) {
      const { access_token: _, ...sent } = readObject(incoming.body) ?? {}
      const query = readListQuery(sent)
      return typeof query === 'string' ? null : frontOf(store.all(), query.from, query.to, incoming.at)
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

/** The code that each place tells; null: it refuses nothing. */
function refusedBy(code: number | null): { readonly token: number | null; readonly call: number | null } {
  const place = code === null ? null : placeOf(code)
  return { token: place === 'call' ? null : code, call: place === 'token' ? null : code }
}

function answerList(sent: Readonly<Record<string, unknown>>, store: Store<XiaoeFacts>, settings: Settings): Answer {
  const query = readListQuery(sent)
  if (typeof query === 'string') return badParameter(query)
  const asked = store.all().filter((facts) => isAsked(facts, query))
  const size = Math.min(query.pageSize, settings.clampPageSize)
  const page = asked.slice((query.page - 1) * size, query.page * size)
  const list = page.map((facts) => rowOf(facts, settings.xiaoeNumbers))
  return { ...okAnswer({ list, total: asked.length }), query: sent, served: page.map(({ id }) => id) }
}

function isAsked(facts: XiaoeFacts, query: ListQuery): boolean {
  return (
    facts.createdAt >= query.from &&
    facts.createdAt <= query.to &&
    (query.complaintId === undefined || facts.id === query.complaintId) &&
    (query.channel === 0 || facts.channel === query.channel) &&
    (query.overtime === 0 || facts.overdue === (query.overtime === 2)) &&
    (query.state === undefined || stateNumber(facts) === query.state)
  )
}

function withoutTotal(answer: Answer): Answer {
  const { data, ...rest } = readObject(answer.body) ?? {}
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return answer
  const { total: _, ...told } = data as Record<string, unknown>
  return { ...answer, body: JSON.stringify({ ...rest, data: told }) }
}
