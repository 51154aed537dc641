/** What others put in as it comes, taken out in that order by one reader at a time. */
export interface Inbox<T> {
  put(item: T): void
  /** Waits while there is nothing. */
  take(): Promise<T>
}

export function createInbox<T>(): Inbox<T> {
  const items: T[] = []
  let wake: () => void = () => {}
  return {
    put(item) {
      items.push(item)
      wake()
    },
    async take() {
      while (items.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      return items.shift() as T
    },
  }
}
