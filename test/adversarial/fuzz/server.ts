import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { alipayPage, alipayPlace, isAlipay, memberOf, sealAlipay } from './alipay.js'
import { type Dice, pick } from './dice.js'
import { mutate } from './mutate.js'
import {
  certificatesAnswer,
  decipherRequest,
  envelopeOf,
  keys,
  type Mode,
  type Sealed,
  sealWechatPay,
  signHuishouqian,
} from './platform.js'
import { historyOf, idOf, rowOf } from './rows.js'

/** How a list answers to where one is in it. */
const pagings = [
  'honest',
  'repeats',
  'endless',
  'endlessTotal',
  'anyTotal',
  'tooMany',
  'emptyPromised',
  'oneRow',
  'anyRows',
] as const
export type Paging = (typeof pagings)[number]

/** How hostile one server is; the dice are its own. */
export interface Hostility {
  readonly paging: Paging
  readonly rows: number
  /** One answer in so many is changed before it is proven; 0: none. */
  readonly changes: number
  /** One answer in so many is wrapped in a strange way after it was proven; 0: none. */
  readonly wraps: number
}

export interface HostileServer {
  readonly baseUrl: string
  /** How many requests came, by what they were for. */
  readonly counts: Record<'list' | 'get' | 'history' | 'token' | 'certificates' | 'other', number>
  close(): Promise<void>
}

export function hostilityOf(roll: Dice): Hostility {
  return {
    paging: roll(2) === 0 ? 'honest' : pick(roll, pagings),
    rows: roll(30),
    changes: pick(roll, [0, 1, 1, 2, 4]),
    wraps: pick(roll, [0, 0, 0, 2, 6]),
  }
}

/** For tests of one thing: how an answer is written before it is proven, and what becomes of it after. */
export interface Hands {
  write?(content: unknown, what: keyof HostileServer['counts']): Buffer
  onWay?(sealed: Sealed): Sealed
}

