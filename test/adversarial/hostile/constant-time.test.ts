import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const root = new URL('../../../src/', import.meta.url)
/** The sandbox is a server for tests, and holds no secret of anybody's. */
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !/^sandbox[\\/]/.test(name),
)

/** Where bytes are compared, and why timing reveals nothing: both sides are public. */
const publicComparisons: readonly string[] = [
  'return createPublicKey(privateKey).equals(publicKey)',
  'return n?.equals(key.n) === true',
  'certificate?.publicKey.equals(publicKey) === true || keys.some((key) => isPair(key, publicKey)),',
]
/** Where keys or passphrases that the caller gave are compared with each other, once, as options are read. */
const ownComparisons: readonly string[] = [
  'if (others.some(({ key }) => !key.equals(pair.key)))',
  'if (key !== null && others.some((other) => !other.equals(key)))',
  'const same = forms.slice(0, index).find(({ utf16 }) => utf16.equals(form.utf16))',
  'return forms.filter(({ utf16 }) => matching.some((each) => each.utf16.equals(utf16)))',
]
/** The MAC of a .pfx file, in constant time. */
const constantTimeComparisons: readonly string[] = [
  'return one.length === other.length && crypto.timingSafeEqual(one, other)',
]
/** Words of a table are sorted, no bytes. */
const textComparisons: readonly string[] = [
  "typeof one === 'number' && typeof other === 'number' ? one - other : collator.compare(String(one), String(other))",
]
const reviewed = [...publicComparisons, ...ownComparisons, ...constantTimeComparisons, ...textComparisons]
const byteComparison = /(?:\.(?:equals|compare)|timingSafeEqual)\(|Buffer\.compare/
/** A secret, or what proves something, held against another value than a constant. */
const secretComparison =
  /\b\w*(?:secret|signature|digest|hmac|authTag|apiV3Key|merchantKey|password|passphrase)\w*\b\s*[!=]==(?!\s*(?:undefined|null|typeof|['"`]))/i

/**
 * Signatures are verified with public keys, and the tag of AES-GCM is compared within OpenSSL, in constant time. Nothing
 * else may decide about a secret by comparing it.
 */
it('no secret, signature or tag is compared here', () => {
  expect(files.length).toBeGreaterThan(50)
  const found: string[] = []
  for (const name of files) {
    for (const line of readFileSync(new URL(name, root), 'utf8')
      .split('\n')
      .map((each) => each.trim())) {
      if ((byteComparison.test(line) && !reviewed.includes(line)) || secretComparison.test(line))
        found.push(`${name}: ${line}`)
    }
  }
  expect(found).toEqual([])
})
