import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import type { Complaint, ComplaintChange } from '../../src/index.js'
import { startSandbox } from '../../src/sandbox/index.js'
import { complaintOf } from '../support/model-provider.js'

const example = new URL('./alert-robot/', import.meta.url).pathname
const bin = new URL('../../dist/cli/main.js', import.meta.url).pathname
const secret = 'SEC-made-up-secret'
const dayMs = 86_400_000

let open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.reverse()) await close()
  open = []
})

interface Message {
  readonly bytes: number
  readonly body: unknown
}

interface RobotServer {
  readonly url: string
  readonly messages: Message[]
  /** The next responses, in place of acceptance. */
  readonly refusals: { status: number; body: object }[]
}

/** A group's robot: it checks signatures and sizes as documented, and refuses with HTTP status 200. */
async function startRobot(robot: string): Promise<RobotServer> {
  const messages: Message[] = []
  const refusals: { status: number; body: object }[] = []
  const server = createServer(async (request, response) => {
    const sent = await text(request)
    const body = JSON.parse(sent)
    const { searchParams } = new URL(request.url ?? '', 'http://robot')
    const answer = refusals.shift() ?? { status: 200, body: judge(robot, body, searchParams, sent) }
    const { errcode, code } = answer.body as { errcode?: number; code?: number }
    if (answer.status === 200 && (errcode ?? code) === 0) messages.push({ bytes: Buffer.byteLength(sent), body })
    response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(() => server.close())
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/send?key=made-up-key`, messages, refusals }
}

function judge(
  robot: string,
  body: { msgtype?: string; markdown?: { content?: string }; timestamp?: string; sign?: string },
  query: URLSearchParams,
  sent: string,
): object {
  const hmac = (key: string, data: string): string => createHmac('sha256', key).update(data).digest('base64')
  if (robot === 'wecom') {
    if (body.msgtype !== 'markdown' || Buffer.byteLength(body.markdown?.content ?? '') > 4_096)
      return { errcode: 40_058, errmsg: 'markdown.content exceed max length 4096' }
    return { errcode: 0, errmsg: 'ok' }
  }
  if (robot === 'dingtalk') {
    const timestamp = query.get('timestamp') ?? ''
    const isFresh = Math.abs(Date.now() - Number(timestamp)) < 3_600_000
    if (!isFresh || query.get('sign') !== hmac(secret, `${timestamp}\n${secret}`))
      return { errcode: 310_000, errmsg: 'sign not match' }
    return Buffer.byteLength(sent) > 20_000
      ? { errcode: 460_101, errmsg: 'message too long' }
      : { errcode: 0, errmsg: 'ok' }
  }
  const { timestamp = '', sign } = body
  const isFresh = Math.abs(Date.now() / 1000 - Number(timestamp)) < 3_600
  if (!isFresh || sign !== hmac(`${timestamp}\n${secret}`, ''))
    return { code: 19_021, msg: 'sign match fail or timestamp is not within one hour from current time' }
  return Buffer.byteLength(sent) > 20_480 ? { code: 9_499, msg: 'Bad Request' } : { code: 0, msg: 'success', data: {} }
}

interface Ended {
  readonly code: number | null
  readonly notes: string
}

/** Runs a program to its end. */
async function run(argv: readonly string[], env: object, input = ''): Promise<Ended> {
  const child = spawn(process.execPath, argv, {
    env: { ...process.env, LANG: 'en_US.UTF-8', PAUSE_MS: '0', ...env },
    stdio: 'pipe',
  })
  open.push(() => child.kill('SIGKILL'))
  child.stdin.end(input)
  child.stdout.resume()
  const notes = text(child.stderr)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, notes: await notes }
}

const alert = (robot: string, server: RobotServer, change: ComplaintChange, env: object = {}): Promise<Ended> =>
  run(
    [`${example}alert.mjs`],
    { ROBOT: robot, ROBOT_URL: server.url, ROBOT_SECRET: secret, ...env },
    JSON.stringify(change),
  )

const words = '商家电话 13812345678 打不通 <@all> [点这里](https://example.com) <at id=all></at>'

function complaint(changes: Partial<Complaint> = {}): Complaint {
  const made = complaintOf(
    { id: '200201820261130000000000001', createdAt: Date.now() - 60_000, state: 'pending' },
    '1900000001',
  )
  return {
    ...made,
    subject: '商品质量问题',
    detail: words,
    payer: { phone: { value: '13812345678', form: 'plain' }, openId: null },
    orders: [{ merchantOrderNo: 'ORDER-1', transactionId: null, amount: null }],
    refund: { wanted: true, amount: { fen: 12_300, currency: 'CNY' }, completed: null },
    ...changes,
  } as Complaint
}

function change(changes: Partial<ComplaintChange> = {}): ComplaintChange {
  const deadline = { at: new Date('2126-12-01T02:00:00Z'), for: 'reply', basis: 'rule' } as const
  return { kind: 'created', complaint: complaint(), previous: null, changed: [], deadline, ...changes }
}

const reopened: Partial<ComplaintChange> = {
  kind: 'updated',
  changed: ['state', 'providerState'],
  previous: { state: 'resolved' } as NonNullable<ComplaintChange['previous']>,
}

describe.each(['wecom', 'dingtalk', 'feishu'])('alert-robot: %s', (robot) => {
  it('posts created, re-opened and due complaints as documented, with phones masked', async () => {
    const server = await startRobot(robot)
    const late = { at: new Date('2026-01-01T02:00:00Z'), for: 'resolution', basis: 'rule' } as const
    for (const each of [change(), change(reopened), change({ kind: 'due' }), change({ kind: 'due', deadline: late })])
      expect(await alert(robot, server, each)).toEqual({ code: 0, notes: '' })
    const titles = ['新投诉：微信支付', '投诉重新打开：微信支付', '投诉即将到期：微信支付', '投诉已超期：微信支付']
    expect(server.messages).toHaveLength(titles.length)
    for (const [index, { body }] of server.messages.entries()) {
      const sent = JSON.stringify(body)
      expect(sent).toContain(titles[index])
      expect(sent).toContain('200201820261130000000000001')
      expect(sent).toMatch(/138(?:\*{4}|＊{4})5678/)
      expect(sent).not.toContain('13812345678')
      expect(sent).toContain(index === 3 ? '2026-01-01 10:00:00（处理完成）' : '2126-12-01 10:00:00（首次回复）')
    }
    // Without the time of the signature.
    const { timestamp: _, sign: __, ...first } = (server.messages[0]?.body ?? {}) as Record<string, unknown>
    const madeAt = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?!（)/g
    expect(JSON.parse(JSON.stringify(first).replace(madeAt, 'TIME'))).toEqual(documented[robot])
  })

  it('keeps within the size that the robot takes, without cutting a character', async () => {
    const server = await startRobot(robot)
    const long = complaint({ detail: '😀'.repeat(5_000), subject: '很'.repeat(500) })
    expect(await alert(robot, server, change({ complaint: long }))).toEqual({ code: 0, notes: '' })
    expect(JSON.stringify(server.messages[0]?.body)).toMatch(/😀…/u)
    expect(JSON.stringify(server.messages[0]?.body)).not.toMatch(/\\ud[89a-f]/)
  })

  it('fails when the robot refuses with HTTP status 200, and names neither address nor secret', async () => {
    const server = await startRobot(robot)
    const body =
      robot === 'feishu' ? { code: 11_232, msg: 'frequency limited' } : { errcode: 45_009, errmsg: 'limited' }
    server.refusals.push({ status: 200, body }, { status: 502, body: {} })
    const refused = await alert(robot, server, change())
    expect(refused.code).toBe(1)
    expect(refused.notes).toMatch(/refused the message: (?:11232|45009) \w+/)
    const failed = await alert(robot, server, change())
    expect(failed).toEqual({ code: 1, notes: `${robot}: HTTP 502\n` })
    const unreachable = await alert(robot, { ...server, url: 'http://127.0.0.1:1/send?key=made-up-key' }, change())
    expect(unreachable.code).toBe(1)
    for (const { notes } of [refused, failed, unreachable]) expect(notes).not.toMatch(/made-up/)
    expect(server.messages).toEqual([])
  })
})

describe('alert-robot', () => {
  it.each(['dingtalk', 'feishu'])('%s refuses a wrong signature, and the change stays unhandled', async (robot) => {
    const server = await startRobot(robot)
    const { code, notes } = await alert(robot, server, change(), { ROBOT_SECRET: 'another' })
    expect([code, notes]).toEqual([1, expect.stringMatching(/310000 sign not match|19021 sign match fail/)])
  })

  it('is silent about complaints of the first pass that are old, and about other changes', async () => {
    const server = await startRobot('wecom')
    const old = complaint({ createdAt: new Date(Date.now() - 2 * dayMs) })
    const answered = change({ ...reopened, previous: { state: 'pending' } as NonNullable<ComplaintChange['previous']> })
    for (const each of [change({ complaint: old }), answered])
      expect(await alert('wecom', server, each)).toEqual({ code: 0, notes: '' })
    expect(server.messages).toEqual([])
  })

  it('says which variable is wrong', async () => {
    const server = await startRobot('wecom')
    expect((await alert('slack', server, change())).notes).toBe('ROBOT must be one of wecom, dingtalk, feishu\n')
    expect((await alert('wecom', { ...server, url: 'key' }, change())).notes).toMatch(/^ROBOT_URL must be/)
  })

  it('under `follow --exec`, a message that the robot refused comes again, then re-openings and deadlines', {
    timeout: 60_000,
  }, async () => {
    const sandbox = await startSandbox({ complaints: 0, reuseKeys: true, quotas: false })
    open.push(() => sandbox.close())
    const robot = await startRobot('dingtalk')
    const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-robot-'))
    open.push(() => rmSync(folder, { recursive: true }))
    const accountsFile = join(folder, 'accounts.json')
    const accounts = [{ provider: 'wechatpay', ...sandbox.wechatpay }]
    writeFileSync(accountsFile, JSON.stringify({ accounts }), { mode: 0o600 })
    const follow = (...flags: string[]): Promise<Ended> =>
      run(
        [
          bin,
          'follow',
          '--once',
          '--config',
          accountsFile,
          '--state-file',
          join(folder, 'state.json'),
          ...flags,
          '--exec',
          `${JSON.stringify(process.execPath)} ${JSON.stringify(`${example}alert.mjs`)}`,
        ],
        { ROBOT: 'dingtalk', ROBOT_URL: robot.url, ROBOT_SECRET: secret },
      )
    const titles = (): string[] =>
      robot.messages.map(({ body }) => (body as { markdown: { title: string } }).markdown.title)

    const { id } = sandbox.addComplaint('wechatpay', { state: 'pending' })
    robot.refusals.push({ status: 200, body: { errcode: 410_100, errmsg: 'send too fast' } })
    const refused = await follow()
    expect(refused.code).toBe(1)
    expect(refused.notes).toContain('dingtalk refused the message: 410100 send too fast')
    expect(titles()).toEqual([])
    expect((await follow()).code).toBe(0)
    expect(titles()).toEqual(['新投诉：微信支付'])
    sandbox.changeState('wechatpay', id, 'resolved')
    expect((await follow()).code).toBe(0)
    sandbox.changeState('wechatpay', id, 'processing')
    expect((await follow()).code).toBe(0)
    expect((await follow('--due-within', '30d')).code).toBe(0)
    expect(titles()).toEqual(['新投诉：微信支付', '投诉重新打开：微信支付', '投诉即将到期：微信支付'])
  })
})

const lines = [
  ['账号', '1900000001'],
  ['投诉单号', '200201820261130000000000001'],
  ['投诉时间', 'TIME'],
  ['状态', '待处理'],
  ['投诉类型', '商品质量问题'],
  ['投诉内容', words.replace('13812345678', '138****5678')],
  ['商户订单号', 'ORDER-1'],
  ['申请退款', '123.00 元'],
  ['联系电话', '138****5678'],
  ['处理期限', '2126-12-01 10:00:00（首次回复）'],
] as const
const wide: Readonly<Record<string, string>> = { '<': '＜', '>': '＞', '[': '［', ']': '］', '*': '＊' }
const escaped = (value: string): string => value.replace(/[<>[\]*]/g, (character) => wide[character] ?? '')

/** The bodies as the robots' documentation has them. */
const documented: Readonly<Record<string, object>> = {
  wecom: {
    msgtype: 'markdown',
    markdown: {
      content: [
        '**<font color="info">新投诉：微信支付</font>**',
        ...lines.map(([name, value]) => `>${name}：<font color="comment">${escaped(value)}</font>`),
      ].join('\n'),
    },
  },
  dingtalk: {
    msgtype: 'markdown',
    markdown: {
      title: '新投诉：微信支付',
      text: ['### 新投诉：微信支付', ...lines.map(([name, value]) => `- ${name}：${escaped(value)}`)].join('\n'),
    },
  },
  feishu: {
    msg_type: 'interactive',
    card: {
      header: { template: 'blue', title: { tag: 'plain_text', content: '新投诉：微信支付' } },
      elements: lines.map(([name, value]) => ({
        tag: 'div',
        text: { tag: 'plain_text', content: `${name}：${value}` },
      })),
    },
  },
}
