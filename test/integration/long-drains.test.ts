import { afterEach, describe, expect, it } from 'vitest'
import { type Adapter, type Complaint, ComplaintClient, huishouqian, wechatpay, xiaoe } from '../../src/index.js'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js'

const days = { from: '2025-01-01', to: '2026-02-04' }
const each = 3000

let sandbox: Sandbox | undefined
afterEach(() => sandbox?.close())

describe('400 days of 3,000 complaints yield exactly the truth', () => {
  it.each<[string, Complaint['provider'], SandboxOptions, (sandbox: Sandbox) => Adapter]>([
    ['WeChat Pay', 'wechatpay', {}, (box) => wechatpay(box.wechatpay)],
    ['Huishouqian RSA2', 'huishouqian', { signType: 'RSA2' }, (box) => huishouqian(box.huishouqian)],
    ['Huishouqian CFCA', 'huishouqian', { signType: 'CFCA' }, (box) => huishouqian(box.huishouqian)],
    ['Xiaoe', 'xiaoe', {}, (box) => xiaoe(box.xiaoe)],
  ])('%s', async (_, provider, options, adapter) => {
    const none = { wechatpay: 0, huishouqian: 0, xiaoe: 0 }
    const box = await startSandbox({ ...days, ...options, complaints: { ...none, [provider]: each } })
    sandbox = box
    const delivered = new Map<string, object>()
    for await (const { raw: _raw, ...complaint } of new ComplaintClient([adapter(box)]).list(days)) {
      expect(delivered.has(complaint.id)).toBe(false)
      delivered.set(complaint.id, complaint)
    }
    expect(delivered).toEqual(new Map(box.truth.map((complaint) => [complaint.id, complaint])))
    expect(delivered.size).toBe(each)
  })

  it('all three in one stream, newest first', async () => {
    const box = await startSandbox({ ...days, complaints: { wechatpay: 1000, huishouqian: 1000, xiaoe: 1000 } })
    sandbox = box
    const client = new ComplaintClient([wechatpay(box.wechatpay), huishouqian(box.huishouqian), xiaoe(box.xiaoe)])
    const keys: string[] = []
    let previous = Number.POSITIVE_INFINITY
    for await (const { provider, id, createdAt } of client.list({ ...days, order: 'newest' })) {
      expect(createdAt.getTime()).toBeLessThanOrEqual(previous)
      previous = createdAt.getTime()
      keys.push(`${provider}:${id}`)
    }
    expect(keys.sort()).toEqual(box.truth.map(({ provider, id }) => `${provider}:${id}`).sort())
  })
})
