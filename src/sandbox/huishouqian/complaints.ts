import type { Answer } from '../exchange.js'
import { createRandom } from '../random.js'
import type { Settings } from '../settings.js'
import type { Store } from '../store.js'
import type { SandboxHistoryEntry, SandboxMedia } from '../types.js'
import { readDownloadQuery } from './download-query.js'
import { failureAnswer, type HuishouqianKeys, type Manner, successAnswer } from './envelope.js'
import { type HuishouqianFacts, merchantsOf } from './facts.js'
import { badParameter, type Failure, failureOf } from './failures.js'
import type { Paging } from './fields.js'
import { drawHistory, type Step } from './history.js'
import { readHistoryQuery } from './history-query.js'
import { stepRowOf, stepTruthOf } from './history-row.js'
import { imageOf, imageUrl } from './images.js'
import { type ComplaintQuery, readQuery } from './query.js'
import { rowOf } from './row.js'

/** Answers to the business fields of requests that were found good, and what they ought to be understood as. */
export interface Complaints {
  list(business: string): Answer
  history(business: string): Answer
  media(business: string): Answer
  historyOf(id: string): readonly SandboxHistoryEntry[]
  mediaOf(id: string): readonly SandboxMedia[]
  /** @throws Error when there is none */
  known(id: string): HuishouqianFacts
}

const historySalt = 6

export function createComplaints(
  store: Store<HuishouqianFacts>,
  keys: HuishouqianKeys,
  manner: Manner,
  settings: Settings,
  baseUrl: string,
): Complaints {
  const merchants = merchantsOf(settings.huishouqianMerchants)
  const refuse = (failure: Failure): Answer => failureAnswer(failure, keys, manner)
  const drawn = new Map<string, readonly Step[]>()
  const stepsOf = (facts: HuishouqianFacts): readonly Step[] => {
    const steps = drawn.get(facts.id) ?? drawHistory(createRandom(settings.seed, historySalt, facts.index), facts)
    drawn.set(facts.id, steps)
    return steps
  }
  const imageIdsOf = (facts: HuishouqianFacts): string[] => stepsOf(facts).flatMap(({ imageIds }) => imageIds)
  const known = (id: string): HuishouqianFacts => {
    const facts = store.find(id)
    if (facts === undefined) throw new Error(`the sandbox holds no complaint ${id}`)
    return facts
  }
  const pageOf = <T>(all: readonly T[], { limit, offset }: Paging): readonly T[] =>
    all.slice(offset, offset + Math.min(limit, settings.clampPageSize))
  const pageAnswer = <T>(all: readonly T[], page: readonly T[], paging: Paging, row: (item: T) => unknown): Answer =>
    successAnswer(
      {
        data: page.length === 0 ? emptyData(paging) : page.map(row),
        offset: paging.offset,
        totalSize: settings.huishouqianTotals === 'total' ? all.length : page.length,
      },
      keys,
      manner,
    )
  return {
    list(business) {
      const query = readQuery(business, merchants)
      if ('errorCode' in query) return refuse(query)
      if (query.complaintId !== undefined && store.find(query.complaintId) === undefined)
        return { ...refuse(failureOf('130003')), query: query.sent }
      const inside = store.all().filter((facts) => isAsked(facts, query))
      const page = pageOf(inside, query)
      return { ...pageAnswer(inside, page, query, rowOf), query: query.sent, served: page.map(({ id }) => id) }
    },
    history(business) {
      const query = readHistoryQuery(business)
      if ('errorCode' in query) return refuse(query)
      const facts = store.find(query.complaintId)
      if (facts === undefined) return { ...refuse(failureOf('130003')), query: query.sent }
      const steps = stepsOf(facts)
      const page = pageOf(steps, query)
      const answer = pageAnswer(steps, page, query, (step) => stepRowOf(step, baseUrl))
      return { ...answer, query: query.sent, served: page.length === 0 ? [] : [facts.id] }
    },
    media(business) {
      const query = readDownloadQuery(business)
      if ('errorCode' in query) return refuse(query)
      const facts = store.find(query.complaintId)
      if (facts === undefined) return { ...refuse(failureOf('130003')), query: query.sent }
      const imageId = imageIdsOf(facts).find((id) => imageUrl(id, baseUrl) === query.mediaUrl)
      if (imageId === undefined) return { ...refuse(badParameter('mediaUrl错误')), query: query.sent }
      const { bytes, suffix } = imageOf(imageId)
      const answer = successAnswer({ bytes: Buffer.from(bytes).toString('base64'), suffix }, keys, manner)
      return { ...answer, query: query.sent, served: [facts.id] }
    },
    historyOf: (id) => stepsOf(known(id)).map((step) => stepTruthOf(step, baseUrl)),
    mediaOf: (id) =>
      imageIdsOf(known(id)).map((imageId) => {
        const { bytes, suffix } = imageOf(imageId)
        return { url: imageUrl(imageId, baseUrl), bytes, contentType: `image/${suffix}` }
      }),
    known,
  }
}

function isAsked(facts: HuishouqianFacts, { span, merchantNo, complaintId, merchantTradeNo }: ComplaintQuery): boolean {
  return (
    (span === null || (facts.createdAt >= span.from && facts.createdAt < span.to)) &&
    (merchantNo === undefined || facts.merchantNo === merchantNo) &&
    (complaintId === undefined || facts.id === complaintId) &&
    (merchantTradeNo === undefined || facts.merchantTradeNo === merchantTradeNo)
  )
}

/** Without rows `data` is null, absent or empty: all three are in use. */
function emptyData({ offset, limit }: Paging): null | undefined | [] {
  const forms = [null, undefined, []] as const
  const form = forms[(offset + limit) % forms.length]
  return form === undefined || form === null ? form : []
}
