import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { beijingTime } from '../support/troubled-server/format.js'

const script = fileURLToPath(new URL('many-accounts-child.mjs', import.meta.url))
const accounts = 500
const rowsPerAccount = 30
const first = Date.parse('2026-01-05T00:00:00+08:00')
const step = (29 * 86_400_000) / rowsPerAccount

interface Result {
  readonly rows: number
  readonly errors: readonly { code: string; account: string; cursorLength: number }[]
  readonly longestCursor: number
}

/** A list server of many accounts, which a token tells apart, and the most sockets that were open at once. */
async function startLists(fails: (account: number, request: number) => boolean) {
  const peak = { sockets: 0 }
  const requests = new Map<number, number>()
  let open = 0
  const server = createServer(async (request, response) => {
    const { access_token: token, page, page_size: size, start_time, end_time } = JSON.parse(await text(request))
    const account = Number(token.split('-').at(-1))
    const number = (requests.get(account) ?? 0) + 1
    requests.set(account, number)
    if (fails(account, number)) return response.writeHead(404).end('not found')
    const inside = Array.from({ length: rowsPerAccount }, (_, index) => ({
      complaint_id: `${account}-${index}`,
      complaint_time: beijingTime(first + index * step).replace('T', ' '),
      state: '0',
      channel_type: '3',
    })).filter((row) => row.complaint_time >= start_time && row.complaint_time <= end_time)
    const list = inside.slice((page - 1) * size, page * size)
    response.writeHead(200, { 'Content-Type': 'application/json' })
    return response.end(JSON.stringify({ code: 0, msg: 'OK', data: { list, total: inside.length } }))
  })
  server.on('connection', (socket) => {
    open += 1
    peak.sockets = Math.max(peak.sockets, open)
    socket.on('close', () => {
      open -= 1
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, peak }
}

/** Runs the script with so few open files. */
async function read(input: object): Promise<Result> {
  const command = `ulimit -n 256; exec "$0" "$1"`
  return new Promise((resolve, reject) => {
    const child = execFile('/bin/sh', ['-c', command, process.execPath, script], (error, stdout) =>
      error === null ? resolve(JSON.parse(stdout)) : reject(error),
    )
    child.stdin?.end(JSON.stringify(input))
  })
}

it.each(['arrival', 'newest'])(
  '500 accounts are read with 256 open files (%s)',
  async (order) => {
    const { baseUrl, peak } = await startLists(() => false)
    const { rows, longestCursor } = await read({ baseUrl, accounts, order, failing: false })
    expect(rows).toBe(accounts * rowsPerAccount)
    expect(peak.sockets).toBeLessThanOrEqual(16 * 4)
    expect(longestCursor).toBeLessThanOrEqual(4_000)
  },
  120_000,
)

it('500 accounts that all fail in the middle: the list ends, and every cursor is short', async () => {
  const { baseUrl } = await startLists((_, request) => request > 1)
  const { rows, errors, longestCursor } = await read({ baseUrl, accounts, order: 'arrival', failing: true })
  expect(rows).toBeGreaterThan(0)
  expect(new Set(errors.map(({ account }) => account)).size).toBe(accounts)
  expect(Math.max(...errors.map(({ cursorLength }) => cursorLength))).toBeLessThanOrEqual(4_000)
  expect(longestCursor).toBeLessThanOrEqual(4_000)
}, 120_000)
