import type { SandboxConfig } from '../config.js'
import { isWithin, servedSpan } from '../dates.js'
import { cutPage, type ListConditions, removePoisoned } from '../list-page.js'
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

/** Responses to the business fields of authenticated requests, and the truth about histories and media. */
export interface Complaints {
  list(business: string, conditions: ListConditions): SimulatedResponse
  history(business: string, conditions: ListConditions): SimulatedResponse
  media(business: string): SimulatedResponse
  historyOf(id: string): readonly SandboxHistoryEntry[]
  mediaOf(id: string): readonly SandboxMedia[]
}

const historySalt = 6
const fieldNames = { id: 'complaintId', time: 'complaintTime', state: 'complaintState' } as const

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
  const list = config.lists.huishouqian
  const maxRows = (conditions: ListConditions): number => Math.min(config.clampPageSize, conditions.maxRows)
  const pageResponse = (rows: readonly unknown[], total: number, paging: Paging): SimulatedResponse =>
    successResponse(
      {
        data: rows.length === 0 ? emptyData(paging) : rows,
        offset: paging.offset,
        totalSize: config.huishouqianTotals === 'total' ? total : rows.length,
      },
      keys,
      style,
    )
  return {
    list(business, conditions) {
      const query = parseListQuery(business, merchants)
      if ('errorCode' in query) return refuse(query)
      if (query.complaintId !== undefined && store.find(query.complaintId) === undefined)
        return { ...refuse(toFailure('130003')), query: query.sent }
      const span = query.span === null ? null : servedSpan(query.span, list)
      const matching = store.rows(conditions.changesBehind).filter(({ facts }) => matches(facts, { ...query, span }))
      const { rows, total } = cutPage(matching, query, list, maxRows(conditions))
      const data = rows.map((row) => removePoisoned(toRow(row.facts), row, fieldNames))
      return { ...pageResponse(data, total, query), query: query.sent, served: rows.map(({ facts }) => facts.id) }
    },
    history(business, conditions) {
      const query = parseHistoryQuery(business)
      if ('errorCode' in query) return refuse(query)
      const facts = store.find(query.complaintId)
      if (facts === undefined) return { ...refuse(toFailure('130003')), query: query.sent }
      const steps = historySteps(facts)
      const page = steps.slice(query.offset, query.offset + Math.min(query.limit, maxRows(conditions)))
      const data = page.map((step) => toStepRow(step, baseUrl))
      const response = pageResponse(data, steps.length, query)
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
    historyOf: (id) => historySteps(store.require(id)).map((step) => toStepTruth(step, baseUrl)),
    mediaOf: (id) =>
      imageIdsOf(store.require(id)).map((imageId) => {
        const { bytes, suffix } = makeImage(imageId)
        return { url: imageUrl(imageId, baseUrl), bytes, contentType: `image/${suffix}` }
      }),
  }
}

function matches(facts: HuishouqianFacts, { span, merchantNo, complaintId, merchantTradeNo }: ListQuery): boolean {
  return (
    (span === null || isWithin(facts.createdAt, span)) &&
    (merchantNo === undefined || facts.merchantNo === merchantNo) &&
    (complaintId === undefined || facts.id === complaintId) &&
    (merchantTradeNo === undefined || facts.merchantTradeNo === merchantTradeNo)
  )
}

/** `data` of an empty page: null, absent and `[]` all occur. */
function emptyData({ offset, limit }: Paging): null | undefined | [] {
  const forms = [null, undefined, []] as const
  const form = forms[(offset + limit) % forms.length]
  return form === undefined || form === null ? form : []
}
