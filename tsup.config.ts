import { dirname, relative, resolve } from 'node:path'
import { defineConfig, type Options } from 'tsup'

type EsbuildPlugin = NonNullable<Options['esbuildPlugins']>[number]
type TsupPlugin = NonNullable<Options['plugins']>[number]

/** What users import. */
const entries = {
  index: 'src/index.ts',
  pfx: 'src/pfx.ts',
  'config/index': 'src/config/index.ts',
  'sandbox/index': 'src/sandbox/index.ts',
  'schema/index': 'src/schema/index.ts',
}
/** Run or loaded by the bin only. Reports are a file of their own, so that other commands do not load their libraries. */
const commandLine = { 'cli/main': 'src/cli/main.ts', 'cli/report': 'src/report/index.ts' }
/** What is shipped as a file of its own: the entries, the bin, and the errors, whose classes all of them share. */
const files = { ...entries, errors: 'src/errors.ts', ...commandLine }

const marker = 'file-of-its-own:'
const markedPaths = new RegExp(`${marker}([\\w/]+)`, 'g')

/**
 * One file per entry loads faster than one per module (a fifth of the import time was spent on finding files). What is
 * a file of its own stays an import, so that a class keeps its identity across the entries of one format, and each
 * entry loads only what it uses: node-forge stays behind `./pfx`.
 */
const keepApart: EsbuildPlugin = {
  name: 'keep-apart',
  setup(build) {
    const outputs = new Map(Object.entries(files).map(([output, source]) => [resolve(source), output]))
    build.onResolve({ filter: /^\.{1,2}\// }, ({ kind, path, resolveDir }) => {
      const output = outputs.get(resolve(resolveDir, path.replace(/\.js$/, '.ts')))
      return kind === 'entry-point' || output === undefined ? undefined : { path: marker + output, external: true }
    })
  },
}

/** The bin is run, never required: it and its reports are modules only. */
const commandLineAsModules: EsbuildPlugin = {
  name: 'command-line-as-modules',
  setup({ initialOptions }) {
    const { entryPoints, format } = initialOptions
    if (format !== 'cjs' || typeof entryPoints !== 'object' || Array.isArray(entryPoints)) return
    initialOptions.entryPoints = Object.fromEntries(
      Object.entries(entryPoints).filter(([output]) => !(output in commandLine)),
    )
  },
}

/** A module is resolved once though it may stand in several files: only here is it known from where the path leads. */
const pathsFromHere: TsupPlugin = {
  name: 'paths-from-here',
  renderChunk(code, { path }) {
    const extension = this.format === 'cjs' ? '.cjs' : '.js'
    const pathTo = (output: string): string => {
      const way = relative(dirname(path), resolve('dist', output))
      return `${way.startsWith('.') ? way : `./${way}`}${extension}`
    }
    return { code: code.replace(markedPaths, (_, output: string) => pathTo(output)) }
  },
}

export default defineConfig({
  entry: files,
  format: ['esm', 'cjs'],
  target: 'node20.19',
  platform: 'node',
  outDir: 'dist',
  clean: true,
  splitting: false,
  removeNodeProtocol: false,
  dts: { entry: entries, compilerOptions: { ignoreDeprecations: '6.0' } },
  // Node reads comments and indentation at every start. Names and short lines stay, so that stack traces can be read;
  // keepNames beside short names would keep bundlers from leaving out what is not used.
  esbuildOptions(options) {
    options.minifyWhitespace = true
    options.minifySyntax = true
    options.lineLimit = 120
    // Chinese texts as they are: escaped, each character takes twice the bytes.
    options.charset = 'utf8'
  },
  esbuildPlugins: [keepApart, commandLineAsModules],
  plugins: [pathsFromHere],
})
