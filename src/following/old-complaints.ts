import type { AccountRecords } from './records.js'

/** Old complaints that are read one by one in a whole pass. */
export interface OldComplaints {
  /** By id, with their days. */
  readonly complaints: ReadonlyMap<string, string>
  /** As in `AccountIndex`: where the next whole pass continues. */
  readonly lastOld: string | null
}

/** A whole pass reads no more complaints one by one. */
const maxOld = 100

/**
 * What a whole pass reads by itself: complaints that were in hand, then those made before `firstDay` that are open, the
 * ones read longest ago first.
 * @param met ids that the pass has listed
 */
export async function selectOld(
  records: AccountRecords,
  firstDay: string,
  met: ReadonlySet<string>,
): Promise<OldComplaints> {
  const { days, lastOld } = records.index()
  const complaints = new Map([...records.inHand].filter(([id]) => !met.has(id)).slice(0, maxOld))
  const open: { id: string; day: string; position: string }[] = []
  for (const day of days.filter((each) => each < firstDay)) {
    for (const [id, { snapshot }] of await records.entriesOf(day)) {
      if (snapshot.state !== 'resolved' && !met.has(id) && !complaints.has(id))
        open.push({ id, day, position: `${day} ${id}` })
    }
  }
  const room = maxOld - complaints.size
  if (open.length <= room) {
    for (const { id, day } of open) complaints.set(id, day)
    return { complaints, lastOld }
  }
  open.sort((one, other) => (one.position < other.position ? -1 : 1))
  const start =
    lastOld === null
      ? 0
      : Math.max(
          0,
          open.findIndex(({ position }) => position > lastOld),
        )
  const turn = [...open.slice(start), ...open.slice(0, start)].slice(0, room)
  for (const { id, day } of turn) complaints.set(id, day)
  return { complaints, lastOld: turn.at(-1)?.position ?? lastOld }
}
