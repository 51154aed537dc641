import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ProviderName } from '../../src/index.js'

export const phone = '13800001234'
export const openId = 'oSandboxEcho_1234567890-abcd'

/** A response of a provider, a gateway or an attacker. */
export type Answer = (request: IncomingMessage, response: ServerResponse, echo: string) => void

export interface EchoServer {
  readonly baseUrl: string
  /** All requests received; their content is secret or personal. */
  heard: { readonly headers: IncomingMessage['headers']; readonly url: string; readonly body: string }[]
  answer: Answer
  close(): void
}

/** A server whose responses repeat the request and personal data. */
export async function startEcho(): Promise<EchoServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const url = request.url ?? ''
      echoServer.heard.push({ headers: request.headers, url, body })
      const sent = [url, decodeURIComponent(url.replaceAll('+', ' ')), body, ...Object.entries(request.headers).flat()]
      const people = [
        phone,
        `+86 ${phone}`,
        '138-0000-1234',
        '138 0000 1234',
        openId,
        JSON.stringify({ openId, phone }),
      ]
      echoServer.answer(request, response, [...sent, ...people].join(' | '))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const echoServer: EchoServer = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard: [],
    answer: (_request, response) => response.end(),
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
  return echoServer
}

const headersOf = (echo: string): Record<string, string> => {
  const text = echo.replace(/[^ -~]/g, ' ').slice(0, 4000)
  return { 'Request-ID': text, 'X-Request-Id': text, Location: `/${encodeURIComponent(text)}`, 'Retry-After': text }
}

const status =
  (code: number, body: (echo: string) => string): Answer =>
  (_request, response, echo) =>
    response.writeHead(code, { ...headersOf(echo), 'Content-Type': 'application/json' }).end(body(echo))

/** The code beside a sub-code of Alipay. */
const alipayCodes: Readonly<Record<string, string>> = {
  'isp.unknow-error': '20000',
  'aop.app-auth-token-time-out': '20001',
  'isv.missing-version': '40001',
  'isv.invalid-signature': '40002',
  'isv.invalid-auth-relations': '40003',
  'isv.app-call-limited': '40005',
  'isv.insufficient-isv-permissions': '40006',
}

/** An error response in the formats of all providers at once. */
const refusal =
  (code: string | number) =>
  (echo: string): string =>
    JSON.stringify({
      code,
      message: echo,
      msg: echo,
      detail: { sign_information: { sign_message: echo, truncated_sign_message: echo }, issue: echo, location: echo },
      success: false,
      errorCode: String(code),
      errorMsg: echo,
      error_response: { code: alipayCodes[code] ?? '40004', msg: echo, sub_code: String(code), sub_msg: echo },
    })

const alipayMembers: readonly string[] = [
  'alipay_merchant_tradecomplain_batchquery_response',
  'alipay_merchant_tradecomplain_query_response',
  'alipay_security_risk_complaint_info_batchquery_response',
  'alipay_security_risk_complaint_info_query_response',
]

/** A list of invalid rows with unknown fields. */
const rows = (echo: string): string =>
  JSON.stringify({
    code: 0,
    data: { list: [{ complaint_id: echo, state: { [echo]: echo }, complaint_time: echo }], total: echo, [echo]: echo },
    [echo]: echo,
    success: true,
    result: JSON.stringify({ data: [{ complaintId: echo, complaintTime: echo }] }),
    sign: echo,
    ...Object.fromEntries(alipayMembers.map((name) => [name, { code: '10000', msg: echo, [echo]: echo }])),
  })

