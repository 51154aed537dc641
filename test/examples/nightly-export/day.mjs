const hourMs = 3_600_000

/** The Beijing day before the one of `now`, yyyy-MM-dd. Beijing is UTC+8 all year. */
export function yesterdayInBeijing(now) {
  return new Date(now + (8 - 24) * hourMs).toISOString().slice(0, 10)
}

/** An instant as people in Beijing read it. */
export function beijingTime(at) {
  return new Date(at.getTime() + 8 * hourMs).toISOString().slice(0, 19).replace('T', ' ')
}
