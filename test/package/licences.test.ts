import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './consumer.js'

interface Locked {
  readonly dev?: boolean
  readonly license?: string
  readonly hasInstallScript?: boolean
  readonly integrity?: string
}

const allowed = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const lock: { packages: Record<string, Locked> } = JSON.parse(read('package-lock.json'))
/** Everything that comes along when the package is installed. */
const shipped = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true)

/** One choice of an SPDX expression must be allowed as a whole. */
const isAllowed = (expression: string): boolean =>
  expression
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => allowed.includes(licence.trim())))

describe('what is installed along with the package', () => {
  it('is small, and begins with the dependencies of package.json', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }
    const names = shipped.map(([path]) => path.replace(/^.*node_modules\//, ''))
    expect(names).toEqual(expect.arrayContaining(Object.keys(dependencies)))
    expect(names.length).toBeLessThan(40)
  })

  it('is under a permissive licence, in the lock and in the package itself', () => {
    const licences = shipped.map(([path, { license }]) => [
      path,
      license,
      JSON.parse(read(`${path}/package.json`)).license,
    ])
    expect(licences.filter(([, ...both]) => !both.every((licence) => isAllowed(String(licence))))).toEqual([])
  })

  it('runs nothing while it is installed, and is locked by its hash', () => {
    expect(shipped.filter(([, { hasInstallScript }]) => hasInstallScript === true)).toEqual([])
    expect(shipped.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([])
  })

  it('is judged by the whole expression', () => {
    expect(['MIT', '(BSD-3-Clause OR GPL-2.0)', 'MIT AND ISC'].every(isAllowed)).toBe(true)
    expect(['GPL-2.0', 'MIT AND GPL-2.0', 'UNLICENSED', 'undefined'].some(isAllowed)).toBe(false)
  })
})
