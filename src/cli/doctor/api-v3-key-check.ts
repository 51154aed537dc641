import { type ClientOptions, ComplaintClient, ComplaintError, type ComplaintQuery } from '../../index.js'
import { createAdapter, resolveOptions } from '../config/accounts.js'
import type { ConfiguredAccount } from '../config/configuration.js'
import { formatError } from '../exit-codes.js'
import type { Text } from '../language.js'
import { wrongApiV3Key } from './advice.js'
import type { CheckResult } from './checks.js'

const keyIsRight: Text = {
  zh: 'APIv3 密钥正确，已用它解密平台证书',
  en: 'the APIv3 key is right: it decrypts the platform certificates',
}
const advice: Text = {
  zh: 'APIv3 密钥不正确，无法解密回调通知，请改用商户平台“账户中心 - API 安全”中设置的 APIv3 密钥',
  en: 'what to do: use the APIv3 key that is set in the merchant platform (账户中心 > API安全); notifications cannot be decrypted without it',
}

/**
 * Checks the APIv3 key of an account that verifies responses with configured keys: a list never uses the APIv3 key, but a
 * notification does. Without the configured keys the account downloads platform certificates, and decrypts them with it.
 * @param query the cheapest list request
 */
export async function* checkApiV3Key(
  { description, folder }: ConfiguredAccount,
  client: ClientOptions,
  query: ComplaintQuery,
  signal: AbortSignal,
): AsyncGenerator<CheckResult> {
  if (description === null) return
  const { publicKeyId, publicKey, certificates, ...options } = resolveOptions(description, folder)
  if (options.apiV3Key === undefined || (publicKey === undefined && certificates === undefined)) return
  let isDecrypted = false
  try {
    const adapter = createAdapter({ ...options, provider: description.provider }, folder)
    const downloadingClient = new ComplaintClient(adapter, {
      ...client,
      onEvent: (event) => {
        if (event.type === 'request' && event.operation === 'certificates') isDecrypted ||= event.failure === null
      },
    })
    for await (const _ of downloadingClient.list(query, { signal }).pages()) break
  } catch (error) {
    signal.throwIfAborted()
    if (!isDecrypted && isWrongKey(error)) {
      const message = formatError(error)
      yield { verdict: 'error', text: { zh: message, en: message } }
      yield { verdict: 'error', text: { zh: `处理建议：${advice.zh}`, en: advice.en } }
      return
    }
  }
  yield isDecrypted ? { verdict: 'ok', text: keyIsRight } : notChecked
}

const notChecked: CheckResult = {
  verdict: 'skipped',
  text: {
    zh: '未能检查 APIv3 密钥：没有下载到可解密的平台证书（新商户没有平台证书），收到回调通知时才能验证',
    en: 'the APIv3 key was not checked: there were no platform certificates to decrypt (new merchants have none); the first notification will show whether it is right',
  },
}

function isWrongKey(error: unknown): boolean {
  return ComplaintError.isInstance(error) && wrongApiV3Key.test(error.message)
}
