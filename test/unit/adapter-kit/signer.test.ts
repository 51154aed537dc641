import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Signer, signWithKey, signWithSigner } from '../../../src/adapter-kit/signer.js'
import { everythingOf, rejectionOf } from '../../support/core.js'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
const other = generateKeyPairSync('rsa', { modulusLength: 1024 })
const attempt = { signal: undefined, timeoutMs: 1_000 }
const signerOf = (answer: (message: Uint8Array) => unknown): Signer => ({ sign: answer as Signer['sign'] })
const kms = signerOf(async (message) => sign('sha256', message, privateKey))

describe('signWithSigner', () => {
  it('asks for the signature of the whole text in UTF-8', async () => {
    const text = 'GET\n/v3/投诉\n'
    expect(await signWithSigner(kms, publicKey)(text, attempt)).toEqual(await signWithKey(privateKey)(text, attempt))
  })

  it('takes what WebCrypto and a function without promise return', async () => {
    const signature = sign('sha256', Buffer.from('text'), privateKey)
    for (const answer of [signature.buffer.slice(signature.byteOffset, signature.byteOffset + 128), signature]) {
      expect(
        await signWithSigner(
          signerOf(() => answer),
          publicKey,
        )('text', attempt),
      ).toEqual(signature)
    }
  })

  it.each<[string, unknown]>([
    ['base64', 'aGVsbG8='],
    ['nothing', undefined],
    ['no bytes', new Uint8Array()],
    ['an object of a KMS', { Signature: 'aGVsbG8=' }],
  ])('%s is an AuthenticationError that says what to return', async (_, answer) => {
    const error = await rejectionOf(
      Promise.resolve(
        signWithSigner(
          signerOf(async () => answer),
          null,
        )('text', attempt),
      ),
    )
    expect(error).toMatchObject({
      code: 'AUTHENTICATION',
      message: expect.stringContaining('the bytes of the signature'),
    })
    expect(everythingOf(error)).not.toContain('aGVsbG8')
  })

  it('a signature by another key is found before it is sent', async () => {
    const wrong = signerOf(async (message) => sign('sha256', message, other.privateKey))
    const error = await rejectionOf(Promise.resolve(signWithSigner(wrong, publicKey)('text', attempt)))
    expect(error).toMatchObject({ code: 'AUTHENTICATION', message: expect.stringContaining('RSASSA-PKCS1-v1_5') })
  })

  it('what it throws becomes an AuthenticationError that quotes nothing of it', async () => {
    const failures = [new Error('secret-of-kms'), 'secret-of-kms', { token: 'secret-of-kms' }]
    for (const thrown of failures) {
      for (const fail of [
        async () => Promise.reject(thrown),
        () => {
          throw thrown
        },
      ]) {
        const error = await rejectionOf(Promise.resolve(signWithSigner(signerOf(fail), null)('text', attempt)))
        expect(error).toMatchObject({ code: 'AUTHENTICATION', retryable: false })
        expect(everythingOf(error)).not.toContain('secret-of-kms')
      }
    }
  })

  it('answers within timeoutMs, or is a TimeoutError; an abort rejects with its reason', async () => {
    const silent = signWithSigner(
      signerOf(() => new Promise(() => {})),
      null,
    )
    expect(await rejectionOf(Promise.resolve(silent('text', { signal: undefined, timeoutMs: 20 })))).toMatchObject({
      code: 'TIMEOUT',
      retryable: true,
    })
    const controller = new AbortController()
    const signing = rejectionOf(Promise.resolve(silent('text', { signal: controller.signal, timeoutMs: 5_000 })))
    controller.abort('enough')
    expect(await signing).toBe('enough')
  })
})
