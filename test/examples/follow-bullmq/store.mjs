/** The store of `changes()` in Redis, for all workers. */
export function createChangeStore(redis) {
  return {
    async get(key) {
      const value = await redis.get(key)
      return value === null ? null : JSON.parse(value)
    },
    async set(key, value) {
      await redis.set(key, JSON.stringify(value))
    },
    async delete(key) {
      await redis.del(key)
    },
  }
}
