/** Complaints by `provider:account:id`: a change that comes twice is there once. */
export function createSink(redis) {
  return {
    async save(complaint) {
      const { provider, account, id } = complaint
      await redis.hset('complaints', `${provider}:${account}:${id}`, JSON.stringify(complaint))
    },
  }
}
