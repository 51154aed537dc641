import { fork } from 'node:child_process'

/** A process of its own, asked one thing at a time; `first` is what it says when it is ready. */
export async function startChild(file, args = [], options = {}) {
  const child = fork(file, args.map(String), options)
  const answer = () => new Promise((resolve) => child.once('message', resolve))
  const ask = (message) => {
    const answered = answer()
    child.send(message)
    return answered
  }
  return { first: await answer(), ask, close: () => child.disconnect() }
}
