import { createPublicKey, generateKeyPairSync, type KeyObject, sign as signBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type AlipayOptions, alipayRisk, alipayTrade } from '../../../../src/index.js'
import { certificates, withoutKey, withoutPrivateKey } from './certificates.js'
import {
  app,
  appId,
  bench,
  callOptions,
  failure,
  page,
  parametersOf,
  riskList,
  signed,
  signText,
  success,
  tradeList,
  wireResponse,
} from './support.js'

const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
const emptyList = signed(tradeList, success({ total_num: 0 }))

describe('certificate mode', () => {
  const inMode = { ...withoutKey, ...certificates } as AlipayOptions

  it('sends both numbers, signed', async () => {
    const { connection, sent } = bench(alipayTrade(inMode), [emptyList])
    await connection.listPage(page, callOptions)
    const parameters = parametersOf(sent[0] ?? expect.fail('nothing was sent'))
    expect(parameters.app_cert_sn).toMatch(/^[0-9a-f]{32}$/)
    expect(parameters.alipay_root_cert_sn).toMatch(/^[0-9a-f]{32}$/)
    expect(parameters.app_cert_sn).not.toBe(parameters.alipay_root_cert_sn)
    expect(sent[0]?.body).not.toContain('cert_sn')
  })

  it('verifies with alipayCert, and wants its number', async () => {
    const { connection } = bench(alipayTrade(inMode), [
      signed(tradeList, success({ total_num: 0 }), { alipay_cert_sn: '0'.repeat(32) }),
    ])
    const error = await failure(connection.listPage(page, callOptions))
    expect([error.code, error.message]).toEqual(['SIGNATURE', expect.stringContaining('download the new one')])
  })

  it('warns of certificates that expire, once each', async () => {
    const now = (): number => Date.parse('2035-12-20T00:00:00Z')
    const { connection, events } = bench(alipayTrade(inMode), [emptyList], now)
    await connection.listPage(page, callOptions)
    await connection.listPage(page, callOptions)
    expect(events.flatMap((event) => (event.type === 'warning' ? [[event.warning, event.message]] : []))).toEqual([
      ['certificateExpiresSoon', "platform certificate 0B expires on 2036-01-01; download the new one in Alipay's console, and replace alipayCert"], // biome-ignore format: a table
      ['certificateExpiresSoon', "application certificate 0A expires on 2036-01-01; have it renewed in Alipay's console, and replace appCert"], // biome-ignore format: a table
    ])
    const late = bench(alipayRisk(inMode), [signed(riskList, success({ total_size: 0 }))], () =>
      Date.parse('2036-01-02T00:00:00Z'),
    )
    await late.connection.listPage(page, callOptions)
    expect(late.events.filter(({ type }) => type === 'warning')).toHaveLength(2)
    const early = bench(alipayTrade(inMode), [emptyList])
    await early.connection.listPage(page, callOptions)
    expect(early.events.filter(({ type }) => type === 'warning')).toEqual([])
  })
})

describe('a signer', () => {
  const signWith = (key: KeyObject) => ({
    sign: async (message: Uint8Array): Promise<Uint8Array> => signBytes('sha256', message, key),
  })

  it('signs in place of the key', async () => {
    const { connection, sent } = bench(alipayTrade({ ...withoutPrivateKey, signer: signWith(app.privateKey) } as AlipayOptions), [emptyList]) // biome-ignore format: one line
    await connection.listPage(page, callOptions)
    const { sign, ...rest } = parametersOf(sent[0] ?? expect.fail('nothing was sent'))
    const text = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)).map(([n, v]) => `${n}=${v}`).join('&') // biome-ignore format: one line
    expect(sign).toBe(signText(text, app.privateKey))
  })

  it("shows that alipayPublicKey is the application's own at the first request, and sends none", async () => {
    const adapter = alipayTrade({ appId, signer: signWith(app.privateKey), alipayPublicKey: createPublicKey(app.privateKey) }) // biome-ignore format: one line
    const { connection, sent } = bench(adapter, [emptyList])
    const error = await failure(connection.listPage(page, callOptions))
    expect([error.code, sent.length]).toEqual(['CONFIG', 0])
    expect(error.message).toContain("alipayPublicKey is the application's own public key")
  })

  it('must have the key of appCert', async () => {
    const make = (key: KeyObject) => alipayTrade({ appId, signer: signWith(key), ...certificates })
    const wrong = bench(make(other.privateKey), [emptyList])
    const error = await failure(wrong.connection.listPage(page, callOptions))
    expect([error.code, wrong.sent.length]).toEqual(['AUTHENTICATION', 0])
    expect(error.message).toContain('returned a signature that appCert does not verify')
    const right = bench(make(app.privateKey), [wireResponse(emptyList.body)])
    await right.connection.listPage(page, callOptions)
    expect(right.sent).toHaveLength(1)
  })
})
