/**
 * Hands each notification on once. WeChat Pay repeats a callback under the same `id`; Huishouqian sends none, so two
 * equal callbacks may be two events: `handle` must bear to be called again.
 */
export function createInbox(handle) {
  const done = new Set()
  const underWay = new Map()
  return async function take(notification) {
    if (notification.id === null) return handle(notification)
    const key = `${notification.provider}:${notification.account}:${notification.id}`
    if (done.has(key)) return undefined
    // The same callback may come again while the first is still being handled.
    const running = underWay.get(key) ?? handle(notification)
    underWay.set(key, running)
    try {
      await running
      done.add(key)
    } finally {
      underWay.delete(key)
    }
    return undefined
  }
}
