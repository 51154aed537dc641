import * as main from 'unified-complaints'
import * as pfx from 'unified-complaints/pfx'
import * as sandbox from 'unified-complaints/sandbox'
import { it } from 'vitest'
import readAll from './read-all.cjs'

it('ES modules in Vitest', () => readAll(main, pfx, sandbox), 60_000)
