import { randomBytes } from 'node:crypto'
import type { ProviderName } from '../model.js'
import { post } from './callbacks.js'
import { createClamp } from './clamp.js'
import type { ProviderSide } from './exchange.js'
import { createFaults } from './fault-rules.js'
import { merchantNo } from './huishouqian/facts.js'
import { makeHuishouqianKeys } from './huishouqian/keys.js'
import { createHuishouqianSide } from './huishouqian/side.js'
import { privatePem, publicPem } from './keys.js'
import { listen, type Stage } from './server.js'
import { settingsOf } from './settings.js'
import type { Sandbox, SandboxOptions, SandboxRequest } from './types.js'
import { mchid } from './wechatpay/facts.js'
import { makeWechatPayKeys } from './wechatpay/keys.js'
import { createWechatPaySide } from './wechatpay/side.js'
import { appId, clientId } from './xiaoe/facts.js'
import { createXiaoeSide } from './xiaoe/side.js'

export type {
  NewSandboxComplaint,
  Sandbox,
  SandboxComplaint,
  SandboxFault,
  SandboxFaultKind,
  SandboxHistoryEntry,
  SandboxMedia,
  SandboxNotification,
  SandboxNotificationOptions,
  SandboxOptions,
  SandboxRequest,
} from './types.js'

/**
 * Starts servers on loopback ports that play WeChat Pay (two hosts), Huishouqian and Xiaoe as strictly as their
 * documents read, with made-up complaints. They keep the process alive until `close()`.
 * @throws ConfigError when an option is wrong
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { settings, during } = createClamp(settingsOf(options, Date.now()))
  const [wechatpay, huishouqian] = await Promise.all([makeWechatPayKeys(settings), makeHuishouqianKeys(settings)])
  const secretKey = randomBytes(16).toString('hex')
  const doors = await Promise.all([listen(), listen(), listen(), listen()])
  const [wechatpayDoor, backupDoor, huishouqianDoor, xiaoeDoor] = doors
  const wechatpaySide = createWechatPaySide(wechatpay, settings, wechatpayDoor.baseUrl)
  const xiaoeSide = createXiaoeSide(secretKey, settings, xiaoeDoor.baseUrl)
  const sides: Readonly<Record<ProviderName, ProviderSide>> = {
    wechatpay: wechatpaySide,
    huishouqian: createHuishouqianSide(huishouqian.keys, settings, huishouqianDoor.baseUrl),
    xiaoe: xiaoeSide,
  }
  const requests: SandboxRequest[] = []
  const counts = { wechatpay: 0, huishouqian: 0, xiaoe: 0 }
  const stage: Stage = {
    latencyMs: settings.latencyMs,
    faults: createFaults(settings.faults, settings.seed),
    requests,
    count(provider) {
      counts[provider] += 1
      return counts[provider]
    },
    clamped: during,
    onRequest: (request) => settings.onRequest?.(request, sandbox),
  }
  const publicKey = wechatpay.publicKey
  const notification: Sandbox['notification'] = (provider, id, given = {}) => {
    const side = sides[provider]
    if (side.notification === undefined) throw new Error(`${provider} sends no notifications`)
    return side.notification(id, given)
  }
  const sandbox: Sandbox = {
    wechatpay: {
      mchid,
      serialNo: wechatpay.serialNo,
      privateKey: privatePem(wechatpay.merchant.privateKey),
      ...(publicKey === null ? {} : { publicKeyId: publicKey.id, publicKey: publicPem(publicKey.pair.publicKey) }),
      apiV3Key: wechatpay.apiV3Key,
      baseUrl: wechatpayDoor.baseUrl,
    },
    wechatpayBackupUrl: backupDoor.baseUrl,
    get wechatpayCertificates() {
      return wechatpaySide.certificates()
    },
    huishouqian: {
      merchantNo,
      signType: settings.signType,
      key: huishouqian.keys.key,
      privateKey: privatePem(huishouqian.keys.merchant.privateKey),
      get platformCertificate() {
        return huishouqian.platform.certificate
      },
      baseUrl: huishouqianDoor.baseUrl,
    },
    get huishouqianCertificates() {
      return huishouqian.platform.certificates()
    },
    xiaoe: { appId, clientId, secretKey, baseUrl: xiaoeDoor.baseUrl },
    get truth() {
      return [...sides.wechatpay.truth(), ...sides.huishouqian.truth(), ...sides.xiaoe.truth()]
    },
    requests,
    addComplaint: (provider, complaint = {}) => sides[provider].add(complaint),
    changeState: (provider, id, state) => sides[provider].changeState(id, state),
    removeComplaint: (provider, id) => sides[provider].remove(id),
    historyOf: (provider, id) => sides[provider].historyOf?.(id) ?? [],
    mediaOf: (provider, id) => sides[provider].mediaOf?.(id) ?? [],
    notification,
    sendNotification: async (url, provider, id, given) => post(url, notification(provider, id, given)),
    rotateCertificate({ provider = 'wechatpay', ...given } = {}) {
      if (provider === 'huishouqian') return huishouqian.platform.rotate(given)
      if (wechatpaySide.rotateCertificate === undefined)
        throw new Error('there is no certificate to rotate: wechatpaySigning is publicKey')
      wechatpaySide.rotateCertificate(given)
    },
    killToken: () => xiaoeSide.killToken(),
    close: async () => {
      await Promise.all(doors.map((door) => door.close()))
    },
  }
  wechatpayDoor.open({ side: sides.wechatpay, account: mchid, host: 'primary' }, stage)
  backupDoor.open({ side: sides.wechatpay, account: mchid, host: 'backup' }, stage)
  huishouqianDoor.open({ side: sides.huishouqian, account: merchantNo, host: 'primary' }, stage)
  xiaoeDoor.open({ side: sides.xiaoe, account: appId, host: 'primary' }, stage)
  return sandbox
}
