import type { Answer, Incoming } from '../exchange.js'
import { isText } from '../json.js'
import { createRandom } from '../random.js'
import type { Settings } from '../settings.js'
import type { Store } from '../store.js'
import type { SandboxHistoryEntry, SandboxMedia } from '../types.js'
import { badParameter, okAnswer } from './answers.js'
import { type Detail, drawDetail, repliesOf } from './detail.js'
import { detailRowOf, historyTruthOf } from './detail-row.js'
import type { XiaoeFacts } from './facts.js'
import { answerImage, imageOf, imageUrls } from './images.js'

/** The detail call and the pictures it names. */
export interface Details {
  answer(sent: Readonly<Record<string, unknown>>): Answer
  image(incoming: Incoming): Answer
  historyOf(id: string): readonly SandboxHistoryEntry[]
  mediaOf(id: string): readonly SandboxMedia[]
}

const detailSalt = 5

export function createDetails(store: Store<XiaoeFacts>, settings: Settings, baseUrl: string): Details {
  const drawn = new Map<string, Detail>()
  /** Whose a picture is; known once the detail was drawn, and nobody can have the name before. */
  const owners = new Map<string, string>()
  const detailOf = (facts: XiaoeFacts): Detail => {
    const before = drawn.get(facts.id)
    if (before !== undefined) return before
    const detail = drawDetail(createRandom(settings.seed, detailSalt, facts.index), facts)
    for (const name of [...detail.images, ...detail.replies.flatMap(({ images }) => images)]) owners.set(name, facts.id)
    drawn.set(facts.id, detail)
    return detail
  }
  const known = (id: string): XiaoeFacts => {
    const facts = store.find(id)
    if (facts === undefined) throw new Error(`the sandbox holds no complaint ${id}`)
    return facts
  }
  return {
    answer(sent) {
      const wrong = Object.keys(sent).find((name) => name !== 'complaint_id')
      if (wrong !== undefined) return badParameter(wrong)
      if (!isText(sent.complaint_id, 64)) return badParameter('complaint_id')
      const facts = store.find(sent.complaint_id)
      // No page tells what an unknown number brings; an empty list for an object is Xiaoe's way elsewhere.
      if (facts === undefined) return { ...okAnswer([]), query: sent }
      const data = detailRowOf(facts, detailOf(facts), settings.xiaoeNumbers, baseUrl)
      return { ...okAnswer(data), query: sent, served: [facts.id] }
    },
    image: (incoming) => answerImage(incoming, (name) => store.find(owners.get(name) ?? '')?.id),
    historyOf(id) {
      const facts = known(id)
      return historyTruthOf(facts, detailOf(facts), baseUrl)
    },
    mediaOf(id) {
      const facts = known(id)
      const detail = detailOf(facts)
      const names = [...detail.images, ...repliesOf(detail, facts).flatMap(({ images }) => images)]
      return names.flatMap((name) => imageUrls([name], baseUrl).map((url) => ({ url, ...imageOf(name) })))
    },
  }
}
