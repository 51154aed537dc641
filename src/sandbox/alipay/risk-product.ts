import { removePoisoned } from '../list-page.js'
import type { Product } from './product.js'
import { drawRisk, type RiskFacts, withRiskState } from './risk.js'
import { parseRiskList, parseRiskQuery } from './risk-query.js'
import { toRiskDetail, toRiskDetailTruth, toRiskRow, toRiskTruth } from './risk-row.js'

const fieldNames = { id: 'id', time: 'gmt_complain', state: 'status' } as const

/** 消费者投诉 (RiskGO): complaints about payments to a merchant. */
export function riskProduct(end: 'included' | 'excluded', ids: 'number' | 'text'): Product<RiskFacts> {
  return {
    provider: 'alipay-risk',
    listMethod: 'alipay.security.risk.complaint.info.batchquery',
    queryMethod: 'alipay.security.risk.complaint.info.query',
    storeOptions: { provider: 'alipay-risk', salt: 11, draw: drawRisk, truth: toRiskTruth, withState: withRiskState },
    parseList: (business) => parseRiskList(business, end),
    parseQuery: parseRiskQuery,
    listFields: ({ rows, total, page, pageSize }) => ({
      current_page: page,
      page_size: pageSize,
      total_size: total,
      complaint_list:
        total === 0 ? undefined : rows.map((row) => removePoisoned(toRiskRow(row.facts, ids), row, fieldNames)),
    }),
    detailFields: (row) => removePoisoned(toRiskDetail(row.facts, ids), row, fieldNames),
    totalNames: ['total_size'],
    detailTruth: toRiskDetailTruth,
  }
}
