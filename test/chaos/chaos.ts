import {
  type Adapter,
  type Complaint,
  ComplaintClient,
  ComplaintError,
  huishouqian,
  type ProviderName,
  wechatpay,
  xiaoe,
} from '../../src/index.js'
import {
  type Sandbox,
  type SandboxComplaint,
  type SandboxFault,
  type SandboxFaultKind,
  type SandboxOptions,
  startSandbox,
} from '../../src/sandbox/index.js'

/** One provider in one of its modes, and what can go wrong with it. */
export interface Mode {
  readonly name: string
  readonly provider: ProviderName
  readonly sandbox: SandboxOptions
  readonly kinds: readonly SandboxFaultKind[]
  adapter(sandbox: Sandbox): Adapter<Complaint>
}

const everywhere: readonly SandboxFaultKind[] = [
  'rateLimit',
  'serverError',
  'reset',
  'stall',
  'truncate',
  'slowBody',
  'clampPageSize',
  'missingTotal',
  'shiftRows',
]
const signed: readonly SandboxFaultKind[] = [...everywhere, 'tamperedSignature', 'tamperedBody']
const byWechatPay: readonly SandboxFaultKind[] = [...signed, 'probeSignature', 'wrongSerial', 'packetTooLarge']

const wechatPay = (signing: NonNullable<SandboxOptions['wechatpaySigning']>): Mode => ({
  name: `WeChat Pay, ${signing}`,
  provider: 'wechatpay',
  sandbox: { wechatpaySigning: signing },
  kinds: signing === 'publicKey' ? byWechatPay : [...byWechatPay, 'rotateCertificate'],
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
    adapter: (sandbox) => xiaoe({ ...sandbox.xiaoe, rateLimit: false }),
  },
]

/** Repeatable chance. */
type Dice = (sides: number) => number

function dice(seed: number): Dice {
  let state = Math.imul(seed, 2_654_435_761) >>> 0
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

const month = { from: '2026-03-01', to: '2026-03-30' }
const states = ['pending', 'processing', 'resolved'] as const
const orders = ['arrival', 'newest', 'oldest'] as const
/** So often a broken drain is taken up again. */
const maxResumes = 60

/** Some faults, each of which ends after a while: a drain that goes on must come to its end. */
function faultsOf(mode: Mode, roll: Dice): SandboxFault[] {
  return Array.from({ length: 1 + roll(4) }, (): SandboxFault => {
    const kind = mode.kinds[roll(mode.kinds.length)] ?? 'reset'
    const when = [{ nth: 1 + roll(20) }, { every: 1 + roll(6) }, { probability: 0.3, seed: roll(1000) }][roll(3)]
    return {
      kind,
      provider: mode.provider,
      operation: 'list',
      times: 1 + roll(12),
      ...when,
      ...(kind === 'rateLimit' ? { retryAfterSeconds: 0 } : {}),
    }
  })
}

export interface Outcome {
  /** How often the drain broke off and was taken up again. */
  readonly resumes: number
  /** Complaints that stood from start to end and were not delivered. */
  readonly missing: readonly string[]
  /** Complaints that came twice though nothing broke off. */
  readonly repeated: readonly string[]
  /** Complaints that are not as the server told them, or that it never told. */
  readonly wrong: readonly string[]
  /** Anything thrown that is not one of ours, or that leaves nowhere to go on from. */
  readonly strange: readonly unknown[]
}

/** One fault plan over a list that moves, made from a seed. */
export async function runPlan(mode: Mode, seed: number): Promise<Outcome> {
  const roll = dice(seed)
  const { provider } = mode
  const removed = new Set<string>()
  const told = new Map<string, SandboxComplaint>()
  const note = (complaints: readonly SandboxComplaint[]): void => {
    for (const complaint of complaints) told.set(complaint.id, complaint)
  }
  const own = (sandbox: Sandbox): SandboxComplaint[] =>
    sandbox.truth.filter((complaint) => complaint.provider === provider)
  const restless = roll(3) > 0
  let moves = 20 + roll(30)
  const others = { wechatpay: 0, huishouqian: 0, xiaoe: 0 }
  const sandbox = await startSandbox({
    ...month,
    ...mode.sandbox,
    seed,
    complaints: { ...others, [provider]: 20 + roll(80) },
    faults: faultsOf(mode, roll),
    quotas: false,
    reuseKeys: true,
    onRequest({ operation }, box) {
      if (operation !== 'list' || !restless || moves-- <= 0) return
      const standing = own(box)
      note(standing)
      const id = standing[roll(standing.length)]?.id
      if (roll(2) === 0)
        note([box.addComplaint(provider, { createdAt: new Date(Date.UTC(2026, 2, 2 + roll(27), roll(24))) })])
      else if (id !== undefined && roll(4) > 0) box.changeState(provider, id, states[roll(3)] ?? 'pending')
      // Pages by number cannot show a removal that an arrival makes up for.
      else if (id !== undefined && provider !== 'xiaoe') {
        removed.add(id)
        box.removeComplaint(provider, id)
      }
    },
  })
  try {
    const stood = own(sandbox)
    note(stood)
    const client = new ComplaintClient(mode.adapter(sandbox), {
      maxRetries: roll(3),
      timeoutMs: 500,
      concurrency: 1 + roll(5),
    })
    const query = { ...month, order: orders[roll(3)] ?? 'arrival', pageSize: 5 + roll(20) }
    const delivered = new Map<string, Complaint>()
    const repeated: string[] = []
    const strange: unknown[] = []
    let cursor: string | null = null
    let resumes = 0
    for (;;) {
      const before = new Set(delivered.keys())
      const thisTime = new Set<string>()
      try {
        for await (const complaint of client.list(query, cursor === null ? {} : { cursor })) {
          if (thisTime.has(complaint.id) || (resumes === 0 && before.has(complaint.id))) repeated.push(complaint.id)
          thisTime.add(complaint.id)
          delivered.set(complaint.id, complaint)
        }
        break
      } catch (error) {
        if (!ComplaintError.isInstance(error) || error.cursor === null) {
          strange.push(error)
          break
        }
        cursor = error.cursor
        resumes += 1
        if (resumes > maxResumes) {
          strange.push(new Error(`not at the end after ${maxResumes} resumes: ${error.message}`))
          break
        }
      }
    }
    note(own(sandbox))
    const missing = stood.map(({ id }) => id).filter((id) => !removed.has(id) && !delivered.has(id))
    const wrong = [...delivered.values()].filter((complaint) => !isAsTold(complaint, told.get(complaint.id)))
    return { resumes, missing, repeated, wrong: wrong.map(({ id }) => id), strange }
  } finally {
    await sandbox.close()
  }
}

/** What never changes about a complaint; its state may be an earlier one. */
function isAsTold(complaint: Complaint, told: SandboxComplaint | undefined): boolean {
  return (
    told !== undefined &&
    told.detail === complaint.detail &&
    told.createdAt.getTime() === complaint.createdAt.getTime() &&
    told.merchantId === complaint.merchantId &&
    JSON.stringify(told.orders) === JSON.stringify(complaint.orders)
  )
}
