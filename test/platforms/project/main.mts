import * as main from 'unified-complaints'
import * as pfx from 'unified-complaints/pfx'
import * as sandbox from 'unified-complaints/sandbox'
import readAll from './read-all.cjs'

const states: readonly main.ComplaintState[] = ['pending', 'processing', 'resolved', 'unknown']
await readAll(main, pfx, sandbox)
if (states.length !== 4) throw new Error('types are gone at run time')
