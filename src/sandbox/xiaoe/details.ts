import type { SandboxConfig } from '../config.js'
import { isText } from '../json.js'
import { createRandom } from '../random.js'
import type { IncomingRequest, SimulatedResponse } from '../simulator.js'
import type { Store } from '../store.js'
import type { SandboxHistoryEntry, SandboxMedia } from '../types.js'
import { type Detail, drawDetail, visibleReplies } from './detail.js'
import { toDetailRow, toHistoryTruth } from './detail-row.js'
import type { XiaoeFacts } from './facts.js'
import { imageResponse, imageUrls, makeImage } from './images.js'
import { badParameter, okResponse } from './responses.js'

/** The detail call and the images it names. */
export interface Details {
  respond(sent: Readonly<Record<string, unknown>>): SimulatedResponse
  image(request: IncomingRequest): SimulatedResponse
  historyOf(id: string): readonly SandboxHistoryEntry[]
  mediaOf(id: string): readonly SandboxMedia[]
}

const detailSalt = 5

export function createDetails(store: Store<XiaoeFacts>, config: SandboxConfig, baseUrl: string): Details {
  const detailsById = new Map<string, Detail>()
  /** The complaint that an image belongs to. Filled when the detail is drawn; no client knows the name before. */
  const owners = new Map<string, string>()
  const detailOf = (facts: XiaoeFacts): Detail => {
    const existing = detailsById.get(facts.id)
    if (existing !== undefined) return existing
    const detail = drawDetail(createRandom(config.seed, detailSalt, facts.index), facts)
    for (const name of [...detail.images, ...detail.replies.flatMap(({ images }) => images)]) owners.set(name, facts.id)
    detailsById.set(facts.id, detail)
    return detail
  }
  return {
    respond(sent) {
      const wrong = Object.keys(sent).find((name) => name !== 'complaint_id')
      if (wrong !== undefined) return badParameter(wrong)
      if (!isText(sent.complaint_id, 64)) return badParameter('complaint_id')
      const facts = store.find(sent.complaint_id)
      // The response for an unknown id is not documented. Other calls send an empty list for a missing object.
      if (facts === undefined) return { ...okResponse([]), query: sent }
      const data = toDetailRow(facts, detailOf(facts), config.xiaoeNumbers, baseUrl)
      return { ...okResponse(data), query: sent, served: [facts.id] }
    },
    image: (request) => imageResponse(request, (name) => store.find(owners.get(name) ?? '')?.id),
    historyOf(id) {
      const facts = store.require(id)
      return toHistoryTruth(facts, detailOf(facts), baseUrl)
    },
    mediaOf(id) {
      const facts = store.require(id)
      const detail = detailOf(facts)
      const names = [...detail.images, ...visibleReplies(detail, facts).flatMap(({ images }) => images)]
      return names.flatMap((name) => imageUrls([name], baseUrl).map((url) => ({ url, ...makeImage(name) })))
    },
  }
}
