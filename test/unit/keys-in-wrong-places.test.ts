import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pfxOptions } from '../../src/adapter-kit/file-options.js'
import { loadConfig } from '../../src/config/index.js'
import * as library from '../../src/index.js'
import type { ProviderName } from '../../src/model.js'
import { configSources } from '../../src/providers/config-sources.js'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { cli } from '../support/cli.js'
import { everythingOf } from '../support/core.js'

const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' })
const secrets: readonly (readonly [name: string, secret: string])[] = [
  ['a PEM key', pem.toString()],
  ['a PEM key with its line ends written as \\n', pem.toString().replaceAll('\n', '\\n')],
  ['a bare base64 key', pem.toString().replaceAll(/-----.*-----|\n/g, '')],
  // As a path it is too long a name of a file; slashes would make it folders that do not exist.
  [
    'a bare base64 key without a slash',
    pem
      .toString()
      .replaceAll(/-----.*-----|\n/g, '')
      .replaceAll('/', '+'),
  ],
  ['32 bytes in base64', randomBytes(32).toString('base64')],
  ['an APIv3 key', 'a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb'],
]

const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-keys-'))
const home = process.cwd()
let sandbox: Sandbox
beforeAll(async () => {
  // A command line writes files with the names that it gets.
  process.chdir(folder)
  sandbox = await startSandbox({ complaints: 1 })
})
afterAll(async () => {
  process.chdir(home)
  rmSync(folder, { recursive: true })
  await sandbox.close()
})

const providers = Object.keys(configSources) as ProviderName[]
const optionsOf = (provider: ProviderName): string[] => {
  const { options, fileOptions } = configSources[provider]
  return [...options, ...Object.keys(fileOptions), ...pfxOptions]
}
const file = (name: string, content: unknown): string => {
  writeFileSync(join(folder, name), JSON.stringify(content))
  return join(folder, name)
}
/** Twelve characters of the middle are in no text by chance. */
const expectHidden = (secret: string, shown: string, where: string): void => {
  const middle = secret.slice(Math.floor(secret.length / 2) - 6, Math.floor(secret.length / 2) + 6)
  const at = shown.indexOf(middle)
  expect(at < 0 ? '' : `${where}: ${shown.slice(Math.max(0, at - 120), at)}`).toBe('')
}

describe.each(secrets)('%s', (_, secret) => {
  const sandboxOptions = (provider: ProviderName): Record<string, unknown> => {
    const { wechatpay, huishouqian, xiaoe } = sandbox
    return { ...({ wechatpay, huishouqian, xiaoe } as Partial<Record<ProviderName, object>>)[provider] }
  }
  /** Accounts that work, but for one option, or one option too many. */
  const entries = (): Record<string, unknown>[] =>
    providers.flatMap((provider) => {
      const base = { ...sandboxOptions(provider), provider }
      return [
        ...optionsOf(provider).flatMap((option) => [
          { ...base, account: `its ${option}`, [option]: secret },
          { provider, [option]: secret },
          { provider, [option]: [secret] },
        ]),
        { ...base, account: 'an unknown option', [secret]: 'x' },
        { ...base, account: 'a provider', provider: secret },
        { [secret]: secret },
      ]
    })

  it('in an option, or as the name of one, is in no error of loadConfig', async () => {
    for (const [index, entry] of entries().entries()) {
      const path = file('entry.json', { accounts: [entry] })
      const errors: unknown[] = []
      await loadConfig(path, { onAccountError: (error) => void errors.push(error) }).catch((error) =>
        errors.push(error),
      )
      await loadConfig(path).catch((error) => errors.push(error))
      expectHidden(secret, errors.map(everythingOf).join('\n'), `${index} ${Object.keys(entry).slice(-1)}`)
    }
  })

  it('in an option, or as the name of one, is in no error of a factory', () => {
    const factories = {
      wechatpay: library.wechatpay,
      huishouqian: library.huishouqian,
      xiaoe: library.xiaoe,
      'alipay-trade': library.alipayTrade,
      'alipay-risk': library.alipayRisk,
    } as unknown as Record<ProviderName, (options: object) => unknown>
    for (const { provider, ...options } of entries()) {
      const factory = factories[provider as ProviderName]
      if (factory === undefined) continue
      try {
        factory(options)
      } catch (error) {
        expectHidden(secret, everythingOf(error), `${provider}`)
      }
    }
  })

  it('in a variable, or in its name, is in no error', async () => {
    for (const { variables, choice } of Object.values(configSources)) {
      for (const name of [...variables.map(({ name }) => name), choice?.variable ?? 'XIAOE_APP_ID']) {
        for (const env of [
          { [name]: secret },
          { [`${name}_${secret}`]: 'x' },
          { ...{ [name]: secret }, XIAOE_APP_ID: 'app1' },
        ]) {
          const errors: unknown[] = []
          await loadConfig(env, { onAccountError: (error) => void errors.push(error) }).catch((error) =>
            errors.push(error),
          )
          const { out, err } = await cli(['accounts'], { env })
          expectHidden(secret, `${errors.map(everythingOf)} ${out} ${err}`, name)
        }
      }
    }
  })

  it('in an option or as its name is printed by no command, and is not in a report', async () => {
    const config = file('accounts.json', { accounts: [{ ...sandbox.xiaoe, provider: 'xiaoe' }, ...entries()] })
    for (const argv of [
      ['doctor'],
      ['doctor', '--format', 'json'],
      ['accounts', '--lang', 'zh'],
      ['list', '--since', '1d'],
      ['list', '--since', '1d', '--keep-going', '--format', 'json', '--lang', 'zh'],
      ['report', '--since', '1d', '--keep-going', '--output', join(folder, 'report.html')],
    ]) {
      const { out, err } = await cli([...argv, '--config', config])
      expectHidden(secret, `${out}\n${err}`, argv.join(' '))
    }
    expectHidden(secret, readFileSync(join(folder, 'report.html'), 'utf8'), 'report')
  }, 60_000)

  it('as the path of a file, or as a value of the command line, is in no message', async () => {
    const config = file('xiaoe.json', { accounts: [{ ...sandbox.xiaoe, provider: 'xiaoe' }] })
    const errors: unknown[] = []
    await loadConfig(secret).catch((error) => errors.push(error))
    for (const argv of [
      ['list', '--config', secret],
      ['follow', '--once', '--state-file', secret, '--config', config],
      ['follow', '--once', '--state-file', join('/nowhere', secret), '--config', config],
      ['list', '--output', secret, '--config', config],
      ['list', '--output', `/nowhere/${secret}.csv`, '--config', config],
      ['report', '--output', secret, '--config', config],
      ['media', `xiaoe:${sandbox.xiaoe.appId}:${secret}`, secret, '--output', secret, '--config', config],
      ['list', '--account', secret, '--config', config],
      ['list', '--provider', secret, '--config', config],
      ['list', '--from', secret, '--config', config],
      ['list', '--due-within', secret, '--config', config],
      ['follow', '--every', secret, '--config', config],
      ['get', `${secret}:1`, '--config', config],
      ['doctor', '--account', secret, '--config', config],
      ['list', '--limit', secret, '--config', config],
      ['list', `--${secret}`, '--config', config],
      [secret],
    ])
      for (const lang of ['zh', 'en']) {
        const { out, err } = await cli([...argv, '--lang', lang])
        expectHidden(secret, `${out}\n${err}`, argv.slice(0, 2).join(' '))
      }
    expectHidden(secret, errors.map(everythingOf).join('\n'), 'loadConfig')
  })
})
