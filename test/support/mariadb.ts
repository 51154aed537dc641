import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

/** Debian keeps the server where only root's PATH leads. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` }
const account = process.getuid?.() === 0 ? ['--user=root'] : []
const endMark = '-- end of result --'

/** Whether this machine has a MariaDB server to start. */
export const hasMariaDb: boolean = ['mariadbd', 'mariadb-install-db', 'mariadb'].every(
  (name) => spawnSync(name, ['--help'], { env, stdio: 'ignore' }).error === undefined,
)

export interface MariaDb {
  /** Runs statements one after the other; the rows of the last result, each value as text. */
  query(sql: string): Promise<string[][]>
  stop(): Promise<void>
}

/** Starts a MariaDB server with a data folder of its own that listens on a socket in that folder only. */
export async function startMariaDb(): Promise<MariaDb> {
  const folder = await mkdtemp(join(tmpdir(), 'unified-complaints-mariadb-'))
  const socket = join(folder, 'socket')
  const place = [...account, `--datadir=${join(folder, 'data')}`]
  const installed = spawnSync(
    'mariadb-install-db',
    ['--no-defaults', ...place, '--auth-root-authentication-method=normal', '--skip-test-db'],
    { env, encoding: 'utf8' },
  )
  if (installed.status !== 0) throw new Error(`mariadb-install-db: ${installed.stderr}${installed.stdout}`)
  const server = spawn(
    'mariadbd',
    ['--no-defaults', ...place, `--socket=${socket}`, `--pid-file=${join(folder, 'pid')}`, '--skip-networking'],
    { env, stdio: 'ignore' },
  )
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  let client: Client | null = null
  const stop = async (): Promise<void> => {
    client?.stop()
    server.kill('SIGKILL')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await listening(socket, () => server.exitCode !== null)
    client = startClient(socket)
    await client.query('create database complaints character set utf8mb4; use complaints; select 1')
    return { query: client.query, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function listening(socket: string, hasEnded: () => boolean): Promise<void> {
  const ping = ['--no-defaults', '--user=root', `--socket=${socket}`, '--execute=select 1']
  for (let tries = 0; tries < 200 && !hasEnded(); tries += 1) {
    if (spawnSync('mariadb', ping, { env, stdio: 'ignore' }).status === 0) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('mariadbd did not answer')
}

type Client = Pick<MariaDb, 'query'> & { stop(): void }

/** One `mariadb` process for all queries; an end mark follows each result. */
function startClient(socket: string): Client {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    'mariadb',
    ['--no-defaults', '--user=root', `--socket=${socket}`, '--batch', '--skip-column-names', '--unbuffered'],
    { env, stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let queue: Promise<unknown> = Promise.resolve()
  const run = async (sql: string): Promise<string[][]> => {
    child.stdin.write(`${sql}; select '${endMark}';\n`)
    const rows: string[][] = []
    for (;;) {
      const { value, done } = await lines.next()
      if (done === true) throw new Error(`the mariadb client ended during: ${sql.slice(0, 200)}`)
      if (value === endMark) return rows
      rows.push(value.split('\t'))
    }
  }
  return {
    query(sql) {
      const result = queue.then(() => run(sql))
      queue = result.catch(() => {})
      return result
    },
    stop: () => {
      child.kill('SIGKILL')
    },
  }
}
