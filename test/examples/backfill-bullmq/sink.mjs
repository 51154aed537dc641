/** Complaints by `provider:account:id`: whatever comes twice is there once. */
export function createSink(redis) {
  return {
    async save(complaints) {
      if (complaints.length === 0) return
      const rows = complaints.flatMap((complaint) => [
        `${complaint.provider}:${complaint.account}:${complaint.id}`,
        JSON.stringify(complaint),
      ])
      await redis.hset('complaints', ...rows)
    },
  }
}
