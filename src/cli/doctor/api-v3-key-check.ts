import { type ClientOptions, ComplaintClient, ComplaintError, type ComplaintQuery } from '../../index.js'
import { createAdapter, resolveOptions } from '../config/accounts.js'
import type { ConfiguredAccount } from '../config/configuration.js'
import { formatError } from '../exit-codes.js'
import type { Text } from '../language.js'
import type { CheckResult } from './checks.js'

const keyIsRight: Text = {
  zh: 'APIv3 密钥正确:能解开平台证书',
  en: 'the APIv3 key is right: it opens the platform certificates',
}
const advice: Text = {
  zh: 'APIv3 密钥不正确:请使用商户平台中设置的密钥(账户中心-API安全-APIv3密钥),否则无法解密回调',
  en: 'what to do: give the APIv3 key that is set in the merchant platform (账户中心 > API安全); callbacks cannot be decrypted without it',
}

/**
 * Whether the APIv3 key of an account that verifies by other keys is right: its list call never uses it, a callback does.
 * The same account without those keys must download platform certificates, which that key opens.
 * @param query the cheapest list call
 */
export async function* checkApiV3Key(
  { descriptionSchema: description, folder }: ConfiguredAccount,
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
      yield { verdict: 'error', text: { zh: `处理办法:${advice.zh}`, en: advice.en } }
      return
    }
  }
  yield isDecrypted ? { verdict: 'ok', text: keyIsRight } : notChecked
}

const notChecked: CheckResult = {
  verdict: 'skipped',
  text: {
    zh: 'APIv3 密钥未能核对:没有下载到可供其解密的平台证书(新商户没有平台证书),只有收到回调时才能验证',
    en: 'the APIv3 key was not checked: no platform certificates came that it could open (new merchants have none), so only a callback will show',
  },
}

function isWrongKey(error: unknown): boolean {
  return ComplaintError.isInstance(error) && error.message.includes('apiV3Key does not open')
}
