import type { SandboxConfig } from '../config.js'
import { createRandom } from '../random.js'
import type { SimulatedResponse } from '../simulator.js'
import type { Store } from '../store.js'
import type { SandboxHistoryEntry, SandboxMedia } from '../types.js'
import { parseDownloadQuery } from './download-query.js'
import { type EnvelopeStyle, failureResponse, type HuishouqianKeys, successResponse } from './envelope.js'
import { type HuishouqianFacts, merchantNumbers } from './facts.js'
import { badParameter, type Failure, toFailure } from './failures.js'
import type { Paging } from './fields.js'
import { drawHistory, type Step } from './history.js'
import { parseHistoryQuery } from './history-query.js'
import { toStepRow, toStepTruth } from './history-row.js'
import { imageUrl, makeImage } from './images.js'
import { type ListQuery, parseListQuery } from './query.js'
import { toRow } from './row.js'

/** Answers to the business fields of requests that were found good, and what they ought to be understood as. */
export interface Complaints {
  list(business: string): SimulatedResponse
  history(business: string): SimulatedResponse
  media(business: string): SimulatedResponse
  historyOf(id: string): readonly SandboxHistoryEntry[]
  mediaOf(id: string): readonly SandboxMedia[]
  /** @throws Error when there is none */
  require(id: string): HuishouqianFacts
}

const historySalt = 6

export function createComplaints(
  store: Store<HuishouqianFacts>,
  keys: HuishouqianKeys,
  style: EnvelopeStyle,
  config: SandboxConfig,
  baseUrl: string,
): Complaints {
  const merchants = merchantNumbers(config.huishouqianMerchants)
  const refuse = (failure: Failure): SimulatedResponse => failureResponse(failure, keys, style)
  const stepsById = new Map<string, readonly Step[]>()
  const historySteps = (facts: HuishouqianFacts): readonly Step[] => {
    const steps = stepsById.get(facts.id) ?? drawHistory(createRandom(config.seed, historySalt, facts.index), facts)
    stepsById.set(facts.id, steps)
    return steps
  }
  const imageIdsOf = (facts: HuishouqianFacts): string[] => historySteps(facts).flatMap(({ imageIds }) => imageIds)
  const requireFacts = (id: string): HuishouqianFacts => {
    const facts = store.find(id)
    if (facts === undefined) throw new Error(`the sandbox holds no complaint ${id}`)
    return facts
  }
  const cutPage = <T>(all: readonly T[], { limit, offset }: Paging): readonly T[] =>
    all.slice(offset, offset + Math.min(limit, config.clampPageSize))
  const pageResponse = <T>(
    all: readonly T[],
    page: readonly T[],
    paging: Paging,
    row: (item: T) => unknown,
  ): SimulatedResponse =>
    successResponse(
      {
        data: page.length === 0 ? emptyData(paging) : page.map(row),
        offset: paging.offset,
        totalSize: config.huishouqianTotals === 'total' ? all.length : page.length,
      },
      keys,
      style,
    )
  return {
    list(business) {
      const query = parseListQuery(business, merchants)
      if ('errorCode' in query) return refuse(query)
      if (query.complaintId !== undefined && store.find(query.complaintId) === undefined)
        return { ...refuse(toFailure('130003')), query: query.sent }
      const matching = store.all().filter((facts) => matches(facts, query))
      const page = cutPage(matching, query)
      return { ...pageResponse(matching, page, query, toRow), query: query.sent, served: page.map(({ id }) => id) }
    },
    history(business) {
      const query = parseHistoryQuery(business)
      if ('errorCode' in query) return refuse(query)
      const facts = store.find(query.complaintId)
      if (facts === undefined) return { ...refuse(toFailure('130003')), query: query.sent }
      const steps = historySteps(facts)
      const page = cutPage(steps, query)
      const response = pageResponse(steps, page, query, (step) => toStepRow(step, baseUrl))
      return { ...response, query: query.sent, served: page.length === 0 ? [] : [facts.id] }
    },
    media(business) {
      const query = parseDownloadQuery(business)
      if ('errorCode' in query) return refuse(query)
      const facts = store.find(query.complaintId)
      if (facts === undefined) return { ...refuse(toFailure('130003')), query: query.sent }
      const imageId = imageIdsOf(facts).find((id) => imageUrl(id, baseUrl) === query.mediaUrl)
      if (imageId === undefined) return { ...refuse(badParameter('mediaUrl错误')), query: query.sent }
      const { bytes, suffix } = makeImage(imageId)
      const response = successResponse({ bytes: Buffer.from(bytes).toString('base64'), suffix }, keys, style)
      return { ...response, query: query.sent, served: [facts.id] }
    },
    historyOf: (id) => historySteps(requireFacts(id)).map((step) => toStepTruth(step, baseUrl)),
    mediaOf: (id) =>
      imageIdsOf(requireFacts(id)).map((imageId) => {
        const { bytes, suffix } = makeImage(imageId)
        return { url: imageUrl(imageId, baseUrl), bytes, contentType: `image/${suffix}` }
      }),
    require: requireFacts,
  }
}

function matches(facts: HuishouqianFacts, { span, merchantNo, complaintId, merchantTradeNo }: ListQuery): boolean {
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
