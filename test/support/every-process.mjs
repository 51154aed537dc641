import './compile-less.mjs'
import './rsa-keys.mjs'

// The Node processes that tests start begin with this file, too.
const preload = `--import ${import.meta.url}`
const { NODE_OPTIONS: nodeOptions = '' } = process.env
if (!nodeOptions.includes(preload)) process.env.NODE_OPTIONS = `${nodeOptions} ${preload}`.trim()
