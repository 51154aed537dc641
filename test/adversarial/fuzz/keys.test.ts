import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { parseCertificates, parsePrivateKey, parsePublicKey } from '../../../src/crypto/keys.js'
import { ConfigError } from '../../../src/errors.js'
import { loadPfx } from '../../../src/pfx.js'
import { certificateOf } from '../../support/certificate.js'
import { everythingOf } from '../../support/core.js'
import { type FileForm, writePkcs12 } from '../../support/pkcs12.js'
import { type Dice, dice, pick } from './dice.js'

/** `npm test` runs some fixed seeds; `npm run fuzz` goes on from FUZZ_SEED for FUZZ_SECONDS. */
const seconds = Number(process.env.FUZZ_SECONDS ?? 0)
const firstSeed = Number(process.env.FUZZ_SEED ?? (seconds > 0 ? Date.now() % 1_000_000 : 1))
const quickRounds = 400
/** CPU time of one call: 2,000,000 iterations, the ceiling, take less. */
const maxCpuMs = 3_000

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const passphrase = 'open-sesame-密码'

const certificatePem = certificateOf(privateKey).toString()
const certificateDer = certificateOf(privateKey).raw
const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' })
const pems = [
  privateKey.export({ type: 'pkcs8', format: 'pem' }),
  privateKey.export({ type: 'pkcs1', format: 'pem' }),
  privateKey.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'word' }),
  privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'word' }),
  elliptic.export({ type: 'sec1', format: 'pem' }),
  publicKey.export({ type: 'spki', format: 'pem' }),
  publicKey.export({ type: 'pkcs1', format: 'pem' }),
  certificatePem,
].map(String)
const texts = [
  ...pems,
  pems.join(''),
  pkcs8.toString('base64'),
  Buffer.from(pems[0] ?? '').toString('base64'),
  pkcs8.toString('hex'),
]

const aes = { scheme: 'pbes2', iterations: 1000 } as const
const forms: FileForm[] = [
  { keys: aes, certificates: aes, mac: { hash: 'sha256', iterations: 1000 } },
  { keys: { scheme: '3des', iterations: 1000 }, certificates: { scheme: 'rc2-40', iterations: 1000 }, encoding: 'BER' },
  { keys: { scheme: 'none' }, certificates: { scheme: 'none' }, mac: null },
  { keys: aes, certificates: { scheme: 'rc2-128', iterations: 1000 }, mac: null, isNested: true },
  { keys: aes, certificates: aes, mac: { hash: 'pbmac1', iterations: 1000 } },
]
const files = forms.map((form) => writePkcs12([pkcs8], [certificateDer], passphrase, form))

/** Parts of keys that a message must not repeat: any ten characters of the base64. */
const secrets = pems
  .slice(0, 5)
  .flatMap((pem) => pem.replaceAll(/-----[^-]+-----|\s/g, '').match(/[A-Za-z0-9+/]{10}/g) ?? [])

const snippets = [
  '-----BEGIN RSA PRIVATE KEY-----',
  '-----END PRIVATE KEY-----',
  '\\n',
  '\r',
  '\0',
  '\ufeff',
  ' ',
  '=',
  '"',
  ':',
  '\u2014',
  '{{ KEY }}',
  '{"kty":',
  '-'.repeat(50),
  '\\'.repeat(30),
  ' '.repeat(200),
  'MII',
  '/etc/',
  '\ud800',
]

function mutateText(roll: Dice, text: string): string {
  let changed = text
  for (let changes = 1 + roll(4); changes > 0; changes -= 1) {
    const at = roll(changed.length + 1)
    const to = Math.min(changed.length, at + roll(80))
    const piece = pick(roll, [
      () => '',
      () => pick(roll, snippets),
      () => String.fromCharCode(roll(256)),
      () => changed.slice(at, to).repeat(2),
      () => changed.slice(at, to).replaceAll('\n', pick(roll, ['\\n', ' ', '', '\r', '\n\n'])),
      () => pick(roll, texts),
    ])
    changed = changed.slice(0, at) + piece() + changed.slice(roll(3) === 0 ? to : at)
  }
  return changed
}

function mutateBytes(roll: Dice, bytes: Buffer): Buffer {
  let changed: Buffer = Buffer.from(bytes)
  for (let changes = 1 + roll(3); changes > 0; changes -= 1) {
    // The structure is at the beginning and at the end.
    const at = pick(roll, [
      roll(changed.length),
      roll(Math.min(120, changed.length)),
      changed.length - 1 - roll(Math.min(120, changed.length)),
    ])
    const tail = changed.subarray(at + roll(6))
    changed = pick<() => Buffer>(roll, [
      () => Buffer.concat([changed.subarray(0, at), Buffer.from([roll(256)]), changed.subarray(at + 1)]),
      () =>
        Buffer.concat([
          changed.subarray(0, at),
          Buffer.from(
            pick(
              roll,
              ['00', 'ff', '7fffff', '80', '0000', '3080', '2480', '02037fffff', '8400ffffff'].map((hex) =>
                Buffer.from(hex, 'hex'),
              ),
            ),
          ),
          tail,
        ]),
      () => Buffer.concat([changed.subarray(0, at), tail]),
      () => changed.subarray(0, at),
      () => Buffer.concat([changed, changed.subarray(at)]),
    ])()
    if (changed.length === 0) return changed
  }
  return changed
}

