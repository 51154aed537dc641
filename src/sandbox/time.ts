/** China has had one zone and no summer time since 1991, so plain arithmetic is enough. */
export const beijingOffsetMs: number = 8 * 60 * 60 * 1000
export const dayMs: number = 24 * 60 * 60 * 1000

/** `yyyy-MM-dd HH:mm:ss` in Beijing time. */
export function beijingText(instant: number): string {
  return wallClock(instant).slice(0, 19).replace('T', ' ')
}

/** `yyyy-MM-dd` */
export function beijingDay(instant: number): string {
  return wallClock(instant).slice(0, 10)
}

/** `yyyyMMddHHmmss` */
export function beijingDigits(instant: number): string {
  return wallClock(instant).slice(0, 19).replace(/\D/g, '')
}

/** RFC 3339 with Beijing's offset; without milliseconds when they are 0. */
export function beijingRfc3339(instant: number): string {
  return `${wallClock(instant).slice(0, instant % 1000 === 0 ? 19 : 23)}+08:00`
}

/** Start of a Beijing day; null for an impossible day. */
export function startOfDay(day: string): number | null {
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? parseWallClock(`${day}T00:00:00`) : null
}

/** Parses `yyyy-MM-dd HH:mm:ss` in Beijing time; null for an impossible time. */
export function parseBeijingText(text: string): number | null {
  return /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text) ? parseWallClock(text.replace(' ', 'T')) : null
}

export function floorToSecond(instant: number): number {
  return Math.floor(instant / 1000) * 1000
}

function wallClock(instant: number): string {
  return new Date(instant + beijingOffsetMs).toISOString()
}

/** `Date.parse` turns 31 February into 3 March, so the result must print as the input. */
function parseWallClock(text: string): number | null {
  const instant = Date.parse(`${text}Z`)
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text) ? instant - beijingOffsetMs : null
}
