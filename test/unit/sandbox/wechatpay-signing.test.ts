import { X509Certificate } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js'
import { decrypt, headerOf, peerClient, type Sealed, signerOf } from './peer.js'
import { type RawAnswer, wechatPayGet } from './raw.js'

const list = '/v3/merchant-service/complaints-v2?limit=50&offset=0&begin_date=2026-01-01&end_date=2026-01-31'
const modes = ['publicKey', 'certificate', 'onRequest', 'alternate'] as const

const open: Sandbox[] = []
async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const days = { from: '2026-01-01', to: '2026-01-31' }
  const sandbox = await startSandbox({ ...days, reuseKeys: true, complaints: { wechatpay: 12 }, ...options })
  open.push(sandbox)
  return sandbox
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()))
})

const naming = (serial: string | undefined): { headers: Record<string, string | undefined> } => ({
  headers: { 'Wechatpay-Serial': serial },
})
const newestSerial = ({ wechatpayCertificates }: Sandbox): string =>
  new X509Certificate(wechatpayCertificates.at(-1) ?? '').serialNumber

async function signers(sandbox: Sandbox, serials: readonly (string | undefined)[]): Promise<unknown[]> {
  const found = []
  for (const serial of serials) {
    const answer = await wechatPayGet(sandbox, list, naming(serial))
    expect(answer.status).toBe(200)
    found.push(signerOf(answer, sandbox))
  }
  return found
}

interface ListedCertificate {
  serial_no: string
  effective_time: string
  expire_time: string
  encrypt_certificate: Sealed & { algorithm: string }
}
const listed = ({ body }: RawAnswer): ListedCertificate[] => (JSON.parse(body) as { data: ListedCertificate[] }).data
const download = (sandbox: Sandbox): Promise<RawAnswer> => wechatPayGet(sandbox, '/v3/certificates', naming(undefined))

describe('what answers are signed with', () => {
  it('publicKey: the public key, and a request must name it', async () => {
    const sandbox = await start()
    const { publicKeyId } = sandbox.wechatpay
    expect(publicKeyId).toMatch(/^PUB_KEY_ID_\d{30}$/)
    expect(sandbox.wechatpayCertificates).toEqual([])
    expect(await signers(sandbox, [publicKeyId])).toEqual(['public key'])
    expect((await wechatPayGet(sandbox, list, naming(undefined))).status).toBe(400)
  })

  it('certificate: the newest certificate; nobody may ask for a public key', async () => {
    const sandbox = await start({ wechatpaySigning: 'certificate' })
    expect(Object.keys(sandbox.wechatpay)).not.toContain('publicKeyId')
    expect(Object.keys(sandbox.wechatpay)).not.toContain('publicKey')
    expect(await signers(sandbox, [undefined, newestSerial(sandbox)])).toEqual([0, 0])
    const foreign = [`PUB_KEY_ID_${'1'.repeat(30)}`, 'ABCDEF', sandbox.wechatpay.serialNo]
    for (const serial of foreign) expect((await wechatPayGet(sandbox, list, naming(serial))).status).toBe(400)
  })

  it('onRequest: the key that is named, and the newest certificate otherwise', async () => {
    const sandbox = await start({ wechatpaySigning: 'onRequest' })
    const { publicKeyId } = sandbox.wechatpay
    const first = newestSerial(sandbox)
    expect(await signers(sandbox, [publicKeyId, undefined, first])).toEqual(['public key', 0, 0])
    sandbox.rotateCertificate()
    expect(await signers(sandbox, [publicKeyId, undefined, first, newestSerial(sandbox)])).toEqual([
      'public key',
      1,
      0,
      1,
    ])
    expect((await wechatPayGet(sandbox, list, naming('ABCDEF'))).status).toBe(400)
  })

  it('alternate: both in turn, whatever is named', async () => {
    const sandbox = await start({ wechatpaySigning: 'alternate' })
    const { publicKeyId } = sandbox.wechatpay
    expect(await signers(sandbox, [publicKeyId, publicKeyId, undefined, undefined])).toEqual([
      'public key',
      0,
      'public key',
      0,
    ])
  })

  it.each(modes)('refusals of good requests are signed, too (%s)', async (wechatpaySigning) => {
    const sandbox = await start({ wechatpaySigning })
    const answer = await wechatPayGet(sandbox, list.replace('limit=50', 'limit=51'))
    expect(answer.status).toBe(400)
    expect(signerOf(answer, sandbox)).not.toBeNull()
  })
})

