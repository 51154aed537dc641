import crypto, { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inject } from 'vitest'

/**
 * RSA key pairs are generated once for all test files of a run: a pair of 2048 bits takes 0.1 s of CPU, and hundreds of
 * sandboxes ask for four each. The n-th request of a file for a size gets the n-th pair of that size, so that a file
 * never sees one pair twice among `poolSize` requests.
 */
interface KeyPair {
  publicKey: KeyObject
  privateKey: KeyObject
}

const poolSize = 32
const folder = inject('rsaKeyFolder')
const requests = new Map<number, number>()
/** This file runs anew for each test file of a process: what the first run found are the functions of Node. */
const shared = globalThis as { nodeKeyGeneration?: Pick<typeof crypto, 'generateKeyPair' | 'generateKeyPairSync'> }
shared.nodeKeyGeneration ??= {
  generateKeyPair: crypto.generateKeyPair,
  generateKeyPairSync: crypto.generateKeyPairSync,
}
const { generateKeyPair, generateKeyPairSync } = shared.nodeKeyGeneration

function nextPair(bits: number): KeyPair {
  const index = requests.get(bits) ?? 0
  requests.set(bits, (index + 1) % poolSize)
  const path = join(folder, `${bits}-${index}.der`)
  const privateKey = readKey(path) ?? generateKey(path, bits)
  return { privateKey, publicKey: createPublicKey(privateKey) }
}

function readKey(path: string): KeyObject | null {
  try {
    return createPrivateKey({ key: readFileSync(path), format: 'der', type: 'pkcs8' })
  } catch {
    return null
  }
}

function generateKey(path: string, bits: number): KeyObject {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  // Other workers read whole files only.
  writeFileSync(`${path}.${process.pid}`, privateKey.export({ format: 'der', type: 'pkcs8' }))
  renameSync(`${path}.${process.pid}`, path)
  return privateKey
}

/** The bits of an RSA pair without further options; null: another kind of pair, which Node generates. */
function plainRsaBits(type: unknown, options: unknown): number | null {
  if (type !== 'rsa' || typeof options !== 'object' || options === null) return null
  const { modulusLength, ...others } = options as { modulusLength?: unknown }
  return typeof modulusLength === 'number' && Object.keys(others).length === 0 ? modulusLength : null
}

function pairSync(type: unknown, options: unknown): unknown {
  const bits = plainRsaBits(type, options)
  return bits === null ? Reflect.apply(generateKeyPairSync, crypto, [type, options]) : nextPair(bits)
}

async function pairAsync(type: unknown, options: unknown): Promise<unknown> {
  const bits = plainRsaBits(type, options)
  return bits === null ? Reflect.apply(promisify(generateKeyPair), crypto, [type, options]) : nextPair(bits)
}

Object.assign(crypto, {
  generateKeyPairSync: pairSync,
  generateKeyPair: Object.assign((...given: unknown[]) => Reflect.apply(generateKeyPair, crypto, given), {
    [promisify.custom]: pairAsync,
  }),
})
syncBuiltinESMExports()
