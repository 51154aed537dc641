import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/index.js'
import { exitCodes } from '../exit-codes.js'
import { type Io, write, writeNote } from '../io.js'
import { resolveLanguage, type Text } from '../language.js'
import { parseInterval } from '../range.js'

export interface SandboxFlags {
  readonly complaints?: number
  readonly seed?: number
  readonly arrivals?: string
  readonly signType?: 'RSA2' | 'CFCA'
  readonly shell: 'sh' | 'powershell'
  readonly output?: string
  readonly lang?: string
}

/** Runs local servers of four providers until it is stopped, and prints the variables that configure them. */
export async function sandbox(flags: SandboxFlags, io: Io): Promise<number> {
  const { complaints, seed, arrivals, signType } = flags
  const arrivalsEveryMs = arrivals === undefined ? null : parseInterval(arrivals, '--arrivals')
  const servers = await startSandbox({
    complaints: countsOf(complaints),
    ...(seed === undefined ? {} : { seed }),
    ...(arrivalsEveryMs === null ? {} : { arrivalsEveryMs }),
    ...(signType === undefined ? {} : { signType }),
  })
  const folder = await mkdtemp(join(tmpdir(), 'unified-complaints-'))
  const removeKeys = (): void => rmSync(folder, { recursive: true, force: true })
  // A second signal exits at once; the key files must be removed then, too.
  process.once('exit', removeKeys)
  try {
    const lines = (await writeEnvironment(servers, folder)).map(([name, value]) =>
      shellAssignment(name, value, flags.shell),
    )
    const lineEnd = flags.shell === 'powershell' ? '\r\n' : '\n'
    const text = lines.map((line) => line + lineEnd).join('')
    // Windows PowerShell reads a script without a byte order mark in the code page of the system.
    const mark = flags.shell === 'powershell' ? '\ufeff' : ''
    if (flags.output === undefined) await write(io, text)
    else await writeFile(flags.output, mark + text, { mode: 0o600 })
    const load = flags.output === undefined ? null : loadCommand(flags.output, flags.shell)
    writeNote(io, runningText(servers.truth.length, load)[resolveLanguage(flags.lang, io.env)])
    if (!io.stop.aborted) await once(io.stop, 'abort')
    return exitCodes.done
  } finally {
    removeKeys()
    process.off('exit', removeKeys)
    await servers.close()
  }
}

const defaultComplaints = 60

/** Variables configure one product of Alipay at a time: the other one has no complaints. */
function countsOf(each: number = defaultComplaints): NonNullable<SandboxOptions['complaints']> {
  return { wechatpay: each, huishouqian: each, xiaoe: each, 'alipay-trade': each }
}

/** @param load the command that loads the variables from their file; null: they were printed */
function runningText(complaints: number, load: string | null): Text {
  const list = 'npx unified-complaints list --since 30d'
  return {
    zh: `四家渠道的模拟服务器正在运行，共有 ${complaints} 条虚构的投诉，按 Ctrl-C 停止。请在另一个终端${load === null ? '粘贴上面的内容' : `执行：${load}`}，然后执行：${list}`,
    en: `servers of four providers with ${complaints} made-up complaints are running; Ctrl-C stops them. In another terminal, ${load === null ? 'paste the lines above' : `run: ${load}`}, then run: ${list}`,
  }
}

/** Writes keys to files that only their owner can read; returns the variables that name them. */
async function writeEnvironment(servers: Sandbox, folder: string): Promise<[name: string, value: string][]> {
  const { wechatpay, huishouqian, xiaoe, alipayTrade } = servers
  const file = async (name: string, content: string | undefined): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, content ?? '', { mode: 0o600 })
    return path
  }
  return [
    ['WECHATPAY_MCHID', wechatpay.mchid],
    ['WECHATPAY_SERIAL_NO', wechatpay.serialNo],
    ['WECHATPAY_PRIVATE_KEY_FILE', await file('apiclient_key.pem', wechatpay.privateKey)],
    ['WECHATPAY_PUBLIC_KEY_ID', wechatpay.publicKeyId ?? ''],
    ['WECHATPAY_PUBLIC_KEY_FILE', await file('pub_key.pem', wechatpay.publicKey)],
    ['WECHATPAY_API_V3_KEY_FILE', await file('apiv3.key', wechatpay.apiV3Key)],
    ['WECHATPAY_BASE_URL', wechatpay.baseUrl],
    ['HUISHOUQIAN_MERCHANT_NO', huishouqian.merchantNo],
    ['HUISHOUQIAN_SIGN_TYPE', huishouqian.signType],
    ['HUISHOUQIAN_KEY_FILE', await file('huishouqian.key', huishouqian.key)],
    ['HUISHOUQIAN_PRIVATE_KEY_FILE', await file('huishouqian_pri.pem', huishouqian.privateKey)],
    ['HUISHOUQIAN_PLATFORM_CERTIFICATE_FILES', await file('huishouqian_pub.cer', huishouqian.platformCertificate)],
    ['HUISHOUQIAN_BASE_URL', huishouqian.baseUrl],
    ['XIAOE_APP_ID', xiaoe.appId],
    ['XIAOE_CLIENT_ID', xiaoe.clientId],
    ['XIAOE_SECRET_KEY_FILE', await file('xiaoe_secret.key', xiaoe.secretKey)],
    ['XIAOE_BASE_URL', xiaoe.baseUrl],
    ['ALIPAY_PRODUCT', 'trade'],
    ['ALIPAY_APP_ID', alipayTrade.appId],
    ['ALIPAY_PRIVATE_KEY_FILE', await file('alipay_app_key.pem', alipayTrade.privateKey)],
    ['ALIPAY_PUBLIC_KEY_FILE', await file('alipay_public_key.pem', alipayTrade.alipayPublicKey)],
    ['ALIPAY_BASE_URL', alipayTrade.baseUrl],
  ]
}

function shellAssignment(name: string, value: string, shell: SandboxFlags['shell']): string {
  return shell === 'powershell'
    ? `$env:${name} = '${value.replaceAll("'", "''")}'`
    : `export ${name}='${value.replaceAll("'", "'\\''")}'`
}

/** The command that sets the variables of a file. */
function loadCommand(path: string, shell: SandboxFlags['shell']): string {
  const isBare = basename(path) === path
  if (shell === 'powershell') return `. ${isBare ? `.\\${path}` : path}`
  return `. ${isBare ? `./${path}` : path}`
}
