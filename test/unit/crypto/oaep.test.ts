import { constants, generateKeyPairSync, type KeyObject, publicEncrypt } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { OaepDecrypt } from '../../../src/crypto/oaep.js'

const [merchant, older] = [2048, 2048].map((modulusLength) => generateKeyPairSync('rsa', { modulusLength }))
const privateKeys = [merchant, older].map((pair) => pair?.privateKey as KeyObject)

function encrypted(text: string | Uint8Array, pair = merchant): string {
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const key = { key: pair?.publicKey as KeyObject, padding, oaepHash: 'sha1' }
  return publicEncrypt(key, Buffer.from(text)).toString('base64')
}

/** As long as a ciphertext, but none. */
const garbage = Buffer.alloc(256, 1).toString('base64')

/** Numbers in order, each under the newer or the older key, with damaged ones among them. */
function mixed(count: number): { ciphertexts: string[]; expected: (string | null)[] } {
  const expected = Array.from({ length: count }, (_, index) => (index % 7 === 3 ? null : `1380000${1000 + index}`))
  const ciphertexts = expected.map((text, index) => {
    if (text !== null) return encrypted(text, index % 3 === 0 ? older : merchant)
    return index % 2 === 0 ? garbage : garbage.slice(4)
  })
  return { ciphertexts, expected }
}

const cores = 4

/** The module as it is on a machine of so many cores where threads are what `Worker` makes of them. */
async function decryptWhere(Worker: unknown): Promise<OaepDecrypt> {
  vi.resetModules()
  vi.doMock('node:os', () => ({ availableParallelism: () => cores }))
  vi.doMock('node:worker_threads', () => ({ Worker }))
  const { createOaepDecrypt } = await import('../../../src/crypto/oaep.js')
  return createOaepDecrypt(privateKeys)
}

afterEach(() => {
  vi.doUnmock('node:os')
  vi.doUnmock('node:worker_threads')
  vi.resetModules()
})

class Thread extends EventEmitter {
  static started: Thread[] = []
  readonly given: number[] = []
  readonly keys: KeyObject[] = []
  isHeld = false
  constructor(
    readonly program: string,
    readonly options: object,
  ) {
    super()
    Thread.started.push(this)
  }
  ref(): void {
    this.isHeld = true
  }
  unref(): void {
    this.isHeld = false
  }
  /** Threads that were idle for ten seconds are ended, by then perhaps during another test. */
  terminate(): void {}
  postMessage({ keys, ciphertexts }: { keys: KeyObject[]; ciphertexts: string[] }): void {
    this.given.push(ciphertexts.length)
    this.keys.push(...keys)
    void setImmediate().then(() => this.answer(ciphertexts))
  }
  answer(ciphertexts: string[]): void {
    this.emit('message', ciphertexts.slice())
  }
}

describe('decryption', () => {
  it.each([0, 1, 4, 5, 50, 203])(
    'of %i ciphertexts answers each in its place, null for what no key reads',
    async (count) => {
      const { createOaepDecrypt } = await import('../../../src/crypto/oaep.js')
      const { ciphertexts, expected } = mixed(count)
      expect(await createOaepDecrypt(privateKeys)(ciphertexts)).toEqual(expected)
    },
  )

  it('of many lists at once keeps them apart', async () => {
    const { createOaepDecrypt } = await import('../../../src/crypto/oaep.js')
    const decrypt = createOaepDecrypt(privateKeys)
    const lists = Array.from({ length: 12 }, (_, index) => mixed(5 + index))
    const plain = await Promise.all(lists.map(({ ciphertexts }) => decrypt(ciphertexts)))
    expect(plain).toEqual(lists.map(({ expected }) => expected))
  })
})

describe('what is no UTF-8', () => {
  const bytes = Buffer.from([0x31, 0x33, 0xff])

  it.each([1, 20])('is not read, one of %i', async (count) => {
    const { createOaepDecrypt } = await import('../../../src/crypto/oaep.js')
    const ciphertexts = [encrypted(bytes), ...Array<string>(count - 1).fill(encrypted('\ufeff138'))]
    const plain = await createOaepDecrypt(privateKeys)(ciphertexts)
    expect(plain).toEqual([null, ...Array<string>(count - 1).fill('\ufeff138')])
  })
})

