import type { KeyObject } from 'node:crypto'
import type { SandboxConfig } from '../config.js'
import { createRandom } from '../random.js'
import type { IncomingRequest, SimulatedResponse } from '../simulator.js'
import type { Store } from '../store.js'
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

/** Answers to requests that were found good, and what they ought to be understood as. */
export interface Complaints {
  list(request: IncomingRequest, signer: ResponseSigner): SimulatedResponse
  detail(request: IncomingRequest, signer: ResponseSigner): SimulatedResponse
  history(request: IncomingRequest, signer: ResponseSigner): SimulatedResponse
  image(request: IncomingRequest): SimulatedResponse
  historyOf(id: string): readonly SandboxHistoryEntry[]
  mediaOf(id: string): readonly SandboxMedia[]
  /** @throws Error when there is none */
  require(id: string): WechatPayFacts
}

const historySalt = 4

export function createComplaints(
  store: Store<WechatPayFacts>,
  merchantKey: KeyObject,
  config: SandboxConfig,
  baseUrl: string,
): Complaints {
  const encryptPhone = createPhoneEncryption(merchantKey)
  const stepsById = new Map<string, readonly Step[]>()
  /** Whose history a media id stands in; known once the history was drawn, and nobody can have the id before. */
  const owners = new Map<string, string>()
  const historySteps = (facts: WechatPayFacts): readonly Step[] => {
    const existing = stepsById.get(facts.id)
    if (existing !== undefined) return existing
    const steps = drawHistory(createRandom(config.seed, historySalt, facts.index), facts)
    for (const id of idsOf(steps.flatMap(({ media }) => media ?? []))) owners.set(id, facts.id)
    stepsById.set(facts.id, steps)
    return steps
  }
  const mediaIdsOf = (facts: WechatPayFacts): string[] =>
    idsOf([...(facts.media ?? []), ...historySteps(facts).flatMap(({ media }) => media ?? [])])
  const requireFacts = (id: string): WechatPayFacts => {
    const facts = store.find(id)
    if (facts === undefined) throw new Error(`the sandbox holds no complaint ${id}`)
    return facts
  }
  return {
    list(request, signer) {
      const query = parseListQuery(request.search)
      if (typeof query === 'string') return badParameter(query, signer)
      const { span, merchantId, offset } = query
      const matching = store
        .all()
        .filter(
          (facts) =>
            facts.createdAt >= span.from &&
            facts.createdAt < span.to &&
            (merchantId === null || facts.merchantId === merchantId),
        )
      const rules = {
        clamp: config.clampPageSize,
        packetRows: config.wechatpayPacketRows.list,
        isEmptyAbsent: (offset + span.from / dayMs) % 2 < 1,
      }
      const row = (facts: WechatPayFacts): unknown => toRow(facts, encryptPhone(facts), baseUrl)
      const { response, page } = pageResponse(matching, query, rules, row, signer)
      return { ...response, served: page.map(({ id }) => id) }
    },
    detail(request, signer) {
      const id = parseComplaintId(request)
      if (request.search !== null || id === null) return badParameter('投诉单号格式错误', signer)
      const query = { complaint_id: id }
      const facts = store.find(id)
      if (facts === undefined) return { ...noSuchComplaint(signer), query }
      return { ...signedResponse(200, toDetail(facts, encryptPhone(facts), baseUrl), signer), query, served: [id] }
    },
    history(request, signer) {
      const id = parseComplaintId(request)
      if (id === null) return badParameter('投诉单号格式错误', signer)
      const paging = parseHistoryQuery(request.search)
      if (typeof paging === 'string') return badParameter(paging, signer)
      const query = { ...paging.sent, complaint_id: id }
      const facts = store.find(id)
      if (facts === undefined) return { ...noSuchComplaint(signer), query }
      const rules = {
        clamp: config.clampPageSize,
        packetRows: config.wechatpayPacketRows.history,
        isEmptyAbsent: facts.index % 2 === 0,
      }
      const row = (step: Step): unknown => toStepRow(step, baseUrl)
      const { response, page } = pageResponse(historySteps(facts), { ...paging, sent: query }, rules, row, signer)
      return { ...response, served: page.length === 0 ? [] : [id] }
    },
    image(request) {
      const mediaId = request.path.slice(imagesPath.length)
      const query = { media_id: mediaId }
      const facts =
        store.all().find(({ media }) => idsOf(media ?? []).includes(mediaId)) ?? store.find(owners.get(mediaId) ?? '')
      if (request.search !== null || facts === undefined)
        return { ...unsignedResponse(404, { code: 'RESOURCE_NOT_EXISTS', message: '图片不存在' }), query }
      const { bytes, contentType } = makeImage(mediaId)
      const headers = { 'Content-Type': contentType, ...requestIdHeader() }
      return { status: 200, headers, body: '', bytes, query, served: [facts.id] }
    },
    historyOf: (id) => historySteps(requireFacts(id)).map((step) => toStepTruth(step, baseUrl)),
    mediaOf: (id) =>
      mediaIdsOf(requireFacts(id)).map((mediaId) => ({
        url: `${baseUrl}${imagesPath}${mediaId}`,
        ...makeImage(mediaId),
      })),
    require: requireFacts,
  }
}

function idsOf(media: readonly Media[]): string[] {
  return media.flatMap(({ ids }) => ids)
}

function noSuchComplaint(signer: ResponseSigner): SimulatedResponse {
  return signedResponse(404, { code: 'RESOURCE_NOT_EXISTS', message: '投诉单不存在' }, signer)
}
