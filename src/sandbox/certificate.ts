import { randomBytes, sign, X509Certificate } from 'node:crypto'
import { bitString, integer, nothing, objectIdentifier, sequence, set, utcTime, utf8String } from './der.js'
import type { KeyPair } from './keys.js'
import { dayMs } from './time.js'

const sha256WithRsa = '1.2.840.113549.1.1.11'
const commonName = '2.5.4.3'

/** A self-signed certificate for one year, as PEM; node:crypto reads certificates but makes none. */
export function createCertificate(keys: KeyPair, name: string, now: number): string {
  const algorithm = sequence(objectIdentifier(sha256WithRsa), nothing())
  const subject = sequence(set(sequence(objectIdentifier(commonName), utf8String(name))))
  const content = sequence(
    integer(randomBytes(8)),
    algorithm,
    subject,
    sequence(utcTime(now - dayMs), utcTime(now + 364 * dayMs)),
    subject,
    keys.publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = sign('sha256', content, keys.privateKey)
  return new X509Certificate(sequence(content, algorithm, bitString(signature))).toString()
}
