import type { ConnectedAccount } from '../client/connect.js'
import { addContext, ComplaintError } from '../errors.js'
import type { Label } from '../labels/tables.js'
import type { Complaint, ProviderName } from '../model.js'
import type { CallOptions } from '../provider.js'
import { addDays, beijingDay } from '../time.js'
import { adviceFor, findAdvice } from './advice.js'
import { checkCertificate } from './certificate-check.js'
import { checkClock } from './clock-check.js'
import type { CheckResult } from './finding.js'
import { checkMerchant } from './merchant-check.js'

const callLimits = { maxRetries: 1, timeoutMs: 15_000 }

/**
 * Runs all checks of one account. Sends one list request of one row, and one request for the key of notifications.
 * @param others all accounts, to find those of the same merchant
 * @param now milliseconds since 1970
 * @throws the reason of `signal` on abort
 */
export async function checkAccount(
  account: ConnectedAccount<Complaint>,
  others: readonly ConnectedAccount<Complaint>[],
  signal: AbortSignal,
  now: () => number,
): Promise<CheckResult[]> {
  const { diagnostics } = account.connection
  const options: CallOptions = { ...callLimits, signal, semaphore: account.semaphore }
  const request = await checkRequest(account, options, now())
  // The clock of the test or caller may be another one than that of the connection.
  const aheadMs = hadResponse(request.error) ? account.runtime.clockAheadMs() : null
  const clock = checkClock(
    aheadMs === null ? null : aheadMs + account.runtime.now() - now(),
    diagnostics?.maxClockSkewMs ?? null,
  )
  return [
    optionsAreValid,
    ...checkMerchant(account, others),
    ...(diagnostics?.certificates ?? []).map((certificate) => checkCertificate(certificate, now())),
    clock,
    request,
    ...(diagnostics?.checkNotificationKey === undefined || request.status !== 'ok'
      ? []
      : [notificationKeyResult(await diagnostics.checkNotificationKey(options), account.info.provider)]),
  ]
}

const optionsAreValid: CheckResult = {
  check: 'options',
  status: 'ok',
  text: { zh: '配置完整，密钥可用', en: 'the options are complete and the keys can be used' },
  advice: null,
}

const verifiedResponse: Label = {
  zh: '签名请求成功，应答验签通过',
  en: 'a signed request succeeded, and its response was verified',
}

const unsignedResponse: Label = {
  zh: '请求成功（该渠道的应答没有签名，由 TLS 保护）',
  en: 'a request succeeded (this provider does not sign its responses; TLS protects them)',
}

/** Requests one row of yesterday: the cheapest list request, signed with the same keys as all others. */
async function checkRequest(
  { connection, info }: ConnectedAccount<Complaint>,
  options: CallOptions,
  now: number,
): Promise<CheckResult> {
  const today = beijingDay(now)
  const page = { begin: addDays(today, -1), end: today, merchant: undefined, merchantOrderNo: undefined }
  try {
    await connection.listPage({ ...page, skip: 0, limit: 1 }, options)
    return {
      check: 'request',
      status: 'ok',
      text: connection.diagnostics?.signsResponses === false ? unsignedResponse : verifiedResponse,
      advice: null,
    }
  } catch (error) {
    options.signal?.throwIfAborted()
    const { provider, account } = info
    if (ComplaintError.isInstance(error)) addContext(error, { provider, account, operation: 'list' })
    return {
      check: 'request',
      status: 'failed',
      text: { zh: '签名请求失败', en: error instanceof Error ? error.message : String(error) },
      advice: ComplaintError.isInstance(error)
        ? adviceFor(error, provider, connection.diagnostics?.baseUrl ?? null)
        : null,
      error,
    }
  }
}

function hadResponse(error: unknown): boolean {
  return error === undefined || (ComplaintError.isInstance(error) && error.status !== null)
}

function notificationKeyResult(isRight: boolean | null, provider: ProviderName): CheckResult {
  const check = 'notificationKey'
  if (isRight === null) {
    return {
      check,
      status: 'skipped',
      text: {
        zh: '未能检查 APIv3 密钥：没有下载到可解密的平台证书（新商户没有平台证书），收到回调通知时才能验证',
        en: 'the APIv3 key was not checked: there were no platform certificates to decrypt (new merchants have none); the first notification will show whether it is right',
      },
      advice: null,
    }
  }
  return isRight
    ? {
        check,
        status: 'ok',
        text: {
          zh: 'APIv3 密钥正确，已用它解密平台证书',
          en: 'the APIv3 key is right: it decrypts the platform certificates',
        },
        advice: null,
      }
    : {
        check,
        status: 'failed',
        text: {
          zh: 'APIv3 密钥不正确，无法解密平台证书和回调通知',
          en: 'apiV3Key does not decrypt the platform certificates, nor will it decrypt notifications',
        },
        advice: findAdvice({ code: 'CONFIG', operation: 'notification', providerCode: null }, provider),
      }
}
