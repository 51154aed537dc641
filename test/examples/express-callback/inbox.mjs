/** WeChat Pay repeats a callback for up to a week. */
const keptMs = 8 * 24 * 3_600_000

/**
 * Hands each notification on once. WeChat Pay repeats a callback under the same `id`; Huishouqian sends none, so two
 * equal callbacks may be two events. An id is stored after `handle`, so a crash in between hands a callback on again:
 * `handle` must be safe to call again.
 * @param store a Keyv, or anything with its `has` and `set`; one over Redis survives a restart and serves all processes
 */
export function createInbox(store, handle) {
  const inProgress = new Map()
  return async function take(notification) {
    if (notification.id === null) return handle(notification)
    const key = `${notification.provider}:${notification.account}:${notification.id}`
    // The same callback may come again while the first is still being handled.
    const running = inProgress.get(key) ?? handleOnce(store, key, () => handle(notification))
    inProgress.set(key, running)
    try {
      await running
    } finally {
      inProgress.delete(key)
    }
    return undefined
  }
}

async function handleOnce(store, key, handle) {
  if (await store.has(key)) return
  await handle()
  await store.set(key, true, keptMs)
}
