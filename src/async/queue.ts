/** An unbounded FIFO queue for one consumer. */
export interface AsyncQueue<T> {
  push(item: T): void
  /** Waits while the queue is empty. */
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
