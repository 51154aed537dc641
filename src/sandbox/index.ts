import { randomBytes } from 'node:crypto'
import type { ProviderName } from '../model.js'
import { createCertificate } from './certificate.js'
import type { ProviderSide } from './exchange.js'
import { createFaults } from './faults.js'
import { merchantNo } from './huishouqian/facts.js'
import { createHuishouqianSide } from './huishouqian/side.js'
import { createKeyPair, privatePem, publicPem, reuseKeyPair } from './keys.js'
import { type Stage, serve } from './server.js'
import { settingsOf } from './settings.js'
import type { Sandbox, SandboxOptions, SandboxRequest } from './types.js'
import { mchid } from './wechatpay/facts.js'
import { createWechatPaySide } from './wechatpay/side.js'
import { appId, clientId } from './xiaoe/facts.js'
import { createXiaoeSide } from './xiaoe/side.js'

export type {
  NewSandboxComplaint,
  Sandbox,
  SandboxComplaint,
  SandboxFault,
  SandboxFaultKind,
  SandboxOptions,
  SandboxRequest,
} from './types.js'

const wechatPayKeyBits = 2048

/**
 * Starts three servers on loopback ports that play WeChat Pay, Huishouqian and Xiaoe as strictly as their documents
 * read, with made-up complaints. They keep the process alive until `close()`.
 * @throws ConfigError when an option is wrong
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const settings = settingsOf(options, Date.now())
  const keyPair = (purpose: string, bits: number): ReturnType<typeof createKeyPair> =>
    settings.reuseKeys ? reuseKeyPair(purpose, bits) : createKeyPair(bits)
  const [merchant, platform, hsqMerchant, hsqPlatform] = await Promise.all([
    keyPair('wechatpay merchant', wechatPayKeyBits),
    keyPair('wechatpay platform', wechatPayKeyBits),
    keyPair('huishouqian merchant', settings.huishouqianKeyBits),
    keyPair('huishouqian platform', settings.huishouqianKeyBits),
  ])
  const wechatpay = {
    merchant,
    platform,
    mchid,
    serialNo: randomBytes(20).toString('hex').toUpperCase(),
    publicKeyId: `PUB_KEY_ID_${mchid}${randomBytes(8).readBigUInt64BE().toString().padStart(20, '0')}`,
  }
  const huishouqian = {
    merchant: hsqMerchant,
    platform: hsqPlatform,
    key: randomBytes(16).toString('hex'),
    signType: settings.signType,
  }
  const secretKey = randomBytes(16).toString('hex')
  const xiaoeSide = createXiaoeSide(secretKey, settings)
  const sides = {
    wechatpay: createWechatPaySide(wechatpay, settings),
    huishouqian: createHuishouqianSide(huishouqian, settings),
    xiaoe: xiaoeSide,
  }
  const requests: SandboxRequest[] = []
  const stage: Stage = {
    latencyMs: settings.latencyMs,
    faults: createFaults(settings.faults),
    requests,
    onRequest: (request) => settings.onRequest?.(request, sandbox),
  }
  const start = (side: ProviderSide): ReturnType<typeof serve> => serve(side, stage)
  const servers = await Promise.all([start(sides.wechatpay), start(sides.huishouqian), start(sides.xiaoe)])
  const [{ baseUrl: wechatpayUrl }, { baseUrl: huishouqianUrl }, { baseUrl: xiaoeUrl }] = servers
  const sideOf = (provider: ProviderName): ProviderSide => sides[provider]
  const sandbox: Sandbox = {
    wechatpay: {
      mchid,
      serialNo: wechatpay.serialNo,
      privateKey: privatePem(merchant.privateKey),
      publicKeyId: wechatpay.publicKeyId,
      publicKey: publicPem(platform.publicKey),
      baseUrl: wechatpayUrl,
    },
    huishouqian: {
      merchantNo,
      signType: settings.signType,
      key: huishouqian.key,
      privateKey: privatePem(hsqMerchant.privateKey),
      platformCertificate: createCertificate(hsqPlatform, `MANDAO_${merchantNo}`, Date.now()),
      baseUrl: huishouqianUrl,
    },
    xiaoe: { appId, clientId, secretKey, baseUrl: xiaoeUrl },
    get truth() {
      return [...sides.wechatpay.truth(), ...sides.huishouqian.truth(), ...sides.xiaoe.truth()]
    },
    requests,
    addComplaint: (provider, complaint = {}) => sideOf(provider).add(complaint),
    changeState: (provider, id, state) => sideOf(provider).changeState(id, state),
    removeComplaint: (provider, id) => sideOf(provider).remove(id),
    killToken: () => xiaoeSide.killToken(),
    close: async () => {
      await Promise.all(servers.map((server) => server.close()))
    },
  }
  return sandbox
}
