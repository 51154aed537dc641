import { join } from 'node:path'
import ts from 'typescript'

const dist = new URL('../../dist/', import.meta.url).pathname
const entries = {
  '.': 'index',
  './pfx': 'pfx',
  './config': 'config/index',
  './sandbox': 'sandbox/index',
  './schema': 'schema/index',
} as const

export type EntryName = keyof typeof entries
export const entryNames: readonly EntryName[] = ['.', './pfx', './config', './sandbox', './schema']

type Symbols = ReadonlyMap<string, ts.Symbol>

/**
 * The public surface of each entry as text, read from the built declarations: one section a name, sorted, without
 * comments. What a change of it means for users is then seen in review.
 */
export function reportsOf(extension: '.d.ts' | '.d.cts'): Record<EntryName, string> {
  const files = entryNames.map((entry) => join(dist, entries[entry] + extension))
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: ['node'],
  })
  const checker = program.getTypeChecker()
  const exportsOf = (index: number): Symbols => {
    const file = program.getSourceFile(files[index] ?? '')
    const module = file && checker.getSymbolAtLocation(file)
    if (module === undefined) throw new Error(`${files[index]} has no exports; is the package built?`)
    return new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, original(symbol, checker)]))
  }
  const main = exportsOf(0)
  const report = (index: number): string =>
    reportOf(entryNames[index] ?? '.', exportsOf(index), index === 0 ? new Map() : main, checker)
  return { '.': report(0), './pfx': report(1), './config': report(2), './sandbox': report(3), './schema': report(4) }
}

function reportOf(entry: EntryName, exported: Symbols, ofMain: Symbols, checker: ts.TypeChecker): string {
  const known = new Set([...exported.values(), ...ofMain.values()])
  const named = new Map<string, ts.Symbol>()
  const borrowed = new Set<string>()
  const queue = [...exported.values()]
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const symbol of namedBy(next, checker)) {
      if ([...ofMain.values()].includes(symbol)) borrowed.add(symbol.name)
      if (known.has(symbol)) continue
      known.add(symbol)
      named.set(symbol.name, symbol)
      queue.push(symbol)
    }
  }
  const lines = [
    `# ${`unified-complaints/${entry.slice(2)}`.replace(/\/$/, '')}`,
    '',
    'The public surface, as `npm run api:update` wrote it. A change here is a change for users.',
    ...sections(exported, checker),
  ]
  if (named.size > 0) lines.push('', '# Not exported, named by the above', ...sections(named, checker))
  if (borrowed.size > 0) lines.push('', '# Exported by unified-complaints', '', [...borrowed].sort().join(', '))
  return `${lines.join('\n')}\n`
}

function sections(symbols: Symbols, checker: ts.TypeChecker): string[] {
  return [...symbols]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, symbol]) => ['', `## ${name}`, '', '```ts', ...textOf(symbol, checker), '```'])
}

function textOf(symbol: ts.Symbol, checker: ts.TypeChecker): string[] {
  const printer = ts.createPrinter({ removeComments: true })
  return (symbol.declarations ?? []).map((declaration) => {
    const text = printer.printNode(ts.EmitHint.Unspecified, declaration, declaration.getSourceFile())
    const imports = identifiersOf(declaration).flatMap((identifier) => importOf(identifier, checker))
    return imports
      .reduce((shown, [local, full]) => shown.replace(new RegExp(`(?<![\\w$.'])${local}(?![\\w$'])`, 'g'), full), text)
      .replace(/^(?: {4})+/gm, (indent) => ' '.repeat(indent.length / 2))
  })
}

/** The declarations of this package that a declaration names, wherever in it. */
function namedBy(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol[] {
  return (symbol.declarations ?? [])
    .flatMap(identifiersOf)
    .map((identifier) => checker.getSymbolAtLocation(identifier))
    .filter((named) => named !== undefined)
    .map((named) => original(named, checker))
    .filter(({ declarations }) =>
      // A namespace such as zod's `z` is declared by a file, which has no parent.
      declarations?.some(
        (declaration) => declaration.parent !== undefined && ts.isSourceFile(declaration.parent) && isOwn(declaration),
      ),
    )
}

/** A type of Node's goes by the name of its module: the bundler's own (`Agent$1`) says nothing. */
function importOf(identifier: ts.Identifier, checker: ts.TypeChecker): [local: string, full: string][] {
  const [declaration] = checker.getSymbolAtLocation(identifier)?.declarations ?? []
  if (declaration === undefined || !ts.isImportSpecifier(declaration)) return []
  const { moduleSpecifier } = declaration.parent.parent.parent as ts.ImportDeclaration
  if (!ts.isStringLiteral(moduleSpecifier) || moduleSpecifier.text.startsWith('.')) return []
  const name = (declaration.propertyName ?? declaration.name).text
  return [[identifier.text.replaceAll('$', '\\$'), `import('${moduleSpecifier.text}').${name}`]]
}

function identifiersOf(node: ts.Node): ts.Identifier[] {
  const found: ts.Identifier[] = []
  const visit = (child: ts.Node): void => {
    if (ts.isIdentifier(child)) found.push(child)
    ts.forEachChild(child, visit)
  }
  visit(node)
  return found
}

function original(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

function isOwn(declaration: ts.Declaration): boolean {
  return declaration.getSourceFile().fileName.startsWith(dist)
}
