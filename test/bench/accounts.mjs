// What many accounts in one process cost: `npm run bench:accounts [largest number of accounts]`. Each account has 60
// complaints with encrypted phones behind a latency of 20 ms; every number of accounts is read with the default of
// maxAccounts, and with all accounts at once.
import { startChild } from './child.mjs'
import { startServer } from './start-server.mjs'

const rowsPerAccount = 60
const latencyMs = 20
const largest = Number(process.argv[2] ?? 2_000)
const sizes = [1, 100, 500, 2_000].filter((size) => size <= largest)
const server = await startServer(rowsPerAccount, rowsPerAccount)
await server.set({ latencyMs })

async function measureAccounts(accounts, maxAccounts, order) {
  const child = await startChild(new URL('./accounts-child.mjs', import.meta.url))
  const result = await child.ask({ options: server.options, accounts, maxAccounts, order })
  if (result.rows !== accounts * rowsPerAccount) throw new Error(`${result.rows} of ${accounts * rowsPerAccount} rows`)
  return result
}

const columns = [
  ['accounts', ({ accounts }) => accounts],
  ['order', ({ order }) => order],
  ['maxAccounts', ({ maxAccounts }) => (maxAccounts === 16 ? 16 : 'all')],
  ['wall ms', ({ wallMs }) => wallMs.toFixed(0)],
  ['wall ms/account', ({ wallMs, accounts }) => (wallMs / accounts).toFixed(1)],
  ['CPU ms/account', ({ cpuMs, accounts }) => (cpuMs / accounts).toFixed(1)],
  ['first row ms', ({ firstRowMs }) => firstRowMs.toFixed(0)],
  ['sockets', ({ sockets }) => sockets],
  ['loop p99 ms', ({ p99Ms }) => p99Ms.toFixed(0)],
  ['loop max ms', ({ maxMs }) => maxMs.toFixed(0)],
  ['RSS MB', ({ rssMb }) => rssMb.toFixed(0)],
  ['cursor bytes', ({ cursorBytes }) => cursorBytes],
]
console.log(`| ${columns.map(([name]) => name).join(' | ')} |\n|${columns.map(() => '---:').join('|')}|`)
for (const accounts of sizes) {
  for (const order of ['arrival', 'newest']) {
    for (const maxAccounts of accounts > 16 ? [16, 10_000] : [16]) {
      const result = { accounts, order, maxAccounts, ...(await measureAccounts(accounts, maxAccounts, order)) }
      console.log(`| ${columns.map(([, textOf]) => textOf(result)).join(' | ')} |`)
    }
  }
}
server.close()
