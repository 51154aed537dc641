/** The store of `changes()` and `follow()` in the same database as the complaints. */
export function createChangeStore(pool) {
  return {
    async get(key) {
      const { rows } = await pool.query('SELECT value FROM complaint_changes WHERE key = $1', [key])
      return rows[0]?.value
    },
    async set(key, value) {
      await pool.query(
        `INSERT INTO complaint_changes (key, value) VALUES ($1, $2)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
        [key, JSON.stringify(value)],
      )
    },
    async delete(key) {
      await pool.query('DELETE FROM complaint_changes WHERE key = $1', [key])
    },
  }
}
