import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js'
import { ask, isIssuedBy, isSignedByOpenssl, issuerAndSerial, publicKeyOf } from './alipay-peer.js'

const running: Sandbox[] = []
async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ complaints: 3, reuseKeys: true, alipaySigning: 'certificate', ...options })
  running.push(sandbox)
  return sandbox
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()))
})

/** The serial number that Alipay makes of a certificate, from what openssl prints of it. */
function serialNumber(pem: string): string {
  const { issuer, serial } = issuerAndSerial(pem)
  return createHash('md5').update(`${issuer}${serial}`).digest('hex')
}

function filesOf({ alipayTrade }: Sandbox): { app: string; alipay: string; roots: string[] } {
  const { appCert: app = '', alipayCert: alipay = '', alipayRootCert = '' } = alipayTrade
  const roots = alipayRootCert.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----\n/g) ?? []
  return { app, alipay, roots }
}

/** The serial numbers of a request; roots whose key is not RSA are left out. */
function serialsOf(sandbox: Sandbox): { app_cert_sn: string; alipay_root_cert_sn: string } {
  const { app, roots } = filesOf(sandbox)
  const [first = '', , third = ''] = roots
  return { app_cert_sn: serialNumber(app), alipay_root_cert_sn: `${serialNumber(first)}_${serialNumber(third)}` }
}

describe('certificate mode', () => {
  it('gives three certificates in place of a key; openssl follows both to the first of three roots', async () => {
    const sandbox = await start()
    const { app, alipay, roots } = filesOf(sandbox)
    expect(sandbox.alipayTrade.alipayPublicKey).toBeUndefined()
    expect(roots).toHaveLength(3)
    for (const certificate of [app, alipay]) {
      expect(isIssuedBy(certificate, roots[0] ?? '')).toBe(true)
      expect(isIssuedBy(certificate, roots[1] ?? '')).toBe(false)
    }
    // The key of the second is of another kind.
    expect(publicKeyOf(roots[1] ?? '').length).toBeLessThan(publicKeyOf(roots[0] ?? '').length)
  })

  it('signs with the key of its certificate and names it in the response', async () => {
    const sandbox = await start()
    const { alipay } = filesOf(sandbox)
    const {
      member,
      sign = '',
      serialNo,
      value,
    } = await ask(sandbox, 'alipayTrade', 'list', {}, { query: serialsOf(sandbox) })
    expect(value.code).toBe('10000')
    expect(serialNo).toBe(serialNumber(alipay))
    expect(isSignedByOpenssl(member, sign, publicKeyOf(alipay))).toBe(true)
  })

  it.each([
    ['no serial number of the app', 'isv.missing-app-cert-sn', { app_cert_sn: undefined }],
    ['no serial number of the roots', 'isv.missing-root-cert-sn', { alipay_root_cert_sn: undefined }],
    ['another app certificate', 'isv.invalid-app-cert-sn', { app_cert_sn: 'a'.repeat(32) }],
    ['only one root', 'isv.invalid-root-cert-sn', { alipay_root_cert_sn: 'a'.repeat(32) }],
  ])('refuses %s: %s', async (_, subCode, wrong) => {
    const sandbox = await start()
    const query = { ...serialsOf(sandbox), ...wrong }
    const { value, serialNo } = await ask(sandbox, 'alipayTrade', 'list', {}, { query })
    expect([value.sub_code, serialNo]).toEqual([subCode, undefined])
  })

  it('signs with another certificate after a rotation; the old one proves nothing', async () => {
    const sandbox = await start()
    const before = filesOf(sandbox).alipay
    const query = serialsOf(sandbox)
    sandbox.rotateCertificate({ provider: 'alipay-trade' })
    const after = filesOf(sandbox).alipay
    expect(after).not.toBe(before)
    // The app's certificate and the roots stay.
    expect(serialsOf(sandbox)).toEqual(query)
    const { member, sign = '', serialNo } = await ask(sandbox, 'alipayTrade', 'list', {}, { query })
    expect(serialNo).toBe(serialNumber(after))
    expect(isSignedByOpenssl(member, sign, publicKeyOf(after))).toBe(true)
    expect(isSignedByOpenssl(member, sign, publicKeyOf(before))).toBe(false)
  })

  it('each product has its own app', async () => {
    const { alipayTrade, alipayRisk } = await start()
    expect(alipayTrade.appId).not.toBe(alipayRisk.appId)
    expect(alipayTrade.appCert).not.toBe(alipayRisk.appCert)
  })

  it('a rotation without certificates says why not', async () => {
    const sandbox = await start({ alipaySigning: 'publicKey' })
    expect(() => sandbox.rotateCertificate({ provider: 'alipay-risk' })).toThrow(/alipay-risk has no certificate/)
  })
})
