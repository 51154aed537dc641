import { createExpiryWarning } from '../../adapter-kit/certificate-expiry.js'
import type { AdapterRuntime, CallOptions } from '../../provider.js'
import { formatBeijing } from '../../time.js'
import { signParameters } from './auth.js'
import { parseEnvelope } from './envelope.js'
import { toApiError } from './error-codes.js'
import type { AlipayConfig } from './options.js'
import { type AppAuthTokens, createAppAuthTokens } from './token.js'

/** What the calls of one connection share. */
export interface Session {
  readonly config: AlipayConfig
  readonly runtime: AdapterRuntime
  readonly tokens: AppAuthTokens
  /** The capability that the application needs, for errors. */
  readonly capability: string
  /** Warns of certificates that are expired or about to expire; called before each use. */
  readonly warnOfExpiry: () => void
}

export function createSession(config: AlipayConfig, capability: string, runtime: AdapterRuntime): Session {
  return {
    config,
    runtime,
    tokens: createAppAuthTokens(config.appAuthToken, runtime),
    capability,
    warnOfExpiry: createExpiryWarnings(config, runtime),
  }
}

function createExpiryWarnings({ certificates }: AlipayConfig, runtime: AdapterRuntime): () => void {
  if (certificates === null) return () => {}
  const soon = "download the new one in Alipay's console, and replace alipayCert"
  const warnOfAlipay = createExpiryWarning([certificates.alipay], runtime, { soon, expired: soon })
  const ownSoon = "have it renewed in Alipay's console, and replace appCert"
  const warnOfApp = createExpiryWarning([certificates.app], runtime, {
    soon: ownSoon,
    expired: ownSoon,
    owner: 'application',
  })
  return () => {
    warnOfAlipay()
    warnOfApp()
  }
}

export interface ApiCall {
  readonly operation: 'list' | 'get' | 'history'
  readonly method: string
  /** `biz_content`; undefined fields are not sent. */
  readonly content: object
}

/** A signed POST whose response is verified before `parse` gets the member of its method. */
export function signedPost<T>(
  { config, runtime, tokens, capability, warnOfExpiry }: Session,
  { operation, method, content }: ApiCall,
  options: CallOptions,
  parse: (content: Readonly<Record<string, unknown>>) => T,
): Promise<T> {
  const { alipayKey, certificates } = config
  const verifier = { alipayKey, alipayCertSn: certificates?.alipay.certSn ?? null }
  const facts = { operation, capability, tokenHint: tokens.hint }
  let token: string | null = null
  warnOfExpiry()
  return runtime.send(
    {
      operation,
      quota: operation,
      async prepare({ signal }) {
        token = await tokens.current({ signal, timeoutMs: options.timeoutMs })
      },
      async authorise({ now }) {
        const bizContent = JSON.stringify(content)
        const parameters = commonParameters(config, method, token, now)
        const sign = await signParameters({ ...parameters, biz_content: bizContent }, config.sign, options)
        return {
          method: 'POST',
          url: `${config.baseUrl}/gateway.do?${encode({ ...parameters, sign })}`,
          headers: {
            Accept: 'application/json',
            'Content-Type': 'application/x-www-form-urlencoded;charset=utf-8',
          },
          body: encode({ biz_content: bizContent }),
        }
      },
      read: (response) => parse(parseEnvelope(response, method, verifier, facts)),
      refuse: (response) => toApiError(response, runtime.now()),
      recover: (error) => tokens.mayRenew(error),
    },
    options,
  )
}

/** @param now milliseconds since 1970; sent as Beijing time */
function commonParameters(
  { appId, certificates }: AlipayConfig,
  method: string,
  token: string | null,
  now: number,
): Record<string, string> {
  return {
    app_id: appId,
    method,
    format: 'JSON',
    // In the URL, or the gateway reads the body in another charset before it verifies it.
    charset: 'utf-8',
    sign_type: 'RSA2',
    timestamp: formatBeijing(now, 'YYYY-MM-DD HH:mm:ss'),
    version: '1.0',
    ...(token === null ? {} : { app_auth_token: token }),
    ...(certificates === null
      ? {}
      : { app_cert_sn: certificates.app.certSn, alipay_root_cert_sn: certificates.rootSn }),
  }
}

function encode(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
}
