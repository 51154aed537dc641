import type { FetchPage, HeldPage } from './scan.js'

/** Requests in order of their place, some of them under way before they are asked for. */
export interface Lookahead<C> {
  /**
   * The answer for this place.
   * @param step how far the next place lies behind it
   * @param until places from here on are not asked for ahead
   */
  next(skip: number, limit: number, step: number, until: number): Promise<HeldPage<C>>
  /** Drops what is under way. */
  discard(): void
}

/** @param depth requests under way at once */
export function createLookahead<C>(ask: FetchPage<C>, depth: number): Lookahead<C> {
  type UnderWay = { skip: number; limit: number; answer: Promise<HeldPage<C>> }
  let underWay: UnderWay[] = []

  const send = (skip: number, limit: number): void => {
    const own = underWay
    const answer = ask(skip, limit, () => own === underWay)
    // It may fail before anybody waits for it.
    answer.catch(() => {})
    own.push({ skip, limit, answer })
  }

  const discard = (): void => {
    for (const { answer } of underWay) answer.then((asked) => asked.release()).catch(() => {})
    underWay = []
  }

  return {
    discard,
    next(skip, limit, step, until) {
      const first = underWay[0]
      if (first !== undefined && (first.skip !== skip || first.limit !== limit)) discard()
      if (underWay.length === 0) send(skip, limit)
      for (let next = (underWay.at(-1)?.skip ?? skip) + step; underWay.length < depth && next < until; next += step) {
        send(next, limit)
      }
      const [next] = underWay.splice(0, 1) as [UnderWay]
      return next.answer
    },
  }
}
