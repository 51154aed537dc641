import {
  type Adapter,
  alipayRisk,
  alipayTrade,
  type Complaint,
  huishouqian,
  type ProviderName,
  wechatpay,
  xiaoe,
} from '../../../src/index.js'
import { appIds } from '../../../src/sandbox/alipay/app.js'
import { merchantNo } from '../../../src/sandbox/huishouqian/facts.js'
import type { Sandbox, SandboxFault, SandboxFaultKind, SandboxOptions } from '../../../src/sandbox/index.js'
import { mchid } from '../../../src/sandbox/wechatpay/facts.js'
import { appId } from '../../../src/sandbox/xiaoe/facts.js'

interface Beside {
  readonly operation: 'token' | 'certificates'
  readonly kinds: readonly SandboxFaultKind[]
  /** A fault of one call strikes one of the first so many: most plans download certificates once. */
  readonly firstCalls: number
  /** False: lists need the call only after other faults. */
  readonly isAlwaysNeeded: boolean
}

/** One provider in one of its modes, and what can go wrong with it. */
export interface Mode {
  readonly name: string
  readonly provider: ProviderName
  readonly account: string
  /** How the provider's pages are asked for. */
  readonly paging: 'offset' | 'number'
  readonly sandbox: SandboxOptions
  /** What can go wrong with a list. */
  readonly kinds: readonly SandboxFaultKind[]
  /** The call that lists may depend on, and what can go wrong with it; null: there is none. */
  readonly beside: Beside | null
  /** Refusals in the provider's form; null: it has none that faults can make. */
  readonly refusals: readonly Pick<SandboxFault, 'code'>[] | null
  adapter(sandbox: Sandbox): Adapter<Complaint>
}

/** What can go wrong with any call. */
export const anyCall: readonly SandboxFaultKind[] = [
  'rateLimit',
  'serverError',
  'reset',
  'stall',
  'truncate',
  'slowBody',
]
const everywhere: readonly SandboxFaultKind[] = [...anyCall, 'clampPageSize', 'missingTotal', 'shiftRows']
const signed: readonly SandboxFaultKind[] = [...everywhere, 'tamperedSignature', 'tamperedBody']
const byWechatPay: readonly SandboxFaultKind[] = [...signed, 'probeSignature', 'wrongSerial', 'packetTooLarge']

const wechatPay = (signing: NonNullable<SandboxOptions['wechatpaySigning']>): Mode => ({
  name: `WeChat Pay, ${signing}`,
  provider: 'wechatpay',
  account: mchid,
  paging: 'offset',
  refusals: null,
  sandbox: { wechatpaySigning: signing },
  kinds: signing === 'publicKey' ? byWechatPay : [...byWechatPay, 'rotateCertificate'],
  beside:
    signing === 'publicKey'
      ? null
      : {
          operation: 'certificates',
          kinds: [...anyCall, 'tamperedSignature', 'tamperedBody', 'wrongSerial'],
          firstCalls: 1,
          // The adapter requests signatures by the public key: certificates are downloaded after others only.
          isAlwaysNeeded: signing !== 'onRequest',
        },
  adapter: (sandbox) =>
    wechatpay({
      ...sandbox.wechatpay,
      backupBaseUrl: sandbox.wechatpayBackupUrl,
      rateLimit: false,
      decryptPhone: false,
    }),
})

const huishouqianUnder = (signType: 'RSA2' | 'CFCA', totals: 'total' | 'page'): Mode => ({
  name: `Huishouqian, ${signType}, totals of the ${totals === 'total' ? 'list' : 'page'}`,
  provider: 'huishouqian',
  account: merchantNo,
  paging: 'offset',
  refusals: [{}, { code: null }, { code: '130001' }, { code: '130011' }],
  sandbox: { signType, huishouqianTotals: totals },
  kinds: signed,
  beside: null,
  adapter: (sandbox) => huishouqian({ ...sandbox.huishouqian, rateLimit: false }),
})

const alipay = (product: 'trade' | 'risk', signing: 'publicKey' | 'certificate', more: SandboxOptions = {}): Mode => ({
  name: `Alipay, ${product} complaints, ${signing}`,
  provider: `alipay-${product}`,
  account: appIds[`alipay-${product}`],
  paging: 'number',
  sandbox: { alipaySigning: signing, ...more },
  kinds: signing === 'publicKey' ? signed : [...signed, 'wrongSerial'],
  beside: null,
  refusals: [{}, { code: null }, { code: 'SYSTEM_ERROR' }, { code: 'isv.insufficient-isv-permissions' }],
  adapter: (sandbox) =>
    product === 'trade'
      ? alipayTrade({ ...sandbox.alipayTrade, rateLimit: false })
      : alipayRisk({ ...sandbox.alipayRisk, rateLimit: false }),
})

export const modes: readonly Mode[] = [
  wechatPay('publicKey'),
  wechatPay('certificate'),
  wechatPay('onRequest'),
  wechatPay('alternate'),
  huishouqianUnder('RSA2', 'total'),
  huishouqianUnder('CFCA', 'page'),
  {
    name: 'Xiaoe',
    provider: 'xiaoe',
    account: appId,
    paging: 'number',
    refusals: null,
    sandbox: {},
    // Its answers are not signed: nobody can see that a digit of one was changed.
    kinds: [...everywhere, 'killToken'],
    beside: { operation: 'token', kinds: [...anyCall, 'killToken'], firstCalls: 4, isAlwaysNeeded: true },
    adapter: (sandbox) => xiaoe({ ...sandbox.xiaoe, rateLimit: false }),
  },
  alipay('trade', 'publicKey', { alipaySlashes: 'escaped' }),
  alipay('trade', 'certificate', { alipayServiceProvider: true, alipayMessages: 'gbk' }),
  alipay('risk', 'publicKey', { alipayIds: 'text' }),
  alipay('risk', 'certificate', { alipaySlashes: 'escapedAfterSigning' }),
]
