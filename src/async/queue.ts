/** What others put in as it comes, taken out in that order by one reader at a time. */
export interface AsyncQueue<T> {
  push(item: T): void
  /** Waits while there is nothing. */
  shift(): Promise<T>
}

export function createAsyncQueue<T>(): AsyncQueue<T> {
  const items: T[] = []
  let wake: () => void = () => {}
  return {
    push(item) {
      items.push(item)
      wake()
    },
    async shift() {
      while (items.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      return items.shift() as T
    },
  }
}
