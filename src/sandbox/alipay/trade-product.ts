import { isText } from '../json.js'
import { removePoisoned } from '../list-page.js'
import type { Product } from './product.js'
import { drawTrade, type TradeFacts, withTradeState } from './trade.js'
import { parseTradeList, type TimeRules } from './trade-query.js'
import { toReplyTruth } from './trade-replies.js'
import { toTradeDetail, toTradeDetailTruth, toTradeRow, toTradeTruth } from './trade-row.js'

const fieldNames = { id: 'complain_event_id', time: 'gmt_create', state: 'status' } as const

/** 交易投诉: complaints about mini-programs and official accounts. */
export function tradeProduct(rules: TimeRules): Product<TradeFacts> {
  return {
    provider: 'alipay-trade',
    listMethod: 'alipay.merchant.tradecomplain.batchquery',
    queryMethod: 'alipay.merchant.tradecomplain.query',
    storeOptions: {
      provider: 'alipay-trade',
      salt: 10,
      draw: drawTrade,
      truth: toTradeTruth,
      withState: withTradeState,
    },
    parseList: (business) => parseTradeList(business, rules),
    parseQuery({ business: { complain_event_id: id, ...others } }) {
      return isText(id, 64) && Object.keys(others).length === 0 ? id : undefined
    },
    listFields: ({ rows, total, page, pageSize }) => ({
      page_num: page,
      page_size: pageSize,
      total_num: total,
      total_page_num: Math.ceil(total / pageSize),
      // An empty list is left out now and then.
      trade_complain_infos:
        rows.length === 0 && page % 2 === 1
          ? undefined
          : rows.map((row) => removePoisoned(toTradeRow(row.facts), row, fieldNames)),
    }),
    detailFields: (row) => removePoisoned(toTradeDetail(row.facts), row, fieldNames),
    totalNames: ['total_num', 'total_page_num'],
    detailTruth: toTradeDetailTruth,
    historyOf: toReplyTruth,
  }
}