export async function startHostileServer(
  mode: Mode,
  hostility: Hostility,
  roll: Dice,
  { write, onWay = (sealed) => sealed }: Hands = {},
): Promise<HostileServer> {
  const counts: HostileServer['counts'] = { list: 0, get: 0, history: 0, token: 0, certificates: 0, other: 0 }
  const server = createServer(async (message, reply) => {
    const body = await textOf(message)
    const asked = askedOf(mode, message.url ?? '', body)
    counts[asked.what] += 1
    const { status, ...sealed } = answer(mode, asked, hostility, roll, write)
    const { headers, body: bytes } = onWay(sealed)
    reply.writeHead(status, headers)
    reply.end(bytes)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

interface Asked {
  readonly what: keyof HostileServer['counts']
  readonly skip: number
  readonly limit: number
  readonly id: string
}

/** Only what the answer depends on; how requests must look is the sandbox's matter. */
function askedOf(mode: Mode, target: string, body: string): Asked {
  const url = new URL(target, 'http://127.0.0.1')
  const asked = { what: 'other', skip: 0, limit: 50, id: '' } as const
  if (isAlipay(mode)) return alipayPlace(url, body)
  if (mode.startsWith('huishouqian')) return { ...asked, ...huishouqianPlace(mode, body) }
  if (mode === 'xiaoe') {
    if (url.pathname === '/token') return { ...asked, what: 'token' }
    const { page = 1, page_size: limit = 50, complaint_id: id = '' } = JSON.parse(body)
    if (url.pathname.includes('info.get')) return { ...asked, what: 'history', id }
    return { what: id === '' ? 'list' : 'get', skip: (page - 1) * limit, limit, id }
  }
  if (url.pathname === '/v3/certificates') return { ...asked, what: 'certificates' }
  const [, id = '', history] = /complaints-v2(?:\/([^/]+)(\/negotiation-historys)?)?$/.exec(url.pathname) ?? []
  const place = { skip: Number(url.searchParams.get('offset')), limit: Number(url.searchParams.get('limit')), id }
  if (history !== undefined) return { what: 'history', ...place }
  return { what: url.pathname.includes('complaints-v2') ? (id === '' ? 'list' : 'get') : 'other', ...place }
}

function huishouqianPlace(mode: Mode, body: string): Partial<Asked> & Pick<Asked, 'what'> {
  const form = new URLSearchParams(body)
  const content = form.get('signContent') ?? ''
  const fields = JSON.parse(mode === 'huishouqian CFCA' ? decipherRequest(content) : content)
  const { offset: skip = 0, limit = 10, complaintId: id = '' } = fields
  const what = form.get('method') !== 'COMPLAINT_QUERY' ? 'history' : id === '' ? 'list' : 'get'
  return { what, skip, limit, id }
}

interface Answer extends Sealed {
  readonly status: number
}

function answer(mode: Mode, asked: Asked, hostility: Hostility, roll: Dice, write: Hands['write']): Answer {
  const change = hostility.changes > 0 && roll(hostility.changes) === 0
  const bytesOf = (value: unknown): Buffer =>
    write?.(value, asked.what) ?? (change ? mutate(value, roll) : Buffer.from(JSON.stringify(value)))
  const sealed = seal(mode, asked.what, contentOf(mode, asked, hostility, roll), bytesOf, change, roll)
  const wrapped = hostility.wraps > 0 && roll(hostility.wraps) === 0 ? wrap(sealed, roll) : sealed
  const status = change && roll(10) === 0 ? pick(roll, [201, 204, 302, 400, 401, 403, 404, 500, 503, 299, 599]) : 200
  return { status, ...wrapped }
}

function contentOf(mode: Mode, asked: Asked, hostility: Hostility, roll: Dice): unknown {
  if (asked.what === 'token') return { access_token: 'token-made-up', expires_in: 7200 }
  if (asked.what === 'certificates') return certificatesAnswer()
  if (asked.what === 'history') {
    const count = hostility.paging === 'endless' ? asked.limit : Math.max(0, Math.min(asked.limit, 7 - asked.skip))
    return historyOf(mode, asked.id, asked.skip, count)
  }
  if (asked.what === 'get' && mode.startsWith('wechatpay')) return { ...rowOf(mode, 1), complaint_id: asked.id }
  if (isAlipay(mode) && asked.what === 'get') {
    const count = hostility.paging === 'endless' ? 3_000 : 7
    const replies = historyOf(mode, asked.id, 0, count)
    return { code: '10000', msg: 'Success', ...rowOf(mode, 1), ...idField(mode, asked.id), reply_detail_infos: replies }
  }
  const [numbers, total] = pageOf(asked, hostility, roll)
  const rows = asked.what === 'get' ? [rowOf(mode, 1)] : numbers.map((number) => rowOf(mode, number))
  if (mode === 'xiaoe') return { list: rows, total }
  if (isAlipay(mode)) return alipayPage(mode, rows, total)
  if (mode.startsWith('huishouqian')) return { data: rows, offset: asked.skip, totalSize: total }
  return { data: rows, limit: asked.limit, offset: asked.skip, total_count: total }
}

function idField(mode: Mode, id: string): Record<string, unknown> {
  return mode === 'alipay trade' ? { complain_event_id: id } : { id }
}

function pageOf({ skip, limit }: Asked, { paging, rows }: Hostility, roll: Dice): [numbers: number[], total: unknown] {
  const from = (start: number, count: number): number[] =>
    Array.from({ length: Math.max(0, count) }, (_, index) => start + index)
  const few = Math.min(limit, 8)
  switch (paging) {
    case 'honest':
      return [from(skip, Math.min(limit, rows - skip)), rows]
    case 'repeats':
      return [from(0, few), rows + 1000]
    case 'endless':
      return [from(skip, few), skip + 2 * limit]
    case 'endlessTotal':
      return [from(skip, Math.min(limit, rows - skip)), Number.MAX_SAFE_INTEGER]
    case 'anyTotal':
      return [
        from(skip, Math.min(limit, rows - skip)),
        pick(roll, [0, -1, 1.5, '7', 'x', null, rows, rows - 1, 1e15, []]),
      ]
    case 'tooMany':
      return [from(skip, Math.min(3 * few, 3 * rows - skip)), rows]
    case 'emptyPromised':
      return [[], rows + 5]
    case 'oneRow':
      return [from(skip, Math.min(1, rows - skip)), rows]
    case 'anyRows':
      return [from(0, few).map(() => roll(rows + 1)), rows]
  }
}

function seal(
  mode: Mode,
  what: Asked['what'],
  content: unknown,
  bytesOf: (value: unknown) => Buffer,
  change: boolean,
  roll: Dice,
): Sealed {
  const headers = { 'content-type': 'application/json' }
  if (mode.startsWith('wechatpay')) return sealWechatPay(mode, bytesOf(content))
  if (isAlipay(mode)) {
    const member = memberOf(mode, what)
    const isInside = !change || roll(3) > 0
    if (isInside) return { headers, body: sealAlipay(member, bytesOf(content)) }
    return { headers, body: bytesOf(JSON.parse(sealAlipay(member, Buffer.from(JSON.stringify(content))).toString())) }
  }
  if (mode === 'xiaoe') return { headers, body: bytesOf({ code: 0, msg: 'ok', data: content }) }
  // Its content, or the envelope around it.
  if (!change || roll(3) > 0) {
    const result = bytesOf(content)
    const envelope = { success: true, errorCode: null, errorMsg: null, ...envelopeOf(mode, result) }
    return { headers, body: Buffer.from(JSON.stringify(envelope)) }
  }
  if (roll(2) === 0) {
    const [errorCode, errorMsg] = [pick(roll, ['000001', '130003', '130004', '', 'x', '__proto__']), '失败']
    const sign = signHuishouqian(`errorCode=${errorCode}&errorMsg=${errorMsg}&success=false&key=${keys.merchantKey}`)
    return { headers, body: bytesOf({ success: false, errorCode, errorMsg, result: null, sign }) }
  }
  const proven = envelopeOf(mode, Buffer.from(JSON.stringify(content)))
  return { headers, body: bytesOf({ success: true, errorCode: null, errorMsg: null, ...proven }) }
}

/** What a wire may add to, or take from, an answer that is right. */
function wrap({ headers, body }: Sealed, roll: Dice): Sealed {
  const labelled = (encoding: string, bytes: Buffer): Sealed => ({
    headers: { ...headers, 'content-encoding': encoding },
    body: bytes,
  })
  switch (roll(10)) {
    case 0:
      return labelled('gzip', gzipSync(body))
    case 1:
      return labelled('br', brotliCompressSync(body))
    case 2:
      return labelled('deflate', deflateSync(body))
    case 3:
      return labelled(
        pick(roll, ['gzip', 'br', 'deflate', 'zstd', 'compress', 'identity', 'x-made-up', 'gzip, gzip']),
        body,
      )
    case 4:
      return labelled('gzip', gzipSync(body).subarray(0, roll(60)))
    case 5:
      return labelled('gzip, gzip', gzipSync(gzipSync(body)))
    case 6:
      return {
        headers: {
          ...headers,
          'content-type': pick(roll, ['text/html', 'image/png', '', 'x', 'application/json; charset=gbk']),
        },
        body,
      }
    case 7:
      return { headers: { ...headers, ...strangeHeaders(roll) }, body }
    case 8:
      return { headers: Object.fromEntries(Object.entries(headers).filter(() => roll(3) > 0)), body }
    default:
      return labelled('gzip', gzipSync(Buffer.concat([body, Buffer.alloc(1 + roll(2_000_000), 0x20)])))
  }
}

function strangeHeaders(roll: Dice): Record<string, string> {
  const name = pick(roll, [
    '__proto__',
    'constructor',
    'set',
    'get',
    'has',
    'toString',
    'toJSON',
    'location',
    'retry-after',
    'date',
    'x',
  ])
  return Object.fromEntries([[name, pick(roll, ['', 'x', '99999999999', '-1', 'A'.repeat(9000), '1e9'])]])
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** Ids that a plan may ask for. */
export function askableId(mode: Mode, roll: Dice): string {
  return idOf(mode, roll(3) === 0 ? 1 : roll(40))
}
