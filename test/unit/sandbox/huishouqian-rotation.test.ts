import { X509Certificate } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js'
import { ask, type Envelope, idsOf, type Peer, peers, provenResult, signedText } from './huishouqian-peer.js'
import { signerOf } from './peer.js'
import { wechatPayGet } from './raw.js'

const closing: Sandbox[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((sandbox) => sandbox.close()))
})
async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const days = { from: '2026-01-01', to: '2026-01-31' }
  const sandbox = await startSandbox({ ...days, reuseKeys: true, complaints: 6, ...options })
  closing.push(sandbox)
  return sandbox
}

const days = { beginDate: '2026-01-01', endDate: '2026-01-31' }

/** Which of these certificates prove an answer. */
function proving(sandbox: Sandbox, envelope: Envelope, certificates: readonly string[]): number[] {
  return certificates.flatMap((certificate, number) => {
    try {
      provenResult(sandbox, envelope, peers['node:crypto'], certificate)
      return [number]
    } catch {
      return []
    }
  })
}

describe.each(['RSA2', 'CFCA'] as const)("Huishouqian's certificates, %s", (signType) => {
  it('take turns; the next is known before it signs', async () => {
    const sandbox = await start({ signType })
    const [first = '', second = ''] = sandbox.huishouqianCertificates
    expect(sandbox.huishouqianCertificates).toEqual([first, second])
    expect(sandbox.huishouqian.platformCertificate).toBe(first)
    const turn = async (): Promise<number[]> =>
      proving(sandbox, await ask(sandbox, '/complaint/query', days), [first, second])
    expect(await turn()).toEqual([0])
    sandbox.rotateCertificate({ provider: 'huishouqian' })
    expect(sandbox.huishouqian.platformCertificate).toBe(second)
    expect(await turn()).toEqual([1])
    expect(sandbox.huishouqianCertificates.slice(0, 2)).toEqual([first, second])
    sandbox.rotateCertificate({ provider: 'huishouqian', dropOld: true })
    expect(await turn()).toEqual([])
    expect(sandbox.huishouqianCertificates).not.toContain(first)
    expect(sandbox.huishouqianCertificates).not.toContain(second)
    expect(sandbox.huishouqianCertificates[0]).toBe(sandbox.huishouqian.platformCertificate)
    expect(sandbox.huishouqianCertificates).toHaveLength(2)
  })

  it('prove callbacks and answers without a total, too', async () => {
    const sandbox = await start({ signType, faults: [{ kind: 'missingTotal' }] })
    const certificates = sandbox.huishouqianCertificates
    sandbox.rotateCertificate({ provider: 'huishouqian' })
    const answer = await ask(sandbox, '/complaint/query', days)
    expect(proving(sandbox, answer, certificates)).toEqual([1])
    expect(provenResult(sandbox, answer)).not.toHaveProperty('totalSize')
    const form = new URLSearchParams(sandbox.notification('huishouqian', idsOf(sandbox)[0] ?? '').body)
    const { sign = '', ...fields } = Object.fromEntries(form)
    const [before = '', now = ''] = certificates
    const proves = (certificate: string, peer: Peer): unknown => {
      if (signType === 'RSA2') return peer.isSigned(signedText(fields, sandbox.huishouqian.key), sign, certificate)
      try {
        return 'complaintId' in JSON.parse(peer.decipher(fields.signContent ?? '', certificate))
      } catch {
        return false
      }
    }
    for (const peer of Object.values(peers)) expect([proves(before, peer), proves(now, peer)]).toEqual([false, true])
  })
})

describe('a rotation', () => {
  it('is of the provider that is named', async () => {
    const sandbox = await start({ wechatpaySigning: 'certificate' })
    const path = '/v3/merchant-service/complaints-v2?limit=50&offset=0&begin_date=2026-01-01&end_date=2026-01-31'
    const before = sandbox.huishouqian.platformCertificate
    sandbox.rotateCertificate({ provider: 'huishouqian' })
    expect(signerOf(await wechatPayGet(sandbox, path), sandbox)).toBe(0)
    const after = sandbox.huishouqian.platformCertificate
    expect(after).not.toBe(before)
    sandbox.rotateCertificate({ provider: 'wechatpay' })
    sandbox.rotateCertificate()
    expect(signerOf(await wechatPayGet(sandbox, path), sandbox)).toBe(2)
    expect(sandbox.huishouqian.platformCertificate).toBe(after)
  })

  it('by rule is none of Huishouqian', async () => {
    const sandbox = await start({ faults: [{ kind: 'rotateCertificate' }] })
    const { platformCertificate } = sandbox.huishouqian
    await ask(sandbox, '/complaint/query', days)
    expect(sandbox.huishouqian.platformCertificate).toBe(platformCertificate)
  })
})

describe.each([1024, 2048, 4096] as const)('keys of %i bits', (huishouqianKeyBits) => {
  it.each(['RSA2', 'CFCA'] as const)(
    'serve under %s, before and after a rotation',
    async (signType) => {
      const sandbox = await start({ signType, huishouqianKeyBits })
      for (const [name, peer] of Object.entries(peers)) {
        const certificate = new X509Certificate(sandbox.huishouqian.platformCertificate)
        expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(huishouqianKeyBits)
        expect(certificate.verify(certificate.publicKey)).toBe(true)
        const envelope = await ask(sandbox, '/complaint/query', days, peer)
        expect(provenResult(sandbox, envelope, peer), name).toMatchObject({ totalSize: 6 })
        sandbox.rotateCertificate({ provider: 'huishouqian' })
      }
    },
    30_000,
  )
})
