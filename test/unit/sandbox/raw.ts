import { createPrivateKey, randomBytes, sign } from 'node:crypto'
import { request } from 'node:http'
import type { Sandbox } from '../../../src/sandbox/index.js'

export interface RawAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
  bytes: Buffer
}

/** Sends exactly what it is given: no header is added but Host, Connection and Content-Length. */
export function send(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<RawAnswer> {
  const { method = 'GET', headers = {}, body } = options
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers: { ...headers, ...length }, agent: false }, (reply) => {
      const chunks: Buffer[] = []
      reply.on('data', (chunk: Buffer) => chunks.push(chunk))
      reply.on('error', reject)
      reply.on('end', () => {
        const bytes = Buffer.concat(chunks)
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: bytes.toString('utf8'), bytes })
      })
    })
    call.on('error', reject)
    call.end(body)
  })
}

export interface WechatPayTweaks {
  headers?: Record<string, string | undefined>
  authorization?: Partial<Record<'mchid' | 'nonce_str' | 'timestamp' | 'serial_no' | 'signature', string>>
  /** What is signed where it differs from what is sent. */
  signedPath?: string
  scheme?: string
  /** Another host than the primary one. */
  baseUrl?: string
}

export function wechatPayGet(sandbox: Sandbox, path: string, tweaks: WechatPayTweaks = {}): Promise<RawAnswer> {
  const { mchid, serialNo, privateKey, publicKeyId, baseUrl } = sandbox.wechatpay
  const nonce = tweaks.authorization?.nonce_str ?? randomBytes(16).toString('hex')
  const timestamp = tweaks.authorization?.timestamp ?? String(Math.floor(Date.now() / 1000))
  const text = `GET\n${tweaks.signedPath ?? path}\n${timestamp}\n${nonce}\n\n`
  const signature = sign('sha256', Buffer.from(text), createPrivateKey(privateKey)).toString('base64')
  const fields = { mchid, nonce_str: nonce, timestamp, serial_no: serialNo, signature, ...tweaks.authorization }
  const list = Object.entries(fields).map(([name, value]) => `${name}="${value}"`)
  const headers: Record<string, string | undefined> = {
    Accept: 'application/json',
    'User-Agent': 'raw-test',
    'Accept-Language': 'zh-CN',
    'Wechatpay-Serial': publicKeyId,
    Authorization: `${tweaks.scheme ?? 'WECHATPAY2-SHA256-RSA2048'} ${list.join(',')}`,
    ...tweaks.headers,
  }
  return send(`${tweaks.baseUrl ?? baseUrl}${path}`, { headers: withoutUndefined(headers) })
}

export async function xiaoeToken(sandbox: Sandbox): Promise<string> {
  const { appId, clientId, secretKey, baseUrl } = sandbox.xiaoe
  const query = `app_id=${appId}&client_id=${clientId}&secret_key=${secretKey}&grant_type=client_credential`
  const answer = JSON.parse((await send(`${baseUrl}/token?${query}`)).body) as { data: { access_token: string } }
  return answer.data.access_token
}

export const xiaoeListPath: string = '/xe.pay_through.complaint_record.xe.b_complaints.list/1.0.0'

export function xiaoePost(
  sandbox: Sandbox,
  fields: object,
  headers: Record<string, string> = { 'Content-Type': 'application/json' },
): Promise<RawAnswer> {
  return send(`${sandbox.xiaoe.baseUrl}${xiaoeListPath}`, { method: 'POST', headers, body: JSON.stringify(fields) })
}

function withoutUndefined(headers: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
