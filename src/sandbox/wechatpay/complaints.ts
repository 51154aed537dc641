import type { KeyObject } from 'node:crypto'
import type { Answer, Incoming } from '../exchange.js'
import { createRandom } from '../random.js'
import type { Settings } from '../settings.js'
import type { Store } from '../store.js'
import { dayMs } from '../time.js'
import type { SandboxHistoryEntry, SandboxMedia } from '../types.js'
import { requestIdHeader, type Seal, signedAnswer, unsignedAnswer } from './answers.js'
import type { Media, WechatPayFacts } from './facts.js'
import { drawHistory, type Step } from './history.js'
import { stepRowOf, stepTruthOf } from './history-row.js'
import { imageOf, imagesPath } from './images.js'
import { badParameter, pageAnswer } from './pages.js'
import { createPhoneBox } from './phones.js'
import { readHistoryQuery, readListQuery } from './query.js'
import { complaintIdOf } from './requests.js'
import { detailOf, rowOf } from './row.js'

/** Answers to requests that were found good, and what they ought to be understood as. */
export interface Complaints {
  list(incoming: Incoming, seal: Seal): Answer
  detail(incoming: Incoming, seal: Seal): Answer
  history(incoming: Incoming, seal: Seal): Answer
  image(incoming: Incoming): Answer
  historyOf(id: string): readonly SandboxHistoryEntry[]
  mediaOf(id: string): readonly SandboxMedia[]
  /** @throws Error when there is none */
  known(id: string): WechatPayFacts
}

const historySalt = 4

export function createComplaints(
  store: Store<WechatPayFacts>,
  merchantKey: KeyObject,
  settings: Settings,
  baseUrl: string,
): Complaints {
  const phoneOf = createPhoneBox(merchantKey)
  const drawn = new Map<string, readonly Step[]>()
  /** Whose history a media id stands in; known once the history was drawn, and nobody can have the id before. */
  const owners = new Map<string, string>()
  const stepsOf = (facts: WechatPayFacts): readonly Step[] => {
    const before = drawn.get(facts.id)
    if (before !== undefined) return before
    const steps = drawHistory(createRandom(settings.seed, historySalt, facts.index), facts)
    for (const id of idsOf(steps.flatMap(({ media }) => media ?? []))) owners.set(id, facts.id)
    drawn.set(facts.id, steps)
    return steps
  }
  const mediaIdsOf = (facts: WechatPayFacts): string[] =>
    idsOf([...(facts.media ?? []), ...stepsOf(facts).flatMap(({ media }) => media ?? [])])
  const known = (id: string): WechatPayFacts => {
    const facts = store.find(id)
    if (facts === undefined) throw new Error(`the sandbox holds no complaint ${id}`)
    return facts
  }
  return {
    list(incoming, seal) {
      const query = readListQuery(incoming.search)
      if (typeof query === 'string') return badParameter(query, seal)
      const { span, merchantId, offset } = query
      const inside = store
        .all()
        .filter(
          (facts) =>
            facts.createdAt >= span.from &&
            facts.createdAt < span.to &&
            (merchantId === null || facts.merchantId === merchantId),
        )
      const rules = {
        clamp: settings.clampPageSize,
        packetRows: settings.wechatpayPacketRows.list,
        isEmptyAbsent: (offset + span.from / dayMs) % 2 < 1,
      }
      const row = (facts: WechatPayFacts): unknown => rowOf(facts, phoneOf(facts), baseUrl)
      const { answer, page } = pageAnswer(inside, query, rules, row, seal)
      return { ...answer, served: page.map(({ id }) => id) }
    },
    detail(incoming, seal) {
      const id = complaintIdOf(incoming)
      if (incoming.search !== null || id === null) return badParameter('投诉单号格式错误', seal)
      const query = { complaint_id: id }
      const facts = store.find(id)
      if (facts === undefined) return { ...noSuchComplaint(seal), query }
      return { ...signedAnswer(200, detailOf(facts, phoneOf(facts), baseUrl), seal), query, served: [id] }
    },
    history(incoming, seal) {
      const id = complaintIdOf(incoming)
      if (id === null) return badParameter('投诉单号格式错误', seal)
      const paging = readHistoryQuery(incoming.search)
      if (typeof paging === 'string') return badParameter(paging, seal)
      const query = { ...paging.sent, complaint_id: id }
      const facts = store.find(id)
      if (facts === undefined) return { ...noSuchComplaint(seal), query }
      const rules = {
        clamp: settings.clampPageSize,
        packetRows: settings.wechatpayPacketRows.history,
        isEmptyAbsent: facts.index % 2 === 0,
      }
      const row = (step: Step): unknown => stepRowOf(step, baseUrl)
      const { answer, page } = pageAnswer(stepsOf(facts), { ...paging, sent: query }, rules, row, seal)
      return { ...answer, served: page.length === 0 ? [] : [id] }
    },
    image(incoming) {
      const mediaId = incoming.path.slice(imagesPath.length)
      const query = { media_id: mediaId }
      const facts =
        store.all().find(({ media }) => idsOf(media ?? []).includes(mediaId)) ?? store.find(owners.get(mediaId) ?? '')
      if (incoming.search !== null || facts === undefined)
        return { ...unsignedAnswer(404, { code: 'RESOURCE_NOT_EXISTS', message: '图片不存在' }), query }
      const { bytes, contentType } = imageOf(mediaId)
      const headers = { 'Content-Type': contentType, ...requestIdHeader() }
      return { status: 200, headers, body: '', bytes, query, served: [facts.id] }
    },
    historyOf: (id) => stepsOf(known(id)).map((step) => stepTruthOf(step, baseUrl)),
    mediaOf: (id) =>
      mediaIdsOf(known(id)).map((mediaId) => ({ url: `${baseUrl}${imagesPath}${mediaId}`, ...imageOf(mediaId) })),
    known,
  }
}

function idsOf(media: readonly Media[]): string[] {
  return media.flatMap(({ ids }) => ids)
}

function noSuchComplaint(seal: Seal): Answer {
  return signedAnswer(404, { code: 'RESOURCE_NOT_EXISTS', message: '投诉单不存在' }, seal)
}
