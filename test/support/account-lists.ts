import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { beijingTime } from './troubled-server/format.js'

const first = Date.parse('2026-01-05T00:00:00+08:00')

/** A list server of many accounts. */
export interface AccountLists {
  readonly baseUrl: string
  /** The most sockets that were open at once. */
  readonly peak: { readonly sockets: number }
  close(): void
}

/**
 * Starts a list server of Xiaoe's form for many accounts, each of which has the same number of rows in the 29 days from
 * 2026-01-05. The number at the end of a token says which account it is.
 * @param fails whether a request of an account is refused; requests count from 1
 */
export async function startAccountLists(
  rowsPerAccount: number,
  fails: (account: number, request: number) => boolean = () => false,
): Promise<AccountLists> {
  const step = (29 * 86_400_000) / rowsPerAccount
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
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    peak,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
