import type { Complaint } from '../model.js'
import { cursorOf, type Draft, failureHandler, isDone, type ListJob, type Places, type Streams } from './list-run.js'
import { mergeArrivals } from './merge.js'

/** Pages as they come, of whichever account. */
export async function* runArrivals<C extends Complaint>(
  job: ListJob<C>,
  streams: Streams<C>,
  places: Places,
): AsyncGenerator<Draft<C>> {
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
