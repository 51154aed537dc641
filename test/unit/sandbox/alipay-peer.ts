import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sandbox, SandboxAlipay } from '../../../src/sandbox/index.js'
import { type RawAnswer, send } from './raw.js'

export type Product = 'alipayTrade' | 'alipayRisk'

export const methods = {
  alipayTrade: { list: 'alipay.merchant.tradecomplain.batchquery', get: 'alipay.merchant.tradecomplain.query' },
  alipayRisk: {
    list: 'alipay.security.risk.complaint.info.batchquery',
    get: 'alipay.security.risk.complaint.info.query',
  },
} as const

export type Fields = Record<string, string | undefined>

/** Runs openssl on files with these contents, whose names replace theirs in the arguments. */
function openssl(args: readonly string[], files: Readonly<Record<string, string | Buffer>>, input?: Buffer): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'alipay-'))
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    return execFileSync(
      'openssl',
      args.map((arg) => (arg in files ? join(folder, arg) : arg)),
      { input, stdio: ['pipe', 'pipe', 'pipe'] },
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function signByOpenssl(text: string, privateKey: string): string {
  return openssl(['dgst', '-sha256', '-sign', 'key'], { key: privateKey }, Buffer.from(text)).toString('base64')
}

/** Whether openssl finds that the bytes were signed. */
export function isSignedByOpenssl(bytes: Buffer, base64: string, publicKey: string): boolean {
  try {
    const files = { key: publicKey, signature: Buffer.from(base64, 'base64') }
    openssl(['dgst', '-sha256', '-verify', 'key', '-signature', 'signature'], files, bytes)
    return true
  } catch {
    return false
  }
}

/** The public key of a certificate, by openssl. */
export function publicKeyOf(certificate: string): string {
  return openssl(['x509', '-noout', '-pubkey'], {}, Buffer.from(certificate)).toString()
}

/** Whether openssl finds that the certificate leads to one of the roots. */
export function isIssuedBy(certificate: string, roots: string): boolean {
  try {
    openssl(['verify', '-CAfile', 'roots', 'certificate'], { roots, certificate })
    return true
  } catch {
    return false
  }
}

/** Issuer as openssl prints it, and the decimal serial. */
export function issuerAndSerial(certificate: string): { issuer: string; serial: string } {
  const args = ['x509', '-noout', '-issuer', '-serial', '-nameopt', 'RFC2253,sep_comma_plus']
  const [issuer = '', serial = ''] = openssl(args, {}, Buffer.from(certificate)).toString().split('\n')
  return { issuer: issuer.replace('issuer=', ''), serial: BigInt(`0x${serial.replace('serial=', '')}`).toString() }
}

/** `yyyy-MM-dd HH:mm:ss` in Beijing. */
export function beijing(instant: number): string {
  return new Date(instant + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}

export interface Tweaks {
  /** Common parameters; undefined leaves one out. */
  readonly query?: Fields
  /** Pairs of the form, in place of `biz_content` alone. */
  readonly form?: string
  readonly headers?: Record<string, string>
  readonly sign?: (text: string) => string
  /** Appended to the query after everything was signed. */
  readonly behind?: string
  readonly path?: string
}

/** A call as Alipay's documentation has it, with changes. */
export function call(
  { appId, privateKey, appAuthToken, baseUrl }: SandboxAlipay,
  method: string,
  business: unknown,
  tweaks: Tweaks = {},
): Promise<RawAnswer> {
  const content = typeof business === 'string' ? business : JSON.stringify(business)
  const query: Fields = {
    app_id: appId,
    method,
    format: 'JSON',
    charset: 'utf-8',
    sign_type: 'RSA2',
    timestamp: beijing(Date.now()),
    version: '1.0',
    app_auth_token: appAuthToken,
    ...tweaks.query,
  }
  const given = Object.entries({ ...query, biz_content: content }).filter(([, value]) => value !== undefined)
  const text = given
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('&')
  const sign = (tweaks.sign ?? ((signed: string) => signByOpenssl(signed, privateKey)))(text)
  const common = Object.entries({ ...query, sign: 'sign' in query ? query.sign : sign }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  )
  const form = tweaks.form ?? `biz_content=${encodeURIComponent(content)}`
  const search = common.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  return send(`${baseUrl}${tweaks.path ?? '/gateway.do'}?${search}${tweaks.behind ?? ''}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded;charset=utf-8', ...tweaks.headers },
    body: form,
  })
}

/** What a response says, and the bytes of its member. */
export interface Opened {
  readonly name: string
  readonly member: Buffer
  readonly value: Readonly<Record<string, unknown>>
  readonly sign: string | undefined
  readonly serialNo: string | undefined
}

/** Takes a response apart; the value's bytes are found by counting brackets outside of strings. */
export function open({ bytes }: Pick<RawAnswer, 'bytes'>, charset = 'utf-8'): Opened {
  const text = new TextDecoder(charset, { fatal: true }).decode(bytes)
  const { sign, alipay_cert_sn: serialNo, ...others } = JSON.parse(text)
  const [name = ''] = Object.keys(others)
  const from = text.indexOf('{', text.indexOf(`"${name}":`))
  let depth = 0
  let isText = false
  let to = from
  do {
    const character = text[to]
    if (isText && character === '\\') to += 1
    else if (character === '"') isText = !isText
    else if (!isText && character === '{') depth += 1
    else if (!isText && character === '}') depth -= 1
    to += 1
  } while (depth > 0)
  const before = text.slice(0, from)
  const start = charset === 'gbk' ? gbkLength(before) : Buffer.byteLength(before)
  const length = charset === 'gbk' ? gbkLength(text.slice(from, to)) : Buffer.byteLength(text.slice(from, to))
  return { name, member: bytes.subarray(start, start + length), value: others[name], sign, serialNo }
}

function gbkLength(text: string): number {
  return [...text].reduce((length, character) => length + (character < '\x80' ? 1 : 2), 0)
}

/** Asks and takes the response apart. */
export async function ask(
  sandbox: Sandbox,
  product: Product,
  what: 'list' | 'get',
  business: unknown,
  tweaks: Tweaks = {},
): Promise<Opened> {
  return open(await call(sandbox[product], methods[product][what], business, tweaks))
}
