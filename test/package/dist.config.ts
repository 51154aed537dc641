import { resolve } from 'node:path'
import type { ViteUserConfig } from 'vitest/config'

const root = new URL('../../', import.meta.url).pathname
const built: Record<string, string> = {
  'src/index.ts': 'dist/index.js',
  'src/errors.ts': 'dist/errors.js',
  'src/pfx.ts': 'dist/pfx.js',
  'src/sandbox/index.ts': 'dist/sandbox/index.js',
}

/** The suite that defines an adapter, and that of `.pfx` files, against what is built: imports of the entries' sources lead to the built files. */
const config: ViteUserConfig = {
  root,
  plugins: [
    {
      name: 'built-instead-of-source',
      enforce: 'pre',
      resolveId(source, importer) {
        if (importer === undefined || !source.startsWith('.')) return null
        const target = resolve(importer, '..', source).replace(/\.js$/, '.ts')
        const output = built[target.slice(root.length)]
        return output === undefined ? null : root + output
      },
    },
  ],
  test: {
    include: ['test/conformance/**/*.test.ts', 'test/unit/pfx*.test.ts'],
    globalSetup: ['test/support/rsa-key-folder.ts'],
    setupFiles: ['test/support/rsa-keys.mjs'],
    // Most of the time is waiting.
    maxWorkers: 4,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
}

export default config
