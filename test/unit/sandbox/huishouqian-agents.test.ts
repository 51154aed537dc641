import { afterEach, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js'
import { ask, idsOf, provenResult } from './huishouqian-peer.js'

const closing: Sandbox[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((sandbox) => sandbox.close()))
})
async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const days = { from: '2026-01-01', to: '2026-01-31' }
  const sandbox = await startSandbox({ ...days, reuseKeys: true, complaints: 60, ...options })
  closing.push(sandbox)
  return sandbox
}

const days = { beginDate: '2026-01-01', endDate: '2026-01-31', limit: 500 }
const agentMerchantNo = '700000000001'
const merchants = ['800000000001', '800000000002', '800000000003']

const own = (sandbox: Sandbox): Sandbox['truth'] => sandbox.truth.filter(({ provider }) => provider === 'huishouqian')
async function rowsOf(sandbox: Sandbox, fields: object): Promise<Record<string, unknown>[]> {
  const result = provenResult(sandbox, await ask(sandbox, '/complaint/query', { ...days, ...fields }))
  return (result as { data?: Record<string, unknown>[] | null }).data ?? []
}

describe.each(['RSA2', 'CFCA'] as const)("an agent's merchants, %s", (signType) => {
  it('are each in the list, marked as such', async () => {
    const sandbox = await start({ signType, huishouqianMerchants: 3 })
    const rows = await rowsOf(sandbox, { agentMerchantNo })
    expect(rows.map(({ complaintId, merchantNo, agentNo = null }) => [complaintId, merchantNo, agentNo])).toEqual(
      own(sandbox).map(({ id, merchantId, agentId }) => [id, merchantId, agentId]),
    )
    expect(new Set(rows.map(({ merchantNo }) => merchantNo))).toEqual(new Set(merchants))
    expect(new Set(own(sandbox).map(({ account }) => account))).toEqual(new Set([sandbox.huishouqian.merchantNo]))
    for (const { merchantNo, agentNo } of rows)
      if (merchantNo !== sandbox.huishouqian.merchantNo) expect(agentNo).toBe(agentMerchantNo)
    // Of the account's own merchant, rows name the agent or do not.
    const named = rows.filter(({ merchantNo }) => merchantNo === sandbox.huishouqian.merchantNo)
    expect(new Set(named.map(({ agentNo }) => agentNo))).toEqual(new Set([agentMerchantNo, undefined]))
  })

  it('are asked for one by one', async () => {
    const sandbox = await start({ signType, huishouqianMerchants: 3 })
    for (const merchantNo of merchants) {
      const wanted = own(sandbox).filter(({ merchantId }) => merchantId === merchantNo)
      expect((await rowsOf(sandbox, { merchantNo })).map(({ complaintId }) => complaintId)).toEqual(
        wanted.map(({ id }) => id),
      )
      expect(wanted.length).toBeGreaterThan(5)
      expect(await rowsOf(sandbox, { merchantNo, agentMerchantNo })).toHaveLength(wanted.length)
    }
  })

  it('are no others', async () => {
    const sandbox = await start({ signType, huishouqianMerchants: 3 })
    const refusals: [object, string][] = [
      [{ merchantNo: '800000000004' }, '130004'],
      [{ merchantNo: agentMerchantNo }, '130004'],
      [{ agentMerchantNo: '700000000002' }, '130006'],
      [{ agentMerchantNo: '800000000001' }, '130006'],
    ]
    for (const [fields, errorCode] of refusals)
      expect(await ask(sandbox, '/complaint/query', { ...days, ...fields })).toMatchObject({ errorCode })
    const [{ id = '', merchantId = null } = {}] = own(sandbox)
    const other = merchants.find((merchantNo) => merchantNo !== merchantId)
    expect(await rowsOf(sandbox, { complaintId: id, merchantNo: other })).toEqual([])
    expect(await rowsOf(sandbox, { complaintId: id, merchantNo: merchantId })).toMatchObject([{ complaintId: id }])
  })
})

describe('how many merchants there are', () => {
  it('is one by default, and changes nothing else', async () => {
    const [one, three] = [await start(), await start({ huishouqianMerchants: 3 })]
    expect(new Set(own(one).map(({ merchantId }) => merchantId))).toEqual(new Set(['800000000001']))
    expect(await ask(one, '/complaint/query', { ...days, merchantNo: '800000000002' })).toMatchObject({
      errorCode: '130004',
    })
    const rest = (sandbox: Sandbox): unknown => own(sandbox).map(({ merchantId: _, agentId: __, ...others }) => others)
    expect(rest(three)).toEqual(rest(one))
    expect(idsOf(three)).toEqual(idsOf(one))
  })

  it('is a number from 1 to 1000', async () => {
    for (const huishouqianMerchants of [0, 1001, 1.5])
      await expect(startSandbox({ huishouqianMerchants })).rejects.toThrow(/huishouqianMerchants/)
  })
})
