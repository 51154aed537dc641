import { constants, generateKeyPairSync, publicEncrypt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it, vi } from 'vitest'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const padding = constants.RSA_PKCS1_OAEP_PADDING
const ciphertext = publicEncrypt({ key: publicKey, padding, oaepHash: 'sha1' }, Buffer.from('13800138000')).toString(
  'base64',
)

let running = 0
let started = 0
class CountedWorker extends Worker {
  constructor(...parameters: ConstructorParameters<typeof Worker>) {
    super(...parameters)
    running += 1
    started += 1
    this.once('exit', () => {
      running -= 1
    })
  }
}

/** How long each idle time was asked for; it passes twenty times as fast. */
const idleTimes: number[] = []
const fastTimers = {
  clearTimeout,
  setTimeout: (run: () => void, ms: number): NodeJS.Timeout => {
    idleTimes.push(ms)
    return setTimeout(run, ms / 20)
  },
}

async function loadCopy(): Promise<typeof import('../../../src/crypto/worker-pool.js')> {
  vi.resetModules()
  vi.doMock('node:worker_threads', () => ({ Worker: CountedWorker }))
  vi.doMock('node:timers', () => fastTimers)
  return import('../../../src/crypto/worker-pool.js')
}

afterEach(() => {
  vi.doUnmock('node:worker_threads')
  vi.doUnmock('node:timers')
  vi.resetModules()
  idleTimes.length = 0
})

describe('C14: threads of copies that nobody uses any more', () => {
  it('end within 30 s of idleness', async () => {
    for (let copy = 1; copy <= 3; copy += 1) {
      const { decryptOnWorker } = await loadCopy()
      expect(await decryptOnWorker([privateKey], [ciphertext])).toEqual(['13800138000'])
    }
    expect(started).toBe(3)
    expect(Math.max(...idleTimes)).toBeLessThanOrEqual(30_000)
    await vi.waitFor(() => expect(running).toBe(0), 5_000)
  })

  it('start again when they are needed again, and stay while they are busy', async () => {
    const { decryptOnWorker } = await loadCopy()
    const before = started
    for (let turn = 0; turn < 5; turn += 1) {
      await decryptOnWorker([privateKey], [ciphertext])
      await sleep(20)
    }
    expect(started).toBe(before + 1)
    await vi.waitFor(() => expect(running).toBe(0), 5_000)
    expect(await decryptOnWorker([privateKey], [ciphertext])).toEqual(['13800138000'])
    expect(started).toBe(before + 2)
    await vi.waitFor(() => expect(running).toBe(0), 5_000)
  })
})
