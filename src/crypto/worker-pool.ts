import { createPrivateKey, type KeyObject } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

/** What came of one ciphertext; null for what no key can read, or is no UTF-8. */
export type Plain = string | null

/**
 * As text, since a file of its own would be left behind by whoever bundles this library, and a function turned to text
 * would be what a bundler made of it. It does what `decrypt` does where there are no threads.
 */
const program = `
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

/** Four keep up with any list: at 50 ms a page of 50 takes them 4 ms. */
export const mostThreads: number = Math.min(availableParallelism(), 4)

interface Thread {
  readonly worker: Worker
  /** Its own of each key: a key that threads share is locked for a part of each decryption. */
  readonly copies: WeakMap<KeyObject, KeyObject>
  /** Who waits for an answer, in the order in which they asked. */
  readonly waiting: { resolve: (plain: Plain[]) => void; reject: (error: Error) => void }[]
}

/** Shared by all clients of a process; started when first needed, and no reason for the process to stay when idle. */
const threads = new Set<Thread>()

/**
 * Decrypts RSAES-OAEP (SHA-1, MGF1-SHA1) on the thread with the least to do, many ciphertexts at a time: WebCrypto,
 * which hands them over one by one, takes a fifth more CPU, and a third more time. Texts go there and come back, since
 * bytes cost more to hand over.
 * @param ciphertexts in base64
 * @returns one for each ciphertext
 * @throws Error where there can be no threads, or one ended
 */
export function decryptOnThread(keys: readonly KeyObject[], ciphertexts: readonly string[]): Promise<Plain[]> {
  return new Promise((resolve, reject) => {
    const { worker, copies, waiting } = idlestThread()
    worker.postMessage({ keys: keys.map((key) => copyIn(copies, key)), ciphertexts })
    worker.ref()
    waiting.push({ resolve, reject })
  })
}

function idlestThread(): Thread {
  const [idlest] = [...threads].sort((one, other) => one.waiting.length - other.waiting.length)
  const isOneMore = idlest === undefined || (idlest.waiting.length > 0 && threads.size < mostThreads)
  return isOneMore ? startThread() : idlest
}

function copyIn(copies: Thread['copies'], key: KeyObject): KeyObject {
  let copy = copies.get(key)
  if (copy === undefined) {
    const format = { format: 'der', type: 'pkcs8' } as const
    const der = key.export(format)
    copy = createPrivateKey({ ...format, key: der })
    der.fill(0)
    copies.set(key, copy)
  }
  return copy
}

function startThread(): Thread {
  // Neither what the process preloads nor what it was told of secrets is any business of a thread that decrypts.
  const worker = new Worker(program, { eval: true, env: {}, execArgv: [], name: 'unified-complaints' })
  const waiting: Thread['waiting'] = []
  const thread = { worker, waiting, copies: new WeakMap<KeyObject, KeyObject>() }
  threads.add(thread)
  worker.unref()
  worker.on('message', (plain: Plain[]) => {
    waiting.shift()?.resolve(plain)
    if (waiting.length === 0) worker.unref()
  })
  // Its end tells of it; unheard, an error would end the process.
  worker.on('error', () => {})
  worker.on('exit', () => {
    threads.delete(thread)
    for (const { reject } of waiting) reject(new Error('the thread ended'))
  })
  return thread
}
