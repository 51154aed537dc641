import type { KeyObject } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

/** What came of one ciphertext; null for what no key can read. */
export type Plain = Uint8Array | null

/**
 * As text, since a file of its own would be left behind by whoever bundles this library, and a function turned to text
 * would be what a bundler made of it. It does what `decrypt` does where there are no threads.
 */
const program = `
const { privateDecrypt } = require('node:crypto')
const { parentPort } = require('node:worker_threads')
const decrypt = (keys, ciphertext) => {
  for (const key of keys) {
    try {
      return privateDecrypt({ key, oaepHash: 'sha1' }, ciphertext)
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
  /** Who waits for an answer, in the order in which they asked. */
  readonly waiting: { resolve: (plain: Plain[]) => void; reject: (error: Error) => void }[]
}

/** Shared by all clients of a process; started when first needed, and no reason for the process to stay when idle. */
const threads = new Map<number, Thread>()

/**
 * Decrypts RSAES-OAEP (SHA-1, MGF1-SHA1) on another thread, many ciphertexts at a time: WebCrypto, which hands them over
 * one by one, takes a fifth more CPU, and a third more time.
 * @param number which thread, from 0, less than `mostThreads`
 * @returns one for each ciphertext
 * @throws Error where there can be no threads, or one ended
 */
export function decryptOnThread(
  number: number,
  keys: readonly KeyObject[],
  ciphertexts: readonly Uint8Array[],
): Promise<Plain[]> {
  return new Promise((resolve, reject) => {
    const { worker, waiting } = threads.get(number) ?? startThread(number)
    worker.postMessage({ keys, ciphertexts })
    worker.ref()
    waiting.push({ resolve, reject })
  })
}

function startThread(number: number): Thread {
  // Neither what the process preloads nor what it was told of secrets is any business of a thread that decrypts.
  const worker = new Worker(program, { eval: true, env: {}, execArgv: [], name: 'unified-complaints' })
  const waiting: Thread['waiting'] = []
  const thread = { worker, waiting }
  threads.set(number, thread)
  worker.unref()
  worker.on('message', (plain: Plain[]) => {
    waiting.shift()?.resolve(plain)
    if (waiting.length === 0) worker.unref()
  })
  // Its end tells of it; unheard, an error would end the process.
  worker.on('error', () => {})
  worker.on('exit', () => {
    threads.delete(number)
    for (const { reject } of waiting) reject(new Error('the thread ended'))
  })
  return thread
}
