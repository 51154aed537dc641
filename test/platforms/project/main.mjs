import * as main from 'unified-complaints'
import * as pfx from 'unified-complaints/pfx'
import * as sandbox from 'unified-complaints/sandbox'
import readAll from './read-all.cjs'

await readAll(main, pfx, sandbox)
