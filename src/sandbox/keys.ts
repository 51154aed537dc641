import { generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

export interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** Runs in the thread pool: several pairs are made in parallel. */
export function createKeyPair(modulusLength: number): Promise<KeyPair> {
  return promisify(generateKeyPair)('rsa', { modulusLength })
}

const pairs = new Map<string, Promise<KeyPair>>()

/** The pair that this process made for the purpose before, or a new one. */
export function reuseKeyPair(purpose: string, modulusLength: number): Promise<KeyPair> {
  const name = `${purpose} ${modulusLength}`
  const pair = pairs.get(name) ?? createKeyPair(modulusLength)
  pairs.set(name, pair)
  return pair
}

const pairsMadeAtOnce = new Map<string, KeyPair>()

/** Synchronous: blocks for about 0.1 s with 2048 bits. */
export function createKeyPairAtOnce(modulusLength: number): KeyPair {
  return generateKeyPairSync('rsa', { modulusLength })
}

export function reuseKeyPairAtOnce(purpose: string, modulusLength: number): KeyPair {
  const name = `${purpose} ${modulusLength}`
  const pair = pairsMadeAtOnce.get(name) ?? createKeyPairAtOnce(modulusLength)
  pairsMadeAtOnce.set(name, pair)
  return pair
}

/** Sandboxes that reuse keys write each once. */
const pems = new WeakMap<KeyObject, string>()

export function privatePem(key: KeyObject): string {
  return pemOf(key, 'pkcs8')
}

export function publicPem(key: KeyObject): string {
  return pemOf(key, 'spki')
}

function pemOf(key: KeyObject, type: 'pkcs8' | 'spki'): string {
  const pem = pems.get(key) ?? key.export({ type, format: 'pem' }).toString()
  pems.set(key, pem)
  return pem
}
