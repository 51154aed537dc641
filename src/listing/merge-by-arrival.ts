import type { Complaint } from '../model.js'
import {
  type AccountStreams,
  type Checkpoints,
  cursorOf,
  failureHandler,
  isDone,
  type ListRun,
  type PendingPage,
} from './list-run.js'
import { mergeArrivals } from './merge.js'

/** Pages as they come, of whichever account. */
export async function* mergeByArrival<C extends Complaint>(
  job: ListRun<C>,
  streams: AccountStreams<C>,
  places: Checkpoints,
): AsyncGenerator<PendingPage<C>> {
  const infos = new Map(job.accounts.map(({ key, info }) => [key, info]))
  for await (const { account, page } of mergeArrivals(streams, failureHandler(job, streams.size, places))) {
    places.set(account, page.next)
    const info = infos.get(account)
    const isLast = isDone(places)
    if (page.rows.length === 0 && !isLast) continue
    yield {
      items: page.rows,
      provider: info?.provider ?? null,
      account: info?.account ?? null,
      total: page.total,
      isLast,
      cursor: () => cursorOf(job, places),
    }
  }
}
