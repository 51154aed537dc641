import { fork } from 'node:child_process'

/** A process of its own, asked one thing at a time; `first` is what it says when it is ready. */
export async function startChild(file, args = [], options = {}) {
  const child = fork(file, args.map(String), options)
  const ended = new Promise((_, reject) => {
    child.once('exit', (code) => reject(new Error(`${file.pathname} ended with ${code}`)))
  })
  // A child that is done ends, too.
  ended.catch(() => {})
  const answer = () => Promise.race([ended, new Promise((resolve) => child.once('message', resolve))])
  const ask = (message) => {
    const answered = answer()
    child.send(message)
    return answered
  }
  return { first: await answer(), ask, close: () => child.disconnect() }
}