describe('platform certificates', () => {
  it('are not there for a new merchant', async () => {
    const sandbox = await start()
    for (const tweaks of [{}, naming(undefined)]) {
      const answer = await wechatPayGet(sandbox, '/v3/certificates', tweaks)
      expect([answer.status, JSON.parse(answer.body).code]).toEqual([404, 'RESOURCE_NOT_EXISTS'])
    }
    expect((await wechatPayGet(sandbox, '/v3/certificates', naming('ABCDEF'))).status).toBe(400)
    expect(() => sandbox.rotateCertificate()).toThrow(/publicKey/)
  })

  it.each(['certificate', 'onRequest', 'alternate'] as const)('come encrypted and signed (%s)', async (mode) => {
    const sandbox = await start({ wechatpaySigning: mode })
    expect(Buffer.byteLength(sandbox.wechatpay.apiV3Key)).toBe(32)
    const answer = await download(sandbox)
    expect(signerOf(answer, sandbox)).toBe(0)
    const [certificate, ...others] = listed(answer)
    expect(others).toEqual([])
    expect(certificate?.encrypt_certificate).toMatchObject({
      algorithm: 'AEAD_AES_256_GCM',
      associated_data: 'certificate',
      nonce: expect.stringMatching(/^\w{12}$/),
    })
    const pem = decrypt(certificate?.encrypt_certificate ?? expect.fail('none'), sandbox.wechatpay.apiV3Key)
    expect([pem]).toEqual(sandbox.wechatpayCertificates)
    const x509 = new X509Certificate(pem)
    expect(certificate?.serial_no).toBe(x509.serialNumber)
    expect(x509.serialNumber).toMatch(/^[4-7][0-9A-F]{39}$/)
    expect(Date.parse(certificate?.effective_time ?? '')).toBe(Date.parse(x509.validFrom))
    expect(Date.parse(certificate?.expire_time ?? '')).toBe(Date.parse(x509.validTo))
    expect(certificate?.expire_time).toMatch(/\+08:00$/)
    const other = 'x'.repeat(32)
    expect(() => decrypt(certificate?.encrypt_certificate ?? expect.fail('none'), other)).toThrow()
    expect(sandbox.requests.at(-1)).toMatchObject({ operation: 'certificates', status: 200 })
  })

  it('rotate: the new one signs from now on, the old one stays until dropped', async () => {
    const sandbox = await start({ wechatpaySigning: 'certificate' })
    const [old] = sandbox.wechatpayCertificates
    const before = await wechatPayGet(sandbox, list)
    sandbox.rotateCertificate()
    expect(sandbox.wechatpayCertificates[0]).toBe(old)
    const after = await wechatPayGet(sandbox, list)
    expect([before, after].map((answer) => signerOf(answer, sandbox))).toEqual([0, 1])
    const both = await download(sandbox)
    expect(signerOf(both, sandbox)).toBe(1)
    expect(listed(both).map(({ serial_no }) => serial_no)).toEqual(
      sandbox.wechatpayCertificates.map((pem) => new X509Certificate(pem).serialNumber),
    )
    sandbox.rotateCertificate({ dropOld: true })
    expect(sandbox.wechatpayCertificates.length).toBe(1)
    expect(sandbox.wechatpayCertificates).not.toContain(old)
    const last = await download(sandbox)
    expect(listed(last).map(({ serial_no }) => serial_no)).toEqual([newestSerial(sandbox)])
    expect(signerOf(last, sandbox)).toBe(0)
    // A dropped one may still be named; it signs no more.
    const named = await wechatPayGet(sandbox, list, naming(headerOf(before, 'wechatpay-serial')))
    expect(signerOf(named, sandbox)).toBe(0)
    const keys = [before, after, last].map((answer) => headerOf(answer, 'wechatpay-serial'))
    expect(new Set(keys).size).toBe(3)
  })

  it('have a limit of their own', async () => {
    const sandbox = await start({ wechatpaySigning: 'certificate' })
    const statuses = await Promise.all(Array.from({ length: 61 }, () => download(sandbox).then(({ status }) => status)))
    expect(statuses.filter((status) => status === 200).length).toBe(60)
    expect(statuses).toContain(429)
    expect((await wechatPayGet(sandbox, list)).status).toBe(200)
  })
})

