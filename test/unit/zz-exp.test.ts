import { it } from 'vitest'
import { createServer } from 'node:http'
import { createTransport } from '../../src/http/transport.js'
it('x', async () => {
  const s = createServer((q, r) => { console.log(q.url); q.url!.startsWith('/slow') ? setTimeout(() => r.end('late'), 8500) : r.end('ok') })
  await new Promise<void>(r => s.listen(0, '127.0.0.1', r))
  const u = `http://127.0.0.1:${(s.address() as any).port}`
  const t = createTransport()
  for (const p of ["/a?b=it's", '/a/../b', '/a/%2e%2e/b', '/a?b=投', '/a?b=a b', '/a#x', "/it's", '/a?b=|^`{}', '/a?b="<>'])
    await t({ method: 'GET', url: u + p, headers: {} }, { signal: undefined, timeoutMs: 15000 })
  console.log((await t({ method: 'GET', url: u + '/slow', headers: {} }, { signal: undefined, timeoutMs: 15000 })).body.toString())
  s.close()
})
