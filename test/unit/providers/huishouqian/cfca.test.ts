import { generateKeyPairSync } from 'node:crypto'
import { expect, it } from 'vitest'
import { decryptCfca, encryptCfca } from '../../../../src/providers/huishouqian/cfca.js'

it('a full page of CFCA lets others have their turn while it is opened', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const text = JSON.stringify(Array.from({ length: 500 }, (_, index) => `${index} ${'为什么要扣款'.repeat(5)}`))
  const hex = encryptCfca(text, privateKey)
  const blocks = hex.length / 256
  expect(blocks).toBeGreaterThan(500)
  let turns = 0
  let open = true
  const turn = (): void => {
    turns += 1
    if (open) setImmediate(turn)
  }
  setImmediate(turn)
  expect(await decryptCfca(hex, publicKey)).toBe(text)
  open = false
  expect(turns).toBeGreaterThanOrEqual(Math.floor(blocks / 100))
})
