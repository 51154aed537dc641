import type { Ask, Asked } from './scan.js'

/** Requests in order of their place, some of them under way before they are asked for. */
export interface RequestQueue<C> {
  /**
   * The answer for this place.
   * @param stride how far the next place lies behind it
   * @param until places from here on are not asked for ahead
   */
  take(skip: number, limit: number, stride: number, until: number): Promise<Asked<C>>
  /** Drops what is under way. */
  discard(): void
}

/** @param depth requests under way at once */
export function requestQueue<C>(ask: Ask<C>, depth: number): RequestQueue<C> {
  type UnderWay = { skip: number; limit: number; answer: Promise<Asked<C>> }
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
    take(skip, limit, stride, until) {
      const first = underWay[0]
      if (first !== undefined && (first.skip !== skip || first.limit !== limit)) discard()
      if (underWay.length === 0) send(skip, limit)
      for (
        let next = (underWay.at(-1)?.skip ?? skip) + stride;
        underWay.length < depth && next < until;
        next += stride
      ) {
        send(next, limit)
      }
      const [next] = underWay.splice(0, 1) as [UnderWay]
      return next.answer
    },
  }
}
