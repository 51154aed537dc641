import type { KeyObject } from 'node:crypto'
import type { SandboxConfig } from '../config.js'
import { isWithin, servedSpan } from '../dates.js'
import { cutPage, type ListConditions, removePoisoned } from '../list-page.js'
import { createRandom } from '../random.js'
import type { IncomingRequest, SimulatedResponse } from '../simulator.js'
import type { ListedRow, Store } from '../store.js'
import { dayMs } from '../time.js'
import type { SandboxHistoryEntry, SandboxMedia } from '../types.js'
import type { Media, WechatPayFacts } from './facts.js'
import { drawHistory, type Step } from './history.js'
import { toStepRow, toStepTruth } from './history-row.js'
import { imagesPath, makeImage } from './images.js'
import { badParameter, pageResponse } from './pages.js'
import { createPhoneEncryption } from './phones.js'
import { parseHistoryQuery, parseListQuery } from './query.js'
import { parseComplaintId } from './requests.js'
import { type ResponseSigner, requestIdHeader, signedResponse, unsignedResponse } from './responses.js'
import { toDetail, toRow } from './row.js'

/** Responses to authorised requests, and the truth about histories and media. */
export interface Complaints {
  list(request: IncomingRequest, signer: ResponseSigner, conditions: ListConditions): SimulatedResponse
  detail(request: IncomingRequest, signer: ResponseSigner): SimulatedResponse
  history(request: IncomingRequest, signer: ResponseSigner, conditions: ListConditions): SimulatedResponse
  image(request: IncomingRequest): SimulatedResponse
  historyOf(id: string): readonly SandboxHistoryEntry[]
  mediaOf(id: string): readonly SandboxMedia[]
}

const historySalt = 4
const fieldNames = { id: 'complaint_id', time: 'complaint_time', state: 'complaint_state' } as const

export function createComplaints(
  store: Store<WechatPayFacts>,
  merchantKey: KeyObject,
  config: SandboxConfig,
  baseUrl: string,
): Complaints {
  const encryptPhone = createPhoneEncryption(merchantKey)
  const stepsById = new Map<string, readonly Step[]>()
  /** The complaint whose history has a media id. Filled when the history is drawn; no client knows the id before. */
  const owners = new Map<string, string>()
  const historySteps = (facts: WechatPayFacts): readonly Step[] => {
    const existing = stepsById.get(facts.id)
    if (existing !== undefined) return existing
    const steps = drawHistory(createRandom(config.seed, historySalt, facts.index), facts)
    for (const id of steps.flatMap(idsOfStep)) owners.set(id, facts.id)
    stepsById.set(facts.id, steps)
    return steps
  }
  const mediaIdsOf = (facts: WechatPayFacts): string[] => [
    ...idsOf(facts.media ?? []),
    ...historySteps(facts).flatMap(idsOfStep),
  ]
  const list = config.lists.wechatpay
  const maxRows = (conditions: ListConditions): number => Math.min(config.clampPageSize, conditions.maxRows)
  const toListRow = (row: ListedRow<WechatPayFacts>): unknown =>
    removePoisoned(toRow(row.facts, encryptPhone(row.facts), baseUrl), row, fieldNames)
  return {
    list(request, signer, conditions) {
      const query = parseListQuery(request.search)
      if (typeof query === 'string') return badParameter(query, signer)
      const span = servedSpan(query.span, list)
      const matching = store
        .rows(conditions.changesBehind)
        .filter(
          ({ facts }) =>
            isWithin(facts.createdAt, span) && (query.merchantId === null || facts.merchantId === query.merchantId),
        )
      const { rows, total } = cutPage(matching, query, list, maxRows(conditions))
      const rules = {
        packetRows: config.wechatpayPacketRows.list,
        isEmptyAbsent: (query.offset + query.span.from / dayMs) % 2 < 1,
      }
      const response = pageResponse({ rows: rows.map(toListRow), total }, query, rules, signer)
      return { served: rows.map(({ facts }) => facts.id), ...response }
    },
    detail(request, signer) {
      const id = parseComplaintId(request)
      if (request.search !== null || id === null) return badParameter('投诉单号格式错误', signer)
      const query = { complaint_id: id }
      const row = store.findRow(id)
      if (row === undefined) return { ...noSuchComplaint(signer), query }
      const detail = removePoisoned(toDetail(row.facts, encryptPhone(row.facts), baseUrl), row, fieldNames)
      return { ...signedResponse(200, detail, signer), query, served: [id] }
    },
    history(request, signer, conditions) {
      const id = parseComplaintId(request)
      if (id === null) return badParameter('投诉单号格式错误', signer)
      const paging = parseHistoryQuery(request.search)
      if (typeof paging === 'string') return badParameter(paging, signer)
      const query = { ...paging.sent, complaint_id: id }
      const facts = store.find(id)
      if (facts === undefined) return { ...noSuchComplaint(signer), query }
      const rules = {
        packetRows: config.wechatpayPacketRows.history,
        isEmptyAbsent: facts.index % 2 === 0,
      }
      const steps = historySteps(facts)
      const page = steps.slice(paging.offset, paging.offset + Math.min(paging.limit, maxRows(conditions)))
      const rows = page.map((step) => toStepRow(step, baseUrl))
      const response = pageResponse({ rows, total: steps.length }, { ...paging, sent: query }, rules, signer)
      return { served: page.length === 0 ? [] : [id], ...response }
    },
    image(request) {
      const mediaId = request.path.slice(imagesPath.length)
      const query = { media_id: mediaId }
      const facts =
        store.rows().find(({ facts: { media } }) => idsOf(media ?? []).includes(mediaId))?.facts ??
        store.find(owners.get(mediaId) ?? '')
      if (request.search !== null || facts === undefined)
        return { ...unsignedResponse(404, { code: 'RESOURCE_NOT_EXISTS', message: '图片不存在' }), query }
      const { bytes, contentType } = makeImage(mediaId)
      const headers = { 'Content-Type': contentType, ...requestIdHeader() }
      return { status: 200, headers, body: '', bytes, query, served: [facts.id] }
    },
    historyOf: (id) => historySteps(store.require(id)).map((step) => toStepTruth(step, baseUrl)),
    mediaOf: (id) =>
      mediaIdsOf(store.require(id)).map((mediaId) => ({
        url: `${baseUrl}${imagesPath}${mediaId}`,
        ...makeImage(mediaId),
      })),
  }
}

function idsOf(media: readonly Media[]): string[] {
  return media.flatMap(({ ids }) => ids)
}

function idsOfStep({ media, message }: Step): readonly string[] {
  return [...(media?.ids ?? []), ...(message?.imageIds ?? [])]
}

function noSuchComplaint(signer: ResponseSigner): SimulatedResponse {
  return signedResponse(404, { code: 'RESOURCE_NOT_EXISTS', message: '投诉单不存在' }, signer)
}
