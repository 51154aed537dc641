import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { type AccountLists, startAccountLists } from '../support/account-lists.js'

const script = fileURLToPath(new URL('many-accounts-child.mjs', import.meta.url))
const accounts = 500
const rowsPerAccount = 30

interface Result {
  readonly rows: number
  readonly errors: readonly { code: string; account: string; cursorLength: number }[]
  readonly longestCursor: number
}

async function start(fails?: (account: number, request: number) => boolean): Promise<AccountLists> {
  const lists = await startAccountLists(rowsPerAccount, fails)
  onTestFinished(() => lists.close())
  return lists
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
    const { baseUrl, peak } = await start()
    const { rows, longestCursor } = await read({ baseUrl, accounts, order, failing: false })
    expect(rows).toBe(accounts * rowsPerAccount)
    expect(peak.sockets).toBeLessThanOrEqual(16 * 4)
    expect(longestCursor).toBeLessThanOrEqual(4_000)
  },
  120_000,
)

it('500 accounts that all fail in the middle: the list ends, and every cursor is short', async () => {
  const { baseUrl } = await start((_, request) => request > 1)
  const { rows, errors, longestCursor } = await read({ baseUrl, accounts, order: 'arrival', failing: true })
  expect(rows).toBeGreaterThan(0)
  expect(new Set(errors.map(({ account }) => account)).size).toBe(accounts)
  expect(Math.max(...errors.map(({ cursorLength }) => cursorLength))).toBeLessThanOrEqual(4_000)
  expect(longestCursor).toBeLessThanOrEqual(4_000)
}, 120_000)
