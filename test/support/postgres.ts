import { spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './redis.js'

/** Debian keeps the server's programs in a folder of their version. */
const versions = '/usr/lib/postgresql'
const bin: string | null = existsSync(versions)
  ? (readdirSync(versions)
      .map((version) => join(versions, version, 'bin'))
      .filter((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
      .at(-1) ?? null)
  : null

const isRoot = process.getuid?.() === 0
const idOf = (flag: string): number => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
/** PostgreSQL refuses to run as root. */
const user: { uid: number; gid: number } | undefined = isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : undefined

/** Whether this machine has a PostgreSQL server to start. */
export const hasPostgres: boolean =
  bin !== null && spawnSync('psql', ['--version']).status === 0 && (user === undefined || user.uid > 0)

export interface Postgres {
  readonly url: string
  /** The rows of a statement, each value as text. */
  query(sql: string): string[][]
  stop(): Promise<void>
}

/** Starts a PostgreSQL server on a free loopback port, with a data folder of its own. */
export async function startPostgres(): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), 'unified-complaints-postgres-'))
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const options = { ...user, cwd: folder }
  const created = spawnSync(
    join(bin ?? '', 'initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C'],
    { ...options, encoding: 'utf8' },
  )
  if (created.status !== 0) throw new Error(`initdb: ${created.stderr}`)
  const port = await freePort()
  const server = spawn(
    join(bin ?? '', 'postgres'),
    ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-F'],
    { ...options, stdio: 'ignore' },
  )
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const psql = (sql: string): ReturnType<typeof spawnSync> =>
    spawnSync('psql', [url, '-X', '-A', '-t', '-q', '-c', sql], { encoding: 'utf8' })
  const stop = async (): Promise<void> => {
    // SIGQUIT ends the server's own processes, too.
    server.kill('SIGQUIT')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  for (let tries = 0; psql('select 1').status !== 0; tries += 1) {
    if (tries === 200 || server.exitCode !== null) {
      await stop()
      throw new Error('postgres did not answer')
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    url,
    query(sql) {
      const { status, stdout, stderr } = psql(sql)
      if (status !== 0) throw new Error(`psql: ${String(stderr)}`)
      return String(stdout)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('|'))
    },
    stop,
  }
}