export const answers: Readonly<Record<string, Answer>> = {
  ...Object.fromEntries(
    [400, 401, 403, 404, 409, 429, 500, 502, 503].map((code) => [code, status(code, refusal(code))]),
  ),
  ...Object.fromEntries(
    ['SIGN_ERROR', 'RESOURCE_NOT_EXISTS', 'FREQUENCY_LIMITED', 'echo'].map((code) => [
      `400 ${code}`,
      status(400, refusal(code)),
    ]),
  ),
  'HTML with a status': status(502, (echo) => `<html><pre>${echo}</pre></html>`),
  ...Object.fromEntries(
    [1001, 1002, 2001, 2007, 2008, 2017, 2051, 2053, 2054, 2055, -1].map((code) => [
      `code ${code}`,
      status(200, refusal(code)),
    ]),
  ),
  ...Object.fromEntries(
    ['000001', '130003', '130004', '130005', '130011', '999999'].map((code) => [
      `code ${code}`,
      status(200, refusal(code)),
    ]),
  ),
  ...Object.fromEntries(
    [...Object.keys(alipayCodes), 'COMPLAIN_NOT_EXIST', 'PARAM_ILLEGAL'].map((code) => [
      `code ${code}`,
      status(200, refusal(code)),
    ]),
  ),
  'a code that repeats': (_request, response, echo) => response.end(refusal(echo)(echo)),
  'an unproven answer': (_request, response, echo) => {
    const headers = {
      'Wechatpay-Serial': echo,
      'Wechatpay-Signature': echo,
      'Wechatpay-Timestamp': echo,
      'Wechatpay-Nonce': echo,
    }
    const sendable = Object.entries(headers).map(([name, text]) => [name, text.replace(/[^ -~]/g, ' ').slice(0, 3000)])
    response.writeHead(200, Object.fromEntries(sendable)).end(rows(echo))
  },
  'rows that cannot be used': status(200, rows),
  'nothing found': status(200, (echo) => JSON.stringify({ code: 0, msg: echo, data: { list: [], [echo]: echo } })),
  'no JSON': status(200, (echo) => `{"data": ${echo}`),
  'no object': status(200, (echo) => JSON.stringify([echo])),
  'no UTF-8': (_request, response, echo) => response.end(Buffer.concat([Buffer.from(echo), Buffer.from([0xff])])),
  redirect: status(307, refusal('redirect')),
  reset: (request) => request.socket.resetAndDestroy(),
  'cut short': (_request, response, echo) => {
    response.writeHead(200, { 'Content-Length': 100_000 }).write(echo, () => response.destroy())
  },
  'no HTTP': (request, _response, echo) => request.socket.end(`${echo}\r\n\r\n`),
  silence: () => {},
}

const alipayClasses: readonly string[] = [
  ...['ApiError', 'AuthenticationError', 'NotFoundError', 'PermissionError', 'QueryError', 'RateLimitError'],
  ...[
    'ResponseError',
    'SignatureError',
    'TimeoutError',
    'TransportError',
    'PaginationError',
    'ConfigError',
    'UnsupportedError',
  ],
]

/** The error classes that can occur for each provider. */
export const classes: Readonly<Record<ProviderName, readonly string[]>> = {
  wechatpay: [
    ...['ApiError', 'AuthenticationError', 'NotFoundError', 'PermissionError', 'QueryError', 'RateLimitError'],
    ...['ResponseError', 'SignatureError', 'TimeoutError', 'TransportError', 'PaginationError', 'ConfigError'],
  ],
  huishouqian: [
    ...['ApiError', 'AuthenticationError', 'NotFoundError', 'PermissionError', 'QueryError', 'RateLimitError'],
    ...['ResponseError', 'SignatureError', 'TimeoutError', 'TransportError', 'PaginationError', 'ConfigError'],
  ],
  xiaoe: [
    ...['ApiError', 'AuthenticationError', 'NotFoundError', 'PermissionError', 'QueryError', 'RateLimitError'],
    ...['ResponseError', 'TimeoutError', 'TransportError', 'PaginationError', 'ConfigError', 'UnsupportedError'],
  ],
  'alipay-trade': alipayClasses,
  'alipay-risk': alipayClasses,
}

/** An error code is tested with its provider only; for the others it is just an unknown code. */
export function concerns(answer: string, provider: ProviderName): boolean {
  if (/^code \d{6}$/.test(answer)) return provider === 'huishouqian'
  const isAlipay = provider.startsWith('alipay')
  if (/^code [a-zA-Z]/.test(answer)) return isAlipay
  if (answer.startsWith('code ')) return provider === 'xiaoe' || answer === 'code -1'
  return provider === 'wechatpay' || !answer.startsWith('400 ')
}
