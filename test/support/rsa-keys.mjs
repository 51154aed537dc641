import crypto, { createPrivateKey, createPublicKey } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * RSA key pairs are generated once for all test files, and for the Node processes that they start: a pair of 2048 bits
 * takes 0.1 s of CPU, and hundreds of sandboxes ask for six each. They are kept for the next run (`rm -r .vitest-cache`
 * makes new ones). The n-th request of a file or a process for a size gets the n-th pair of that size, so that it never
 * sees one pair twice among `poolSize` requests.
 */
const poolSize = 32
const folder = process.env.RSA_KEY_FOLDER ?? ''
const requests = new Map()
/** This file runs anew for each test file of a process: what the first run found are the functions of Node. */
globalThis.nodeKeyGeneration ??= {
  generateKeyPair: crypto.generateKeyPair,
  generateKeyPairSync: crypto.generateKeyPairSync,
}
const { generateKeyPair, generateKeyPairSync } = globalThis.nodeKeyGeneration

function nextPair(bits) {
  const index = requests.get(bits) ?? 0
  requests.set(bits, (index + 1) % poolSize)
  const path = join(folder, `${bits}-${index}.der`)
  const privateKey = readKey(path) ?? generateKey(path, bits)
  return { privateKey, publicKey: createPublicKey(privateKey) }
}

function readKey(path) {
  try {
    return createPrivateKey({ key: readFileSync(path), format: 'der', type: 'pkcs8' })
  } catch {
    return null
  }
}

function generateKey(path, bits) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  // Other processes read whole files only.
  writeFileSync(`${path}.${process.pid}`, privateKey.export({ format: 'der', type: 'pkcs8' }))
  renameSync(`${path}.${process.pid}`, path)
  return privateKey
}

/** The bits of an RSA pair without further options; null: another kind of pair, which Node generates. */
function plainRsaBits(type, options) {
  if (type !== 'rsa' || typeof options !== 'object' || options === null) return null
  const { modulusLength, ...others } = options
  return typeof modulusLength === 'number' && Object.keys(others).length === 0 ? modulusLength : null
}

function pairSync(type, options) {
  const bits = plainRsaBits(type, options)
  return bits === null ? Reflect.apply(generateKeyPairSync, crypto, [type, options]) : nextPair(bits)
}

async function pairAsync(type, options) {
  const bits = plainRsaBits(type, options)
  return bits === null ? Reflect.apply(promisify(generateKeyPair), crypto, [type, options]) : nextPair(bits)
}

Object.assign(crypto, {
  generateKeyPairSync: pairSync,
  generateKeyPair: Object.assign((...given) => Reflect.apply(generateKeyPair, crypto, given), {
    [promisify.custom]: pairAsync,
  }),
})
syncBuiltinESMExports()
