#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { demo } from './demo.js'

const usage = `unified-complaints: merchant complaints (投诉) of Huishouqian, WeChat Pay and Xiaoe-tech as one list

Usage
  unified-complaints demo       show complaints of three local servers that play the providers
  unified-complaints --version
  unified-complaints --help
`

/** Exit codes: 0 done, 1 failed, 2 not understood. */
async function main(argv: readonly string[]): Promise<number> {
  const parsed = parse(argv)
  if (parsed === null) return misunderstood('unknown option')
  const { values, positionals } = parsed
  const [command, ...rest] = positionals
  if (values.version === true) return say(`${version()}\n`)
  if (values.help === true || (command === 'help' && rest.length === 0)) return say(usage)
  if (command !== 'demo' || rest.length > 0)
    return misunderstood(command === undefined ? 'no command' : `unknown command: ${positionals.join(' ')}`)
  await demo((text) => process.stdout.write(text))
  return 0
}

function parse(
  argv: readonly string[],
): { values: { version?: boolean; help?: boolean }; positionals: string[] } | null {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { version: { type: 'boolean', short: 'v' }, help: { type: 'boolean', short: 'h' } },
    })
  } catch {
    return null
  }
}

function say(text: string): number {
  process.stdout.write(text)
  return 0
}

function misunderstood(why: string): number {
  process.stderr.write(`${why}\n\n${usage}`)
  return 2
}

function version(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return manifest.version
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  },
)
