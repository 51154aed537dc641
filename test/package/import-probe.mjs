import { Session } from 'node:inspector'
import { createRequire } from 'node:module'

/**
 * Imports (or requires) what it is given, in this fresh process, and prints what was loaded: path and characters of
 * every script that is not Node's own. A debugger sees each of them, whatever its format.
 */
const [how, ...specifiers] = process.argv.slice(2)
const loaded = []
const session = new Session()
session.connect()
session.on('Debugger.scriptParsed', ({ params: { url, length } }) => {
  if (url.startsWith('file:') || url.startsWith('/')) loaded.push([url.replace(/^file:\/\//, ''), length])
})
session.post('Debugger.enable')
const own = loaded.length
const require = createRequire(import.meta.url)
for (const specifier of specifiers) {
  if (how === 'require') require(specifier)
  else await import(specifier)
}
session.disconnect()
console.log(JSON.stringify(loaded.slice(own)))
