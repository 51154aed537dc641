import { startChild } from './child.mjs'

/** The list server; `set` changes what it serves and how slowly. */
export async function startServer(rowCount, phoneCount) {
  const { first, ask, close } = await startChild(new URL('./server.mjs', import.meta.url), [rowCount, phoneCount])
  return { options: first, set: ask, close }
}
