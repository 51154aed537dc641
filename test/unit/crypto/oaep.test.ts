import { constants, generateKeyPairSync, type KeyObject, publicEncrypt } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { OaepDecrypt } from '../../../src/crypto/oaep.js'

const [merchant, older] = [2048, 2048].map((modulusLength) => generateKeyPairSync('rsa', { modulusLength }))
const privateKeys = [merchant, older].map((pair) => pair?.privateKey as KeyObject)

function encrypted(text: string, pair = merchant): Buffer {
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  return publicEncrypt({ key: pair?.publicKey as KeyObject, padding, oaepHash: 'sha1' }, Buffer.from(text))
}

/** Numbers in order, each under the newer or the older key, with damaged ones among them. */
function mixed(count: number): { ciphertexts: Uint8Array[]; expected: (string | null)[] } {
  const expected = Array.from({ length: count }, (_, index) => (index % 7 === 3 ? null : `1380000${1000 + index}`))
  const ciphertexts = expected.map((text, index) => {
    if (text !== null) return encrypted(text, index % 3 === 0 ? older : merchant)
    return index % 2 === 0 ? Buffer.alloc(256, 1) : Buffer.alloc(255, 1)
  })
  return { ciphertexts, expected }
}

const textsOf = (plain: readonly (Uint8Array | null)[]): (string | null)[] =>
  plain.map((bytes) => (bytes === null ? null : Buffer.from(bytes).toString()))

/** The module as it is where threads are what `Worker` makes of them. */
async function decryptWhere(Worker: unknown): Promise<OaepDecrypt> {
  vi.resetModules()
  vi.doMock('node:worker_threads', () => ({ Worker }))
  const { createOaepDecrypt } = await import('../../../src/crypto/oaep.js')
  return createOaepDecrypt(privateKeys)
}

afterEach(() => {
  vi.doUnmock('node:worker_threads')
  vi.resetModules()
})

class Thread extends EventEmitter {
  static started: Thread[] = []
  readonly given: number[] = []
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
  postMessage({ ciphertexts }: { ciphertexts: Uint8Array[] }): void {
    this.given.push(ciphertexts.length)
    setImmediate(() => this.answer(ciphertexts))
  }
  answer(ciphertexts: Uint8Array[]): void {
    this.emit('message', ciphertexts.slice())
  }
}

describe('decryption', () => {
  it.each([0, 1, 4, 5, 50, 203])(
    'of %i ciphertexts answers each in its place, null for what no key reads',
    async (count) => {
      const { createOaepDecrypt } = await import('../../../src/crypto/oaep.js')
      const { ciphertexts, expected } = mixed(count)
      expect(textsOf(await createOaepDecrypt(privateKeys)(ciphertexts))).toEqual(expected)
    },
  )

  it('of many lists at once keeps them apart', async () => {
    const { createOaepDecrypt } = await import('../../../src/crypto/oaep.js')
    const decrypt = createOaepDecrypt(privateKeys)
    const lists = Array.from({ length: 12 }, (_, index) => mixed(5 + index))
    const plain = await Promise.all(lists.map(({ ciphertexts }) => decrypt(ciphertexts)))
    expect(plain.map(textsOf)).toEqual(lists.map(({ expected }) => expected))
  })
})

describe('threads', () => {
  it('decrypt by themselves, with whichever key reads', async () => {
    const { decryptOnThread } = await import('../../../src/crypto/threads.js')
    const { ciphertexts, expected } = mixed(20)
    expect(textsOf(await decryptOnThread(0, privateKeys, ciphertexts))).toEqual(expected)
    expect(await decryptOnThread(0, [], ciphertexts.slice(0, 2))).toEqual([null, null])
  })

  it('are not started for a few', async () => {
    Thread.started = []
    const decrypt = await decryptWhere(Thread)
    const { ciphertexts, expected } = mixed(4)
    expect(textsOf(await decrypt(ciphertexts))).toEqual(expected)
    expect(Thread.started).toEqual([])
  })

  it('share a page, and hold the process no longer than they work', async () => {
    Thread.started = []
    const decrypt = await decryptWhere(Thread)
    const page = Array.from({ length: 50 }, () => Buffer.alloc(256, 1))
    const working = decrypt(page)
    await Promise.resolve()
    expect(Thread.started.map(({ isHeld }) => isHeld)).not.toContain(false)
    expect(await working).toEqual(page)
    for (let round = 0; round < 5; round += 1) await decrypt(page)
    const given = Thread.started.map((thread) => thread.given.reduce((sum, count) => sum + count, 0))
    expect(given.reduce((sum, count) => sum + count, 0)).toBe(300)
    expect(Math.max(...given) - Math.min(...given)).toBeLessThanOrEqual(6 * Thread.started.length)
    expect(Thread.started.length).toBeLessThanOrEqual(4)
    expect(Thread.started.map(({ isHeld }) => isHeld)).not.toContain(true)
  })

  it('hold the process until their last answer', async () => {
    Thread.started = []
    await decryptWhere(Thread)
    const { decryptOnThread } = await import('../../../src/crypto/threads.js')
    const isHeldAfter = async (count: number): Promise<boolean | undefined> => {
      await decryptOnThread(0, [], Array(count).fill(Buffer.alloc(1)))
      return Thread.started[0]?.isHeld
    }
    expect(await Promise.all([isHeldAfter(1), isHeldAfter(2), isHeldAfter(3)])).toEqual([true, true, false])
    expect(Thread.started.map(({ given }) => given)).toEqual([[1, 2, 3]])
  })

  it('know neither the environment of the process nor what it preloads', async () => {
    Thread.started = []
    const decrypt = await decryptWhere(Thread)
    await decrypt(Array.from({ length: 50 }, () => Buffer.alloc(256, 1)))
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
    for (let round = 0; round < 2; round += 1) expect(textsOf(await decrypt(ciphertexts))).toEqual(expected)
  })
})
