import { generateKeyPairSync } from 'node:crypto'
import { Agent } from 'node:https'
import { checkServerIdentity } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { ComplaintClient, ConfigError, xiaoe } from '../../src/index.js'
import { createCertificate } from '../../src/sandbox/certificate.js'
import { ask } from './ask.js'

interface Report {
  ends: Record<string, { code: string; message: string; attempts: number; sent: number; tunnelled: boolean }>
  careless: number | string
}

function askWith(setting: string): Promise<Report> {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = keys.privateKey.export({ type: 'pkcs8', format: 'pem' })
  const cert = createCertificate(keys, 'localhost', Date.now())
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: setting, NODE_NO_WARNINGS: '1' }
  return ask(new URL('tls-child.mjs', import.meta.url), { key, cert }, { env })
}

describe('a server with a self-signed certificate', () => {
  it.each([
    ['1', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['0', 200],
  ])('gets no byte of a request with NODE_TLS_REJECT_UNAUTHORIZED=%s, with any agent', async (setting, careless) => {
    const { ends, careless: others } = await askWith(setting)
    // The result of node:https in that process shows that the setting is in force.
    expect(others).toBe(careless)
    const refused = {
      code: 'NETWORK',
      message: expect.stringContaining('SELF_SIGNED'),
      attempts: 1,
      sent: 0,
      tunnelled: false,
    }
    const asked = { ...refused, code: 'RESPONSE', message: expect.any(String), sent: 1 }
    expect(ends).toEqual({
      default: refused,
      agent: refused,
      undecided: refused,
      other: refused,
      proxy: { ...refused, tunnelled: true },
      'proxy and agent': { ...refused, tunnelled: true },
      'the right CA': asked,
      'the right CA, through a proxy': { ...asked, tunnelled: true },
    })
  })
})

describe('an agent that does not verify', () => {
  const clientWith = (httpsAgent: Agent): ComplaintClient =>
    new ComplaintClient(xiaoe({ appId: 'app0000', accessToken: 'token-of-nobody' }), { axios: { httpsAgent } })

  it.each([
    ['rejectUnauthorized: false', { rejectUnauthorized: false }],
    ['a check that accepts any host', { checkServerIdentity: () => undefined }],
  ])('%s is rejected', (_, options) => {
    expect(() => clientWith(new Agent(options))).toThrow(ConfigError)
    expect(() => clientWith(new Agent(options))).toThrow(/TLS verification off/)
  })

  it.each<[string, ConstructorParameters<typeof Agent>[0]]>([
    ['no options', {}],
    ['a CA', { ca: 'x' }],
    ["node:tls' own check", { checkServerIdentity }],
    [
      'a check that pins',
      {
        checkServerIdentity: (_host, { fingerprint256 }) =>
          fingerprint256 === 'pinned' ? undefined : new Error('another certificate'),
      },
    ],
    ['a check that reads what a real certificate has', { checkServerIdentity: (_, { raw }) => void raw.length }],
  ])('%s is accepted', (_, options) => {
    expect(() => clientWith(new Agent(options))).not.toThrow()
  })
})