/** What the call does wrong; null: it returns or throws a ConfigError, in time, that holds no secret. */
function judge(call: () => unknown): { wrong: string | null; isRefused: boolean } {
  const before = process.cpuUsage()
  try {
    call()
  } catch (error) {
    if (!(error instanceof ConfigError)) return { wrong: `outside the family: ${String(error)}`, isRefused: true }
    const shown = everythingOf(error)
    const leaked = shown.includes(passphrase) || secrets.some((secret) => shown.includes(secret))
    if (leaked) return { wrong: `shows a secret: ${error.message}`, isRefused: true }
    const { user, system } = process.cpuUsage(before)
    if ((user + system) / 1000 > maxCpuMs) return { wrong: `took ${(user + system) / 1000} ms`, isRefused: true }
    return { wrong: null, isRefused: true }
  }
  return { wrong: null, isRefused: false }
}

describe('mutated keys', () => {
  const targets: Record<string, (seed: number) => () => unknown> = {
    text: (seed) => {
      const roll = dice(seed)
      const text = mutateText(roll, pick(roll, texts))
      const input = pick<() => string | Uint8Array>(roll, [
        () => text,
        () => Buffer.from(text),
        () => Buffer.from(text, 'utf16le'),
        () => Buffer.from(text, 'latin1'),
      ])()
      const parse = pick<(input: string | Uint8Array) => unknown>(roll, [
        (each) => parsePrivateKey(each, 'privateKey'),
        (each) => parsePublicKey(each, 'publicKey'),
        (each) => parseCertificates(each, 'certificate'),
        (each) => loadPfx(typeof each === 'string' ? Buffer.from(each) : each, passphrase),
      ])
      return () => parse(input)
    },
    DER: (seed) => {
      const roll = dice(seed)
      const bytes = mutateBytes(
        roll,
        pick(roll, [pkcs8, certificateDer, publicKey.export({ type: 'spki', format: 'der' })]),
      )
      return pick<() => unknown>(roll, [
        () => parsePrivateKey(bytes, 'privateKey'),
        () => parsePublicKey(bytes, 'publicKey'),
        () => parseCertificates(bytes, 'certificate'),
      ])
    },
    'PKCS#12': (seed) => {
      const roll = dice(seed)
      const bytes = mutateBytes(roll, pick(roll, files))
      return () => loadPfx(bytes, pick(roll, [passphrase, '', 'wrong', 'clé']))
    },
  }

  it.each(Object.keys(targets))(
    '%s: taken, or a ConfigError in time that shows nothing of the key',
    (name) => {
      const until = performance.now() + (seconds * 1000) / 3
      let refused = 0
      let rounds = 0
      while (seconds > 0 ? performance.now() < until : rounds < quickRounds) {
        const seed = firstSeed + rounds
        const { wrong, isRefused } = judge(targets[name]?.(seed) ?? expect.fail())
        expect(wrong, `seed ${seed}`).toBeNull()
        if (isRefused) refused += 1
        rounds += 1
      }
      if (seconds > 0)
        console.info(`${name}: ${rounds} rounds from seed ${firstSeed}, ${refused} refused, nothing wrong`)
      // If everything were taken or refused, the mutations would prove nothing.
      expect(refused).toBeGreaterThan(rounds / 4)
      if (name !== 'PKCS#12') expect(refused).toBeLessThan(rounds)
    },
    120_000 + seconds * 1000,
  )

  it.each([1, 2])('texts of a megabyte take linear time (%i)', (length) => {
    const sizes = {
      dashes: '-',
      backslashes: '\\',
      blanks: ' ',
      quotes: '"',
      base64: 'MIIE',
      begin: '-----BEGIN A-----',
      colon: 'a:',
      nul: '\0',
      open: '{',
    }
    for (const [name, piece] of Object.entries(sizes)) {
      const text = piece.repeat((length * 500_000) / piece.length)
      for (const form of [text, `x${text}x`, `-----BEGIN PRIVATE KEY-----x${text}x-----END PRIVATE KEY-----`]) {
        const { wrong, isRefused } = judge(() => parsePrivateKey(form, 'privateKey'))
        expect([name, wrong, isRefused]).toEqual([name, null, true])
      }
    }
  })
})
