import { describe, expect, it } from 'vitest'
import { diagnose, type Finding } from '../../../src/config/index.js'
import { ComplaintClient, QueryError, wechatpay, xiaoe } from '../../../src/index.js'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js'
import { failure } from '../../support/failure.js'

async function withSandbox<T>(options: SandboxOptions, use: (sandbox: Sandbox) => Promise<T>): Promise<T> {
  const sandbox = await startSandbox({ complaints: 2, reuseKeys: true, quotas: false, ...options })
  try {
    return await use(sandbox)
  } finally {
    await sandbox.close()
  }
}

async function collect(findings: AsyncIterable<Finding>): Promise<Finding[]> {
  const all: Finding[] = []
  for await (const finding of findings) all.push(finding)
  return all
}

describe('diagnose', () => {
  it('yields the findings of each account as data', () =>
    withSandbox({ wechatpaySigning: 'onRequest' }, async (sandbox) => {
      const client = new ComplaintClient([wechatpay(sandbox.wechatpay), xiaoe(sandbox.xiaoe)])
      const findings = await collect(diagnose(client))
      expect(findings.map(({ provider, check, status }) => `${provider} ${check} ${status}`)).toEqual([
        'wechatpay options ok',
        'wechatpay clock ok',
        'wechatpay request ok',
        'wechatpay notificationKey ok',
        'xiaoe options ok',
        'xiaoe clock ok',
        'xiaoe request ok',
      ])
      expect(Object.keys(findings[0] ?? {})).toEqual(['provider', 'account', 'check', 'status', 'message', 'advice'])
      expect(JSON.parse(JSON.stringify(findings))).toEqual(findings)
    }))

  it('an account that cannot be used is a finding with advice in both languages', () =>
    withSandbox({ xiaoeRefusal: 2051 }, async (sandbox) => {
      const findings = await collect(diagnose(new ComplaintClient([xiaoe(sandbox.xiaoe)])))
      expect(findings.at(-1)).toMatchObject({
        check: 'request',
        status: 'failed',
        message: expect.stringContaining('2051'),
        advice: { zh: expect.stringContaining('白名单'), en: expect.stringContaining('allow-list') },
      })
    }))

  it('checks only the accounts that are asked for', () =>
    withSandbox({}, async (sandbox) => {
      const accounts = ['one', 'two'].map((account) => xiaoe({ ...sandbox.xiaoe, account }))
      const findings = await collect(diagnose(new ComplaintClient(accounts), { accounts: ['xiaoe:two'] }))
      expect(new Set(findings.map(({ account }) => account))).toEqual(new Set(['two']))
    }))

  it('warns of two accounts of the same merchant, also of one that is not asked for', () =>
    withSandbox({}, async (sandbox) => {
      const client = new ComplaintClient([
        xiaoe({ ...sandbox.xiaoe, account: 'one' }),
        xiaoe({ ...sandbox.xiaoe, account: 'two' }),
        wechatpay(sandbox.wechatpay),
        // The same number at another address is another merchant.
        xiaoe({ ...sandbox.xiaoe, account: 'elsewhere', baseUrl: 'https://example.com' }),
      ])
      const warningsOf = (findings: Finding[]): Finding[] => findings.filter(({ status }) => status === 'warning')
      const accounts = ['one', 'two', sandbox.wechatpay.mchid]
      const warnings = warningsOf(await collect(diagnose(client, { accounts })))
      expect(warnings.map(({ account, check, message }) => `${account} ${check} ${message}`)).toEqual([
        'one options the same merchant as xiaoe:two: each complaint is listed by each of them, and they share one quota',
        'two options the same merchant as xiaoe:one: each complaint is listed by each of them, and they share one quota',
      ])
      expect(warningsOf(await collect(diagnose(client, { accounts: ['two'] })))).toHaveLength(1)
    }))

  it('an unknown account is a QueryError, at once', () => {
    const client = new ComplaintClient([xiaoe({ appId: 'a', accessToken: 't' })])
    expect(() => diagnose(client, { accounts: ['nobody'] })).toThrow(QueryError)
  })

  it('an abort rejects with its reason, before and during the checks', () =>
    withSandbox({ latencyMs: 500 }, async (sandbox) => {
      const client = new ComplaintClient([xiaoe(sandbox.xiaoe)])
      const reason = new Error('enough')
      expect(await failure(collect(diagnose(client, { signal: AbortSignal.abort(reason) })))).toBe(reason)
      const controller = new AbortController()
      setTimeout(() => controller.abort(reason), 50)
      expect(await failure(collect(diagnose(client, { signal: controller.signal })))).toBe(reason)
    }))

  it('an abort between two findings rejects with its reason', () =>
    withSandbox({}, async (sandbox) => {
      const controller = new AbortController()
      const reason = new Error('enough')
      const findings = diagnose(new ComplaintClient([xiaoe(sandbox.xiaoe)]), { signal: controller.signal })
      const iterator = findings[Symbol.asyncIterator]()
      await iterator.next()
      controller.abort(reason)
      expect(await failure(iterator.next())).toBe(reason)
    }))

  it.each([
    [{ acounts: ['a'] }, 'did you mean accounts?'],
    [{ accounts: 'a' }, 'accounts: must be a list'],
    [{ signal: {} }, 'signal: must be an AbortSignal'],
  ])('rejects the options %j, at once', (options, message) => {
    const client = new ComplaintClient([xiaoe({ appId: 'a', accessToken: 't' })])
    expect(() => diagnose(client, options as never)).toThrow(
      expect.objectContaining({ code: 'QUERY', message: expect.stringContaining(message) }),
    )
  })

  it('a hundred accounts at 200 ms latency take seconds', () =>
    withSandbox({ latencyMs: 200 }, async (sandbox) => {
      const accounts = Array.from({ length: 100 }, (_, index) =>
        wechatpay({ ...sandbox.wechatpay, account: `shop ${index}` }),
      )
      const startedAt = performance.now()
      const findings = await collect(diagnose(new ComplaintClient(accounts)))
      expect(performance.now() - startedAt).toBeLessThan(10_000)
      expect(findings.filter(({ check, status }) => check === 'request' && status === 'ok')).toHaveLength(100)
      expect([...new Set(findings.map(({ account }) => account))]).toEqual(accounts.map(({ account }) => account))
    }))

  it('ending the iteration stops the requests', () =>
    withSandbox({ latencyMs: 100 }, async (sandbox) => {
      const accounts = Array.from({ length: 40 }, (_, index) =>
        wechatpay({ ...sandbox.wechatpay, account: `shop ${index}` }),
      )
      for await (const _ of diagnose(new ComplaintClient(accounts))) break
      const { length } = sandbox.requests
      await new Promise((resolve) => setTimeout(resolve, 400))
      expect(sandbox.requests.length).toBe(length)
    }))
})