describe('threads', () => {
  it('decrypt by themselves, with whichever key reads', async () => {
    const { decryptOnWorker: decryptOnThread } = await import('../../../src/crypto/worker-pool.js')
    const { ciphertexts, expected } = mixed(20)
    expect(await decryptOnThread(privateKeys, ciphertexts)).toEqual(expected)
    expect(await decryptOnThread([], ciphertexts.slice(0, 2))).toEqual([null, null])
  })

  it('are not started for a few', async () => {
    Thread.started = []
    const decrypt = await decryptWhere(Thread)
    const { ciphertexts, expected } = mixed(4)
    expect(await decrypt(ciphertexts)).toEqual(expected)
    expect(Thread.started).toEqual([])
  })

  it('share a page, and hold the process no longer than they work', async () => {
    Thread.started = []
    const decrypt = await decryptWhere(Thread)
    const page = Array<string>(50).fill(garbage)
    const working = decrypt(page)
    await Promise.resolve()
    expect(Thread.started.map(({ isHeld }) => isHeld)).not.toContain(false)
    expect(await working).toEqual(page)
    for (let round = 0; round < 5; round += 1) await decrypt(page)
    expect(Thread.started.map(({ given }) => given)).toEqual([13, 13, 13, 11].map((count) => Array(6).fill(count)))
    expect(Thread.started.map(({ isHeld }) => isHeld)).not.toContain(true)
  })

  it('hold the process until their last answer', async () => {
    Thread.started = []
    await decryptWhere(Thread)
    const { decryptOnWorker: decryptOnThread } = await import('../../../src/crypto/worker-pool.js')
    const heldAfterAnswer = Array.from({ length: 2 * cores }, async () => {
      await decryptOnThread([], [garbage])
      return Thread.started.filter(({ isHeld }) => isHeld).length
    })
    expect(await Promise.all(heldAfterAnswer)).toEqual([4, 4, 4, 4, 3, 2, 1, 0])
  })

  it('are started only when all others work', async () => {
    Thread.started = []
    await decryptWhere(Thread)
    const { decryptOnWorker: decryptOnThread } = await import('../../../src/crypto/worker-pool.js')
    for (let turn = 0; turn < 3; turn += 1) await decryptOnThread([], [garbage])
    expect(Thread.started).toHaveLength(1)
  })

  it('that keep up are given what one that lags is not', async () => {
    Thread.started = []
    const decrypt = await decryptWhere(
      class extends Thread {
        override answer(ciphertexts: string[]): void {
          if (this !== Thread.started[0]) super.answer(ciphertexts)
        }
      },
    )
    for (let page = 0; page < 12; page += 1) {
      void decrypt(Array<string>(52).fill(garbage))
      await setImmediate()
    }
    expect(Thread.started.map(({ given }) => given.length)).toEqual([2, 22, 12, 12])
  })

  it('have each its own of every key, made once', async () => {
    Thread.started = []
    const decrypt = await decryptWhere(Thread)
    for (let page = 0; page < 3; page += 1) await decrypt(Array<string>(50).fill(garbage))
    const keysOfThreads = Thread.started.map(({ keys }) => [...new Set(keys)])
    expect(new Set([...privateKeys, ...keysOfThreads.flat()]).size).toBe((1 + cores) * privateKeys.length)
    for (const keys of keysOfThreads) {
      expect(keys.map((key, index) => key.equals(privateKeys[index] as KeyObject))).toEqual([true, true])
    }
  })

  it('know neither the environment of the process nor what it preloads', async () => {
    Thread.started = []
    const decrypt = await decryptWhere(Thread)
    await decrypt(Array<string>(50).fill(garbage))
    expect(Thread.started[0]?.options).toMatchObject({ env: {}, execArgv: [] })
  })

  it.each([
    [
      'where there can be none',
      class {
        constructor() {
          throw new Error('ERR_ACCESS_DENIED')
        }
      },
    ],
    [
      'when they end in the middle of it',
      class extends Thread {
        override answer(): void {
          this.emit('error', new Error('out of memory'))
          this.emit('exit', 1)
        }
      },
    ],
  ])('are done without %s', async (_, Worker) => {
    const decrypt = await decryptWhere(Worker)
    const { ciphertexts, expected } = mixed(60)
    for (let round = 0; round < 2; round += 1) expect(await decrypt(ciphertexts)).toEqual(expected)
  })
})
