import { type Adapter, type Complaint, huishouqian, type ProviderName, wechatpay, xiaoe } from '../../../src/index.js'
import type { Sandbox, SandboxFaultKind, SandboxOptions } from '../../../src/sandbox/index.js'

/** One provider in one of its modes, and what can go wrong with it. */
export interface Mode {
  readonly name: string
  readonly provider: ProviderName
  readonly sandbox: SandboxOptions
  /** What can go wrong with a list. */
  readonly kinds: readonly SandboxFaultKind[]
  /** The call that lists depend on, and what can go wrong with it; null: there is none. */
  readonly beside: { readonly operation: 'token' | 'certificates'; readonly kinds: readonly SandboxFaultKind[] } | null
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
  sandbox: { wechatpaySigning: signing },
  kinds: signing === 'publicKey' ? byWechatPay : [...byWechatPay, 'rotateCertificate'],
  beside:
    signing === 'publicKey'
      ? null
      : { operation: 'certificates', kinds: [...anyCall, 'tamperedSignature', 'tamperedBody', 'wrongSerial'] },
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
  sandbox: { signType, huishouqianTotals: totals },
  kinds: signed,
  beside: null,
  adapter: (sandbox) => huishouqian({ ...sandbox.huishouqian, rateLimit: false }),
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
    sandbox: {},
    // Its answers are not signed: nobody can see that a digit of one was changed.
    kinds: [...everywhere, 'killToken'],
    beside: { operation: 'token', kinds: [...anyCall, 'killToken'] },
    adapter: (sandbox) => xiaoe({ ...sandbox.xiaoe, rateLimit: false }),
  },
]
