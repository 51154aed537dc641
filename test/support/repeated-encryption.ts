import crypto, { constants, type KeyObject, type RsaPrivateKey } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

/**
 * A private key encrypts the same block to the same bytes, as its padding is not random, and each block takes up to a
 * millisecond of CPU. Sandboxes of one file encrypt the same lists again and again: each block of a key is encrypted
 * once for a file.
 */
const blocks = new WeakMap<KeyObject, Map<string, Buffer>>()

/** This file runs anew for each test file of a process: what the first run found is the function of Node. */
const shared = globalThis as { nodePrivateEncrypt?: typeof crypto.privateEncrypt }
shared.nodePrivateEncrypt ??= crypto.privateEncrypt
const { nodePrivateEncrypt } = shared

const privateEncrypt: typeof crypto.privateEncrypt = (privateKey, plain) => {
  const key = keyWithFixedPadding(privateKey)
  if (key === null || !Buffer.isBuffer(plain)) return nodePrivateEncrypt(privateKey, plain)
  const known = blocks.get(key) ?? new Map<string, Buffer>()
  blocks.set(key, known)
  const text = plain.toString('latin1')
  const encrypted = known.get(text) ?? nodePrivateEncrypt(privateKey, plain)
  known.set(text, encrypted)
  return Buffer.from(encrypted)
}

/** Null: another kind of key or of padding, which Node encrypts. */
function keyWithFixedPadding(given: Parameters<typeof crypto.privateEncrypt>[0]): KeyObject | null {
  const { key, padding, ...others } = given as Partial<RsaPrivateKey>
  const isFixed = padding === constants.RSA_PKCS1_PADDING && Object.keys(others).length === 0
  return isFixed && key instanceof crypto.KeyObject ? key : null
}

Object.assign(crypto, { privateEncrypt })
syncBuiltinESMExports()
