import { verify } from 'node:crypto'
import { parseObject } from '../json.js'
import { findRepeated, parsePairs } from '../pairs.js'
import type { IncomingRequest } from '../simulator.js'
import { parseBeijingText } from '../time.js'
import { type Failure, failureOf } from './errors.js'
import type { Platform } from './platform.js'

export const gatewayPath = '/gateway.do' as const

const maxSkewMs = 300_000
const contentType = /^application\/x-www-form-urlencoded; ?charset=utf-8$/i

type Parameters = Readonly<Record<string, string | undefined>>

/** An accepted call. */
export interface GatewayCall {
  readonly method: string
  readonly business: Readonly<Record<string, unknown>>
  /** The JSON text, in which integers have all their digits. */
  readonly businessText: string
}

/** The common parameters of the documentation that this gateway accepts, and the code when one is missing. */
const required: Readonly<Record<string, string>> = {
  app_id: 'isv.missing-app-id',
  method: 'isv.missing-method',
  format: 'isv.invalid-format',
  charset: 'isv.missing-charset',
  sign_type: 'isv.missing-signature-type',
  sign: 'isv.missing-signature',
  timestamp: 'isv.missing-timestamp',
  version: 'isv.missing-version',
}

/** Parses the query without any check; the last of repeated names counts. */
export function readQuery({ search }: IncomingRequest): Parameters {
  return Object.fromEntries(parsePairs(search ?? '', 'form') ?? [])
}

/**
 * Checks the common parameters, the signature and the form of a call: https://opendocs.alipay.com/common/02kf5q
 * Stricter than the service: common parameters stand in the query, only `biz_content` in the body, and no name twice.
 */
export function openGateway(
  request: IncomingRequest,
  platform: Platform,
  methods: readonly string[],
): GatewayCall | Failure {
  const query = parsePairs(request.search ?? '', 'form')
  const body = parsePairs(request.body, 'form')
  if (request.method !== 'POST' || query === null) return failureOf('isv.invalid-parameter')
  const names = query.map(([name]) => name)
  const repeated = findRepeated([...names, ...(body ?? []).map(([name]) => name)])
  if (repeated !== undefined) return failureOf('isv.suspected-attack', repeated)
  const parameters: Parameters = Object.fromEntries(query)
  const wrong = checkParameters(parameters, platform, methods, request.at)
  if (wrong !== null) return wrong
  if (!contentType.test(request.headers['content-type'] ?? '')) return failureOf('isv.invalid-charset', 'Content-Type')
  const [name, businessText] = body?.length === 1 ? (body[0] ?? []) : []
  if (name !== 'biz_content' || businessText === undefined) return failureOf('isv.missing-biz-content')
  const text = signedText({ ...parameters, biz_content: businessText })
  if (!isSigned(text, parameters.sign ?? '', platform)) return invalidSignature(text)
  const token = checkToken(parameters.app_auth_token, platform)
  if (token !== null) return token
  const business = parseObject(businessText)
  if (business === null) return failureOf('isv.invalid-parameter', 'biz_content')
  return { method: parameters.method ?? '', business, businessText }
}

/** The app is checked before the signature. */
function checkParameters(
  parameters: Parameters,
  platform: Platform,
  methods: readonly string[],
  now: number,
): Failure | null {
  const missing = Object.keys(required).find((name) => isEmpty(parameters[name]))
  if (missing !== undefined) return failureOf(required[missing] ?? null)
  const unknown = Object.keys(parameters).find((name) => !knownNames(platform).includes(name))
  if (unknown !== undefined) return failureOf('isv.invalid-parameter', unknown)
  const { method = '', timestamp = '' } = parameters
  if (parameters.app_id !== platform.appId) return failureOf('isv.invalid-app-id')
  if (!methods.includes(method)) return failureOf('isv.invalid-method')
  if (parameters.format !== 'JSON') return failureOf('isv.invalid-format')
  if (parameters.charset !== 'utf-8') return failureOf('isv.invalid-charset')
  if (parameters.sign_type !== 'RSA2') return failureOf('isv.invalid-signature-type')
  if (parameters.version !== '1.0') return failureOf('isv.invalid-version')
  const at = parseBeijingText(timestamp)
  if (at === null || Math.abs(at - now) > maxSkewMs) return failureOf('isv.invalid-timestamp')
  return checkCertificates(parameters, platform)
}

function knownNames({ certificates }: Platform): string[] {
  const serials = certificates === null ? [] : ['app_cert_sn', 'alipay_root_cert_sn']
  return [...Object.keys(required), 'app_auth_token', ...serials]
}

function checkCertificates(
  { app_cert_sn: app, alipay_root_cert_sn: root }: Parameters,
  { certificates }: Platform,
): Failure | null {
  if (certificates === null) return null
  if (isEmpty(app)) return failureOf('isv.missing-app-cert-sn')
  if (isEmpty(root)) return failureOf('isv.missing-root-cert-sn')
  if (app !== certificates.app.serialNo) return failureOf('isv.invalid-app-cert-sn')
  return root === certificates.root.serialNo ? null : failureOf('isv.invalid-root-cert-sn')
}

function checkToken(token: string | undefined, { appAuthToken }: Platform): Failure | null {
  if (appAuthToken === null)
    return token === undefined ? null : failureOf('aop.invalid-app-auth-token', '应用未获得商户授权')
  if (token === undefined) return failureOf('isv.invalid-auth-relations')
  return token === appAuthToken ? null : failureOf('aop.invalid-app-auth-token')
}

/** Sorted pairs with values as they are, `sign_type` included. */
function signedText(parameters: Parameters): string {
  return Object.entries(parameters)
    .filter(([name, value]) => name !== 'sign' && !isEmpty(value))
    .map(([name, value]) => `${name}=${value}`)
    .sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
    .join('&')
}

function nameOf(pair: string): string {
  return pair.slice(0, pair.indexOf('='))
}

function isSigned(text: string, base64: string, { app }: Platform): boolean {
  const signature = Buffer.from(base64, 'base64')
  return (
    signature.toString('base64') === base64 && verify('sha256', Buffer.from(text, 'utf8'), app.publicKey, signature)
  )
}

/** The response repeats the text that was verified, a token in it included. */
function invalidSignature(text: string): Failure {
  const escaped = text.replaceAll('&', '&amp;')
  return failureOf('isv.invalid-signature', `网关生成的验签字符串为：${escaped}`)
}

function isEmpty(value: string | undefined): boolean {
  return value === undefined || value === ''
}