describe('two hosts', () => {
  it('play the same side: complaints, nonces, quotas and numbers', async () => {
    const sandbox = await start()
    const backup = { baseUrl: sandbox.wechatpayBackupUrl }
    expect(sandbox.wechatpayBackupUrl).not.toBe(sandbox.wechatpay.baseUrl)
    const [one, other] = [await wechatPayGet(sandbox, list), await wechatPayGet(sandbox, list, backup)]
    expect(JSON.parse(other.body)).toEqual(JSON.parse(one.body))
    const authorization = { nonce_str: 'once0once0once0once0once0once000' }
    expect((await wechatPayGet(sandbox, list, { authorization })).status).toBe(200)
    expect((await wechatPayGet(sandbox, list, { ...backup, authorization })).status).toBe(401)
    expect(sandbox.requests.map(({ host, number }) => [host, number])).toEqual([
      ['primary', 1],
      ['backup', 2],
      ['primary', 3],
      ['backup', 4],
    ])
    const asks = Array.from({ length: 197 }, () => wechatPayGet(sandbox, list, backup))
    expect((await Promise.all(asks)).filter(({ status }) => status === 200).length).toBe(196)
    expect((await wechatPayGet(sandbox, list)).status).toBe(429)
  })
})

describe('another implementation', () => {
  it.each(modes)('is accepted, and accepts (%s)', async (wechatpaySigning) => {
    const sandbox = await start({ wechatpaySigning })
    const peer = peerClient(sandbox)
    const params = { limit: 50, offset: 0, begin_date: '2026-01-01', end_date: '2026-01-31' }
    for (let turn = 0; turn < 2; turn += 1) {
      const answer = await peer.request('v3/merchant-service/complaints-v2', 'get', undefined, { params })
      expect((answer.data as { data: { complaint_id: string }[] }).data.map((row) => row.complaint_id)).toEqual(
        sandbox.truth.filter(({ provider }) => provider === 'wechatpay').map(({ id }) => id),
      )
    }
    const file = sandbox.truth
      .filter(({ provider }) => provider === 'wechatpay')
      .flatMap(({ id }) => sandbox.mediaOf('wechatpay', id))[0]
    const { pathname } = new URL(file?.url ?? '')
    const image = await peer.request(pathname.slice(1), 'get', undefined, { responseType: 'arraybuffer' })
    expect(Buffer.from(image.data as ArrayBuffer).equals(file?.bytes ?? Buffer.alloc(0))).toBe(true)
  })

  it.each(['tamperedSignature', 'tamperedBody', 'probeSignature', 'wrongSerial'] as const)(
    'refuses what is spoilt (%s)',
    async (kind) => {
      const sandbox = await start({ faults: [{ kind, times: 1 }] })
      const peer = peerClient(sandbox)
      const ask = (): PromiseLike<unknown> => peer.request(list.slice(1), 'get')
      await expect(ask()).rejects.toMatchObject({ code: expect.stringMatching(/^EV3_RES_/) })
      await expect(ask()).resolves.toMatchObject({ status: 200 })
    },
  )
})
