import { fork } from 'node:child_process'

/** The list server in a process of its own; `set` changes what it serves and how slowly. */
export async function startServer(rowCount, phoneCount) {
  const child = fork(new URL('./server.mjs', import.meta.url), [String(rowCount), String(phoneCount)])
  const options = await new Promise((resolve) => child.once('message', resolve))
  const set = (settings) =>
    new Promise((resolve) => {
      child.once('message', resolve)
      child.send(settings)
    })
  return { options, set, close: () => child.disconnect() }
}
