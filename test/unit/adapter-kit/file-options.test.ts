import { describe, expect, it } from 'vitest'
import { pfxOptions } from '../../../src/adapter-kit/file-options.js'
import {
  alipayRisk,
  alipayTrade,
  ComplaintClient,
  ConfigError,
  huishouqian,
  type ProviderName,
  wechatpay,
  xiaoe,
} from '../../../src/index.js'
import { configSources } from '../../../src/providers/config-sources.js'
import { errorOf, everythingOf } from '../../support/core.js'

const factories = {
  wechatpay,
  huishouqian,
  xiaoe,
  'alipay-trade': alipayTrade,
  'alipay-risk': alipayRisk,
} satisfies Record<ProviderName, unknown> as unknown as Record<string, (options: unknown) => unknown>
const reader = 'loadConfig of unified-complaints/config reads files'
const path = '/etc/secret-path.pem'

describe('an option of accounts files that is given to an adapter factory', () => {
  const cases = Object.keys(factories).flatMap((provider) =>
    Object.entries(configSources[provider as ProviderName].fileOptions).map(
      ([name, { option }]) => [provider, name, option] as const,
    ),
  )

  it.each(cases)('%s: %s is read by loadConfig; the factory takes %s', (provider, name, option) => {
    const error = errorOf(() => factories[provider]?.({ [name]: path }))
    expect(error).toBeInstanceOf(ConfigError)
    expect(String(error)).toContain(`unknown option "${name}" (${reader}; here give ${option} the content)`)
    expect(everythingOf(error)).not.toContain(path)
  })

  it.each(pfxOptions)('%s is read by loadConfig, or by loadPfx', (name) => {
    for (const factory of Object.values(factories))
      expect(String(errorOf(() => factory({ [name]: path })))).toContain(
        `unknown option "${name}" (${reader}; here spread what loadPfx of unified-complaints/pfx returns)`,
      )
  })

  it.each(['privatekeyFile', 'private_key_file', 'privateKeyFIle'])('is meant by a misspelt name too: %s', (name) => {
    expect(String(errorOf(() => factories.wechatpay?.({ [name]: path })))).toContain(`"${name}" (${reader}`)
  })

  it('does not hide a misspelt option beside it', () => {
    const error = errorOf(() => factories.wechatpay?.({ privateKeyFile: path, serialno: 'x', other: 'x' }))
    expect(String(error)).toMatch(
      /"privateKeyFile" \(loadConfig .*"serialno" \(did you mean serialNo\?\), "other"; check/,
    )
  })

  it('is a misspelt option elsewhere', () => {
    const adapter = xiaoe({ appId: 'app1', accessToken: 'token' })
    const error = errorOf(() => new ComplaintClient(adapter, { privateKeyFile: path } as never))
    expect(String(error)).toMatch(/unknown option "privateKeyFile"; check its spelling/)
  })
})
