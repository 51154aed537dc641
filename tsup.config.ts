import { defineConfig, type Options } from 'tsup'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

/**
 * One output file per module: a class keeps its identity across the entries of one format,
 * and each entry loads only what it uses (node-forge stays behind `./pfx`).
 */
const oneFilePerModule: Plugin = {
  name: 'one-file-per-module',
  setup(build) {
    const extension = build.initialOptions.format === 'cjs' ? '.cjs' : '.js'
    build.onResolve({ filter: /^\.{1,2}\// }, (args) =>
      args.kind === 'entry-point' ? undefined : { path: args.path.replace(/\.js$/, extension), external: true },
    )
  },
}

export default defineConfig({
  entry: ['src/**/*.ts'],
  format: ['esm', 'cjs'],
  target: 'node20.19',
  platform: 'node',
  outDir: 'dist',
  clean: true,
  splitting: false,
  removeNodeProtocol: false,
  dts: {
    entry: { index: 'src/index.ts', pfx: 'src/pfx.ts', 'sandbox/index': 'src/sandbox/index.ts' },
    compilerOptions: { ignoreDeprecations: '6.0' },
  },
  esbuildPlugins: [oneFilePerModule],
})
