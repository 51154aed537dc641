import * as main from 'unified-complaints'
import * as pfx from 'unified-complaints/pfx'
import * as sandbox from 'unified-complaints/sandbox'
import readAll from '../../read-all.cjs'

export const dynamic = 'force-dynamic'

export async function GET() {
  await readAll(main, pfx, sandbox)
  return new Response('350 complaints')
}
