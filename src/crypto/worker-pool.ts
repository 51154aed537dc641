import { createPrivateKey, type KeyObject } from 'node:crypto'
import { availableParallelism } from 'node:os'
// Not the global timers, which an application may replace.
import { clearTimeout, setTimeout } from 'node:timers'
import { Worker } from 'node:worker_threads'

/** Null: no key decrypts the ciphertext, or the plaintext is not UTF-8. */
export type Plaintext = string | null

/**
 * The worker's source is a string, so that bundlers of this library neither lose a separate file nor rewrite a function.
 * Its `decrypt` does the same as `decrypt` in `oaep.ts`.
 */
const workerSource = `
const { privateDecrypt } = require('node:crypto')
const { parentPort } = require('node:worker_threads')
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const decrypt = (keys, ciphertext) => {
  for (const key of keys) {
    try {
      return utf8.decode(privateDecrypt({ key, oaepHash: 'sha1' }, Buffer.from(ciphertext, 'base64')))
    } catch {}
  }
  return null
}
parentPort.on('message', ({ keys, ciphertexts }) =>
  parentPort.postMessage(ciphertexts.map((ciphertext) => decrypt(keys, ciphertext))),
)
`

/** Four workers keep up with any list: with 50 ms a page, decrypting its 50 phones takes them 4 ms. */
export const maxWorkers: number = Math.min(availableParallelism(), 4)

/**
 * An idle worker ends after this time. Applications that load this package many times (hot reloading, test runners)
 * would otherwise keep the threads of each copy.
 */
const maxIdleMs = 10_000

interface PoolWorker {
  readonly worker: Worker
  /** A copy of each key for this worker: threads that share a key block each other during each decryption. */
  readonly keyCopies: WeakMap<KeyObject, KeyObject>
  /** Requests in the order in which they were posted; the worker replies in the same order. */
  readonly pending: { resolve: (plaintexts: Plaintext[]) => void; reject: (error: Error) => void }[]
  /** Ends the worker; undefined while it works. */
  idleTimer: NodeJS.Timeout | undefined
}

/**
 * The one process-wide state of this library: all clients share the workers. They start when first needed, end when they
 * were idle for ten seconds, and do not keep the process alive while they are idle.
 */
const pool = new Set<PoolWorker>()

/**
 * Decrypts RSAES-OAEP (SHA-1, MGF1-SHA1) on the least busy worker, many ciphertexts per message. WebCrypto dispatches
 * each ciphertext by itself, which takes a fifth more CPU and a third more time. Messages hold text, since bytes cost
 * more to transfer.
 * @param ciphertexts in base64
 * @returns one plaintext per ciphertext
 * @throws Error where workers cannot be started, or the worker ended
 */
export function decryptOnWorker(keys: readonly KeyObject[], ciphertexts: readonly string[]): Promise<Plaintext[]> {
  return new Promise((resolve, reject) => {
    const poolWorker = leastBusyWorker()
    const { worker, keyCopies, pending } = poolWorker
    worker.postMessage({ keys: keys.map((key) => copyKey(keyCopies, key)), ciphertexts })
    clearTimeout(poolWorker.idleTimer)
    worker.ref()
    pending.push({ resolve, reject })
  })
}

function leastBusyWorker(): PoolWorker {
  const [leastBusy] = [...pool].sort((one, other) => one.pending.length - other.pending.length)
  const needsAnother = leastBusy === undefined || (leastBusy.pending.length > 0 && pool.size < maxWorkers)
  return needsAnother ? startWorker() : leastBusy
}

function copyKey(keyCopies: PoolWorker['keyCopies'], key: KeyObject): KeyObject {
  let copy = keyCopies.get(key)
  if (copy === undefined) {
    const format = { format: 'der', type: 'pkcs8' } as const
    const der = key.export(format)
    copy = createPrivateKey({ ...format, key: der })
    der.fill(0)
    keyCopies.set(key, copy)
  }
  return copy
}

function startWorker(): PoolWorker {
  // The worker needs neither the preloaded modules of the process nor its environment, which may hold secrets.
  const worker = new Worker(workerSource, { eval: true, env: {}, execArgv: [], name: 'unified-complaints' })
  const pending: PoolWorker['pending'] = []
  const poolWorker: PoolWorker = { worker, pending, keyCopies: new WeakMap(), idleTimer: undefined }
  pool.add(poolWorker)
  worker.unref()
  worker.on('message', (plaintexts: Plaintext[]) => {
    pending.shift()?.resolve(plaintexts)
    if (pending.length === 0) becomeIdle(poolWorker)
  })
  // Without a listener the error would end the process; the exit event rejects the pending requests.
  worker.on('error', () => {})
  worker.on('exit', () => {
    pool.delete(poolWorker)
    for (const { reject } of pending) reject(new Error('the worker ended'))
  })
  return poolWorker
}

function becomeIdle(poolWorker: PoolWorker): void {
  const { worker } = poolWorker
  worker.unref()
  poolWorker.idleTimer = setTimeout(() => {
    // First, so that no request is posted to a worker that ends.
    pool.delete(poolWorker)
    void worker.terminate()
  }, maxIdleMs).unref()
}
