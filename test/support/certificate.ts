import { type KeyObject, X509Certificate } from 'node:crypto'
import forge from 'node-forge'

/** A certificate of the key, signed by itself and valid from 2026 to 2036. `serialNumber` in hex, as DER holds it. */
export function certificateOf(privateKey: KeyObject, serialNumber = '0a0b0c0d0e'): X509Certificate {
  const made = forge.pki.createCertificate()
  const key = forge.pki.privateKeyFromPem(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  made.publicKey = forge.pki.setRsaPublicKey(key.n, key.e)
  made.serialNumber = serialNumber
  made.validity.notBefore = new Date('2026-01-01T00:00:00Z')
  made.validity.notAfter = new Date('2036-01-01T00:00:00Z')
  made.setSubject([{ name: 'commonName', value: '1900000001' }])
  made.setIssuer([{ name: 'commonName', value: 'test CA' }])
  made.sign(key, forge.md.sha256.create())
  return new X509Certificate(forge.pki.certificateToPem(made))
}
