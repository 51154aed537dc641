/**
 * Ceilings: what stood at the last look, rounded up. Raise one only for something that users get in return.
 * Each entry with all that it shares, without its dependencies, minified and compressed.
 */
const entry = (name, path, limit, esbuild = {}) => ({
  name,
  path,
  limit,
  modifyEsbuildConfig: (config) => ({ ...config, platform: 'node', packages: 'external', ...esbuild }),
})

export default [
  entry('unified-complaints', 'dist/index.js', '73 kB'),
  entry('unified-complaints, CommonJS', 'dist/index.cjs', '73.5 kB'),
  entry('unified-complaints/pfx', 'dist/pfx.js', '8.5 kB'),
  entry('unified-complaints/pfx, CommonJS', 'dist/pfx.cjs', '8.5 kB'),
  entry('unified-complaints/config', 'dist/config/index.js', '55.5 kB'),
  entry('unified-complaints/config, CommonJS', 'dist/config/index.cjs', '87 kB'),
  entry('unified-complaints/sandbox', 'dist/sandbox/index.js', '35 kB'),
  entry('unified-complaints/sandbox, CommonJS', 'dist/sandbox/index.cjs', '35.5 kB'),
  entry('unified-complaints/schema', 'dist/schema/index.js', '3 kB'),
  entry('unified-complaints/schema, CommonJS', 'dist/schema/index.cjs', '3 kB'),
  entry('the command line', 'dist/cli/main.js', '138.5 kB', { format: 'esm', external: ['./report.js'] }),
  entry('reports of the command line', 'dist/cli/report.js', '40.5 kB', { format: 'esm' }),
]
