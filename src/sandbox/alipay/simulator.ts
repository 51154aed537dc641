import { addRow } from '../add-row.js'
import type { SandboxConfig } from '../config.js'
import { servedSpan } from '../dates.js'
import { changeDigit, flipBit } from '../faults.js'
import { cutPage, type ListConditions } from '../list-page.js'
import { createQuota } from '../quota.js'
import { type IncomingRequest, type ProviderSimulator, retryAfterHeader, type SimulatedResponse } from '../simulator.js'
import { createStore, type Facts } from '../store.js'
import { failureOf } from './errors.js'
import { type GatewayCall, gatewayPath, openGateway, readQuery } from './gateway.js'
import { createNotification } from './notification.js'
import type { Platform } from './platform.js'
import type { Product } from './product.js'
import { createResponses, type GatewayResponse } from './responses.js'

const busyCode = 'isp.unknow-error'
/** Made up: no number is published. */
const quotaRequests = 10
const quotaMs = 1000

/** Simulates one product's complaint calls behind the gateway: https://opendocs.alipay.com/common/02kf5q */
export function createAlipaySimulator<F extends Facts>(
  product: Product<F>,
  platform: Platform,
  config: SandboxConfig,
): ProviderSimulator {
  const { provider, listMethod, queryMethod } = product
  const store = createStore<F>(product.storeOptions, config)
  const list = config.lists[provider]
  const responses = createResponses(platform, { slashes: config.alipaySlashes, messages: config.alipayMessages })
  const quota = createQuota(config.quotas, quotaRequests, quotaMs)
  const methods = [listMethod, queryMethod]

  const listResponse = (call: GatewayCall, conditions: ListConditions): SimulatedResponse => {
    const query = product.parseList(call.business)
    if (typeof query === 'string')
      return { ...responses.failure(listMethod, failureOf('PARAM_ILLEGAL', query)), query: call.business }
    const limit = Math.min(query.pageSize, config.clampPageSize, conditions.maxRows)
    const span = servedSpan(query.span, list)
    const matching = store.rows(conditions.changesBehind).filter(({ facts }) => {
      const at = query.timeOf(facts)
      return at >= span.from && at < span.to && query.matches(facts)
    })
    const { rows, total } = cutPage(matching, { offset: (query.page - 1) * limit, limit }, list, limit)
    const fields = product.listFields({ rows, total, page: query.page, pageSize: limit })
    return {
      ...responses.success(listMethod, fields),
      query: call.business,
      served: rows.map(({ facts }) => facts.id),
    }
  }

  const detailResponse = (call: GatewayCall): SimulatedResponse => {
    const id = product.parseQuery(call)
    if (id === undefined) return { ...responses.failure(queryMethod, failureOf('PARAM_ILLEGAL')), query: call.business }
    const row = store.findRow(id)
    if (row !== undefined)
      return { ...responses.success(queryMethod, product.detailFields(row)), query: call.business, served: [id] }
    const unknown =
      config.alipayUnknownId === 'code'
        ? responses.failure(queryMethod, failureOf('COMPLAIN_NOT_EXIST'))
        : responses.success(queryMethod, {})
    return { ...unknown, query: call.business }
  }

  return {
    provider,
    classify(request) {
      const { method } = request.path === gatewayPath ? readQuery(request) : {}
      return method === listMethod ? 'list' : method === queryMethod ? 'get' : 'unknown'
    },
    respond(request, conditions) {
      if (request.path !== gatewayPath) return notFound
      const call = openGateway(request, platform, methods)
      const { method } = readQuery(request)
      if ('place' in call) return responses.failure(knownMethod(method, methods), call)
      if (!quota(request.at)) return responses.failure(method, failureOf('isv.app-call-limited'))
      return call.method === listMethod ? listResponse(call, conditions) : detailResponse(call)
    },
    // With a Retry-After it comes from a host before the gateway, which has statuses.
    rateLimit: (retryAfterSeconds) => {
      const response = responses.failure(listMethod, failureOf('isv.app-call-limited'))
      return {
        ...response,
        status: retryAfterSeconds === undefined ? 200 : 429,
        headers: { ...response.headers, ...retryAfterHeader(retryAfterSeconds) },
      }
    },
    refuse: (code = busyCode) => responses.failure(listMethod, failureOf(code)),
    tamperSignature: (response) =>
      isSigned(response) ? { ...response, body: changeSignature(response.body) } : response,
    tamperBody: (response) => (isSigned(response) ? { ...response, body: changeDigit(response.body) } : response),
    ...(platform.rotate === undefined ? {} : { wrongSerial: changeSerial, rotateCertificate: platform.rotate }),
    removeTotal: (response) =>
      responses.change(response, (value) =>
        Object.fromEntries(Object.entries(value).filter(([name]) => !product.totalNames.includes(name))),
      ),
    addRow(request, row) {
      addRow(store, requestedList(request), row, request.at)
    },
    truth: store.truth,
    add: store.add,
    changeState: store.changeState,
    remove: store.remove,
    complaintOf: (id) => product.detailTruth(store.require(id)),
    ...(product.historyOf === undefined
      ? {}
      : { historyOf: (id: string) => product.historyOf?.(store.require(id)) ?? [] }),
    ...(provider === 'alipay-trade'
      ? {
          notification: (id: string, options: Parameters<typeof createNotification>[1]) =>
            createNotification(store.require(id).id, options, platform),
        }
      : {}),
  }

  function requestedList(request: IncomingRequest): { span: ReturnType<typeof servedSpan>; offset: number } | null {
    const call = openGateway(request, platform, methods)
    const query = 'place' in call ? '' : product.parseList(call.business)
    if (typeof query === 'string') return null
    return { span: servedSpan(query.span, list), offset: (query.page - 1) * query.pageSize }
  }
}

const notFound: SimulatedResponse = {
  status: 404,
  headers: { 'Content-Type': 'text/html' },
  body: '<!doctype html><html><body><h1>404</h1></body></html>',
}

function knownMethod(method: string | undefined, methods: readonly string[]): string | undefined {
  return method !== undefined && methods.includes(method) ? method : undefined
}

/** A change of a response without a signature could not be detected. */
function isSigned(response: SimulatedResponse): boolean {
  return ((response as Partial<GatewayResponse>).signed ?? null) !== null && response.bytes === undefined
}

function changeSignature(body: string): string {
  return body.replace(/("sign": ?")([^"]+)(")/, (_, before: string, sign: string, after: string) =>
    [before, flipBit(sign.replaceAll('\\/', '/'), 'base64'), after].join(''),
  )
}

/** The response names a certificate other than alipayCert. */
function changeSerial(response: SimulatedResponse): SimulatedResponse {
  const body = response.body.replace(/("alipay_cert_sn": ?")[^"]+/, `$1${'0f'.repeat(16)}`)
  return { ...response, body }
}
