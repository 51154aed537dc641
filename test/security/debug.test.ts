import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { startSandbox } from '../../src/sandbox/index.js'
import { startTunnelWorld } from './tunnel.js'

const range = { from: '2026-03-01', to: '2026-03-20' } as const

it('a debugging environment prints no secret and no personal data', async () => {
  const sandbox = await startSandbox({ ...range, complaints: 6, reuseKeys: true })
  const { close, tunnels, ...tunnel } = await startTunnelWorld(sandbox.xiaoe.baseUrl)
  onTestFinished(() => {
    close()
    return sandbox.close()
  })
  const env = { ...process.env, DEBUG: '*', NODE_DEBUG: '*' }
  const options = { env, timeout: 60_000, maxBuffer: 2 ** 28 }
  const script = new URL('debug-child.mjs', import.meta.url).pathname
  const running = promisify(execFile)(process.execPath, [script], options)
  running.child.stdin?.end(JSON.stringify({ sandbox, tunnel, range }))
  const { stdout, stderr } = await running
  expect(JSON.parse(stdout)).toEqual({ rows: 24 })
  expect(tunnels()).toBeGreaterThan(0)
  // NODE_DEBUG is in force: Node reports these connections.
  expect(stderr).toContain(`createConnection ${new URL(sandbox.wechatpay.baseUrl).host}`)
  expect(stderr).toContain(`createConnection ${new URL(tunnel.baseUrl).host}`)
  const { username, password } = tunnel.proxy.auth
  const hidden = [
    ...[password, 'wrong-password', Buffer.from(`${username}:${password}`).toString('base64').slice(0, 24)],
    ...['WECHATPAY2-SHA256', 'signature="', 'access_token', 'sandbox_token_', 'secret_key', 'sign='],
    ...[sandbox.wechatpay.apiV3Key, sandbox.huishouqian.key, sandbox.xiaoe.secretKey],
    ...sandbox.wechatpay.privateKey.split('\n').filter((line) => line.length > 60),
    ...sandbox.truth.flatMap(({ payer }) => (payer.phone?.form === 'plain' ? payer.phone.value : [])),
    ...sandbox.truth.flatMap(({ payer }) => payer.openId ?? []),
  ]
  expect(hidden.filter((secret) => stderr.includes(secret)).map((secret) => secret.slice(0, 4))).toEqual([])
})
