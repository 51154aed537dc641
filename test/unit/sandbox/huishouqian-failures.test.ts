import { afterEach, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxFault, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js'
import {
  ask,
  type CallPath,
  type Envelope,
  fieldsOf,
  idsOf,
  peers,
  postFields,
  provenResult,
} from './huishouqian-peer.js'
import { wechatPayGet, xiaoePost, xiaoeToken } from './raw.js'

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
const query: CallPath = '/complaint/query'

/** Whether an answer's signature is over exactly this, and the key. */
function isOver(sandbox: Sandbox, { sign = '' }: Envelope, text: string): boolean {
  const { key, platformCertificate } = sandbox.huishouqian
  const verdicts = Object.values(peers).map((peer) => peer.isSigned(`${text}&key=${key}`, sign, platformCertificate))
  expect(new Set(verdicts).size).toBe(1)
  return verdicts[0] === true
}

const words: [code: string, message: string][] = [
  ['000001', '系统异常,请稍后再试'],
  ['130000', '受理成功'],
  ['130001', '结果未知,请稍后查询'],
  ['130002', '参数校验不通过'],
  ['130003', '投诉订单号不存在'],
  ['130004', '商户号不匹配'],
  ['130005', '商户号不存在'],
  ['130006', '代理商户号不匹配'],
  ['130007', '文件大小超限'],
  ['130008', '文件类型不合法'],
  ['130009', '回复上传图片不能超过四张'],
  ['130010', '投诉订单号不能为空'],
  ['130011', '商户秘钥未配置'],
]

describe("Huishouqian's refusals by rule", () => {
  it.each(words)('say %s in the words of the page, proven', async (code, errorMsg) => {
    const sandbox = await start({ faults: [{ kind: 'refusal', provider: 'huishouqian', code }] })
    for (const path of [query, '/complaint/queryHistory', '/complaint/download'] as const) {
      const envelope = await ask(sandbox, path, { complaintId: idsOf(sandbox)[0] })
      expect(envelope).toMatchObject({ success: false, result: null, errorCode: code, errorMsg })
      expect(isOver(sandbox, envelope, `errorCode=${code}&errorMsg=${errorMsg}&success=false`)).toBe(true)
      expect(sandbox.requests.at(-1)).toMatchObject({ status: 200, served: [] })
    }
  })

  it('say that the system is busy unless configured otherwise, and then pass', async () => {
    const sandbox = await start({ faults: [{ kind: 'refusal', nth: 1 }] })
    expect(await ask(sandbox, query, days)).toMatchObject({ success: false, errorCode: '000001' })
    expect(await ask(sandbox, query, days)).toMatchObject({ success: true })
  })

  it('prove nothing under CFCA', async () => {
    const sandbox = await start({ signType: 'CFCA', faults: [{ kind: 'refusal', code: '130001' }] })
    expect(await ask(sandbox, query, days)).toEqual({
      success: false,
      result: null,
      errorCode: '130001',
      errorMsg: '结果未知,请稍后查询',
    })
  })

  it('are none of the other providers', async () => {
    const sandbox = await start({ faults: [{ kind: 'refusal', times: 1 }] })
    const path = '/v3/merchant-service/complaints-v2?limit=50&offset=0&begin_date=2026-01-01&end_date=2026-01-31'
    expect((await wechatPayGet(sandbox, path)).status).toBe(200)
    const token = await xiaoeToken(sandbox)
    expect(JSON.parse((await xiaoePost(sandbox, { access_token: token })).body)).toMatchObject({ code: 0 })
    expect(await ask(sandbox, query, days)).toMatchObject({ errorCode: '000001' })
  })

  it('need a code that is one', async () => {
    for (const code of ['', 130001]) {
      const faults = [{ kind: 'refusal', code } as unknown as SandboxFault]
      await expect(startSandbox({ faults })).rejects.toThrow(/faults\.0\.code/)
    }
  })
})

describe("what the signature of Huishouqian's failures says of a null", () => {
  const forms = [
    ['absent', '', 'errorCode=900001&'],
    ['empty', 'errorCode=&errorMsg=&', 'errorCode=900001&errorMsg=&'],
    ['null', 'errorCode=null&errorMsg=null&', 'errorCode=900001&errorMsg=null&'],
  ] as const
  it.each(forms)('%s', async (huishouqianNulls, neither, onlyCode) => {
    const faults: SandboxFault[] = [
      { kind: 'refusal', code: null, nth: 1 },
      { kind: 'refusal', code: '900001', nth: 2 },
    ]
    const sandbox = await start({ huishouqianNulls, faults })
    const [first, second] = [await ask(sandbox, query, days), await ask(sandbox, query, days)]
    expect(first).toMatchObject({ success: false, result: null, errorCode: null, errorMsg: null })
    expect(second).toMatchObject({ success: false, result: null, errorCode: '900001', errorMsg: null })
    for (const [, other, otherCode] of forms) {
      expect(isOver(sandbox, first, `${other}success=false`)).toBe(other === neither)
      expect(isOver(sandbox, second, `${otherCode}success=false`)).toBe(otherCode === onlyCode)
    }
  })

  it('is that it is left out, unless configured otherwise', async () => {
    const sandbox = await start({ faults: [{ kind: 'refusal', code: null }] })
    expect(isOver(sandbox, await ask(sandbox, query, days), 'success=false')).toBe(true)
  })
})

describe.each(['RSA2', 'CFCA'] as const)("Huishouqian's success, %s", (signType) => {
  it('is a text beside 000000 when asked to, and proven as ever', async () => {
    const sandbox = await start({ signType, huishouqianSuccess: 'text', faults: [{ kind: 'missingTotal', nth: 2 }] })
    const good = await ask(sandbox, query, days)
    expect(good).toMatchObject({ success: 'true', errorCode: '000000', errorMsg: '成功' })
    expect(provenResult(sandbox, good)).toMatchObject({ totalSize: 6 })
    const without = await ask(sandbox, query, days)
    expect(without).toMatchObject({ success: 'true', errorCode: '000000' })
    expect(provenResult(sandbox, without)).not.toHaveProperty('totalSize')
    const bad = await ask(sandbox, query, {})
    expect(bad).toMatchObject({ success: 'false', errorCode: '130002' })
    if (signType === 'RSA2')
      expect(isOver(sandbox, bad, `errorCode=130002&errorMsg=${bad.errorMsg}&success=false`)).toBe(true)
  })

  it('is a boolean beside nulls otherwise', async () => {
    const sandbox = await start({ signType })
    expect(await ask(sandbox, query, days)).toMatchObject({ success: true, errorCode: null, errorMsg: null })
    expect(await ask(sandbox, query, {})).toMatchObject({ success: false })
  })

  it('tampered with, proves nothing in either form', async () => {
    for (const huishouqianSuccess of ['boolean', 'text'] as const) {
      const sandbox = await start({ signType, huishouqianSuccess, faults: [{ kind: 'tamperedBody' }] })
      const envelope = await ask(sandbox, query, days)
      expect(() => provenResult(sandbox, envelope)).toThrow()
    }
  })
})

describe("Huishouqian's own checks", () => {
  it.each(['RSA2', 'CFCA'] as const)('reach these codes under %s', async (signType) => {
    const sandbox = await start({ signType })
    const business: [object, string][] = [
      [{}, '130002'],
      [{ complaintId: '1' }, '130003'],
      [{ ...days, merchantNo: '899999999999' }, '130004'],
      [{ ...days, agentMerchantNo: '799999999999' }, '130006'],
    ]
    for (const [fields, errorCode] of business)
      expect(await ask(sandbox, query, fields)).toMatchObject({ success: false, errorCode })
    expect(await ask(sandbox, '/complaint/queryHistory', {})).toMatchObject({ errorCode: '130010' })
    const fields = fieldsOf(sandbox, query, days)
    const other = signType === 'RSA2' ? 'CFCA' : 'RSA2'
    for (const [changed, errorCode] of [
      [{ merchantNo: '899999999999' }, '130005'],
      [{ signType: other }, '130011'],
    ] as const) {
      const answer = await postFields(sandbox, query, { ...fields, ...changed })
      expect(JSON.parse(answer.body)).toMatchObject({ success: false, errorCode })
    }
  })
})
