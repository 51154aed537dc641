import { Writable } from 'node:stream'
import { type Io, outputError } from '../../src/cli/io.js'
import { run } from '../../src/cli/program.js'
import { StopRequested, stopped } from '../../src/cli/stopped.js'
import type { Sandbox } from '../../src/sandbox/index.js'

export interface Outcome {
  code: number
  out: string
  err: string
  /** stdout and stderr in the order of their writes. */
  screen: string
}

export interface World {
  env?: Record<string, string | undefined>
  now?: () => number
  /** Whether stdout and stderr are terminals. */
  isTerminal?: boolean
  /** Called with all of stdout so far; true stops the command. */
  stopWhen?: (written: string) => boolean
  /** Resolves when the reader of stdout has consumed a write. */
  reader?: () => Promise<void>
  /** Number of characters on stdout after which the disk is full. */
  fullAfter?: number
}

/** Runs one command line with its own streams. */
export async function cli(argv: readonly string[], world: World = {}): Promise<Outcome> {
  const stop = new AbortController()
  const texts = { out: '', err: '', screen: '' }
  const sink = (name: 'out' | 'err'): Io['stdout'] =>
    Object.assign(
      new Writable({
        write(chunk, _, done) {
          if (name === 'out' && texts.out.length >= (world.fullAfter ?? Number.POSITIVE_INFINITY))
            return done(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }))
          texts[name] += chunk.toString('utf8')
          texts.screen += chunk.toString('utf8')
          if (name === 'out' && world.stopWhen?.(texts.out) === true) stop.abort(new StopRequested(stopped, 130))
          if (world.reader === undefined) done()
          else world.reader().then(() => done(), done)
        },
      }),
      { isTTY: world.isTerminal ?? false },
    )
  const stdout = sink('out')
  stdout.on('error', (error) => stop.abort(outputError(error)))
  const code = await run(
    argv,
    {
      stdout,
      stderr: sink('err'),
      env: { LANG: 'en_US.UTF-8', ...world.env },
      now: world.now ?? Date.now,
      stop: stop.signal,
    },
    '1.2.3',
  )
  return { code, ...texts }
}

/** The variables that `sandbox` prints, with secrets as values instead of files. */
export function sandboxEnvironment(
  sandbox: Sandbox,
  files: (name: string, content: string) => string,
): Record<string, string> {
  const { wechatpay, huishouqian, xiaoe } = sandbox
  return {
    WECHATPAY_MCHID: wechatpay.mchid,
    WECHATPAY_SERIAL_NO: wechatpay.serialNo,
    WECHATPAY_PRIVATE_KEY_FILE: files('key.pem', wechatpay.privateKey),
    WECHATPAY_PUBLIC_KEY_ID: wechatpay.publicKeyId ?? '',
    WECHATPAY_PUBLIC_KEY_FILE: files('pub.pem', wechatpay.publicKey ?? ''),
    WECHATPAY_API_V3_KEY: wechatpay.apiV3Key,
    WECHATPAY_BASE_URL: wechatpay.baseUrl,
    HUISHOUQIAN_MERCHANT_NO: huishouqian.merchantNo,
    HUISHOUQIAN_SIGN_TYPE: huishouqian.signType,
    HUISHOUQIAN_KEY: huishouqian.key,
    HUISHOUQIAN_PRIVATE_KEY_FILE: files('hsq.pem', huishouqian.privateKey),
    HUISHOUQIAN_PLATFORM_CERTIFICATE_FILES: files('hsq.cer', huishouqian.platformCertificate),
    HUISHOUQIAN_BASE_URL: huishouqian.baseUrl,
    XIAOE_APP_ID: xiaoe.appId,
    XIAOE_CLIENT_ID: xiaoe.clientId,
    XIAOE_SECRET_KEY: xiaoe.secretKey,
    XIAOE_BASE_URL: xiaoe.baseUrl,
  }
}
