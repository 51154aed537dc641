import { createRequire } from 'node:module'
import { dirname } from 'node:path'

/**
 * `node type-check.mjs <folder of a compiler> <tsconfig.json> …` prints a JSON list: what that compiler says of each
 * project, as `tsc --pretty false` prints it. One process for all projects parses the libraries once and runs warm; the
 * files of libraries, which are not part of the package, are not checked.
 */
const [compiler, ...configs] = process.argv.slice(2)
const ts = createRequire(import.meta.url)(compiler)
const libraryFiles = new Map()

function check(config) {
  const folder = dirname(config)
  const { fileNames, options, errors } = ts.getParsedCommandLineOfConfigFile(config, {}, ts.sys)
  // As tsc: comments are parsed only where they matter for errors.
  const jsDocParsingMode = ts.JSDocParsingMode.ParseForTypeErrors
  const host = { ...ts.createCompilerHost(options), getCurrentDirectory: () => folder, jsDocParsingMode }
  const { getSourceFile } = host
  const isLibrary = (path) => /\/node_modules\/(?!unified-complaints\/)/.test(path)
  host.getSourceFile = (path, format, ...others) => {
    if (!isLibrary(path)) return getSourceFile(path, format, ...others)
    const key = JSON.stringify([path, format.languageVersion, format.impliedNodeFormat])
    const file = libraryFiles.get(key) ?? getSourceFile(path, format, ...others)
    libraryFiles.set(key, file)
    return file
  }
  const program = ts.createProgram({ rootNames: fileNames, options, host, configFileParsingDiagnostics: errors })
  const checked = program.getSourceFiles().filter(({ fileName }) => !isLibrary(fileName))
  const diagnostics = [
    ...program.getConfigFileParsingDiagnostics(),
    ...program.getOptionsDiagnostics(),
    ...program.getSyntacticDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...checked.flatMap((file) => program.getSemanticDiagnostics(file)),
  ]
  return ts.formatDiagnostics(ts.sortAndDeduplicateDiagnostics(diagnostics), {
    getCanonicalFileName: (path) => path,
    getCurrentDirectory: () => folder,
    getNewLine: () => '\n',
  })
}

console.log(JSON.stringify(configs.map(check)))
