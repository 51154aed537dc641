import { type Answer, type Incoming, type ProviderSide, retryAfterHeader } from '../exchange.js'
import { frontOf } from '../front.js'
import { readObject } from '../json.js'
import { createQuota } from '../quota.js'
import type { Settings } from '../settings.js'
import { createStore, type Store } from '../store.js'
import type { SandboxRequest } from '../types.js'
import { errorAnswer, okAnswer } from './answers.js'
import { drawXiaoe, withState, type XiaoeFacts } from './facts.js'
import { type ListQuery, readListQuery } from './query.js'
import { rowOf, stateNumber, truthOf } from './row.js'
import { answerToken } from './token-call.js'
import { createTokens, type Tokens } from './tokens.js'

export interface XiaoeSide extends ProviderSide {
  killToken(): void
}

const listPath = '/xe.pay_through.complaint_record.xe.b_complaints.list/1.0.0'
const tokenPath = '/token'

/** Plays Xiaoe's token and complaint list calls: https://api-doc.xiaoe-tech.com */
export function createXiaoeSide(secretKey: string, settings: Settings): XiaoeSide {
  const store = createStore<XiaoeFacts>(
    { salt: 3, count: settings.complaints.xiaoe, draw: drawXiaoe, truth: truthOf, withState },
    settings,
  )
  const tokens = createTokens()
  const lists = createQuota(settings.quotas, 500, 10_000)
  const tokenCalls = createQuota(settings.quotas, 100, 600_000)
  return {
    provider: 'xiaoe',
    operationOf,
    answer(incoming) {
      if (incoming.path === tokenPath) {
        return tokenCalls(incoming.at)
          ? answerToken(incoming, secretKey, tokens)
          : errorAnswer(2053, '调用次数已达上限')
      }
      if (incoming.path !== listPath) return errorAnswer(2052, '请求地址错误')
      return lists(incoming.at) ? answerList(incoming, store, tokens, settings) : errorAnswer(2054, '请求过于频繁')
    },
    rateLimited: (retryAfterSeconds) => ({
      ...errorAnswer(2054, '请求过于频繁', retryAfterSeconds === undefined ? 200 : 429),
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
    killToken: tokens.kill,
  }
}

function operationOf({ path, body }: Incoming): SandboxRequest['operation'] {
  if (path === tokenPath) return 'token'
  if (path !== listPath) return 'unknown'
  return readObject(body)?.complaint_id === undefined ? 'list' : 'get'
}

function answerList(incoming: Incoming, store: Store<XiaoeFacts>, tokens: Tokens, settings: Settings): Answer {
  const { headers } = incoming
  if (incoming.method !== 'POST') return errorAnswer(2055, '请求方法错误')
  if (incoming.search !== null) return badParameter('query')
  if (!/^application\/json(?:; ?charset=utf-8)?$/i.test(headers['content-type'] ?? ''))
    return badParameter('Content-Type')
  if (headers.access_token !== undefined || headers.authorization !== undefined) return badParameter('access_token')
  const body = readObject(incoming.body)
  if (body === null) return badParameter('JSON')
  const { access_token: token, ...sent } = body
  if (token === undefined || token === '') return errorAnswer(2007, 'access_token不能为空')
  if (typeof token !== 'string' || !tokens.isAlive(token, incoming.at))
    return errorAnswer(2008, 'access_token无效或已过期')
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

function badParameter(name: string): Answer {
  return errorAnswer(1002, `参数错误:${name}`)
}
