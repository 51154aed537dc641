import type { ComplaintEvent } from '../../events.js'
import type { Io } from '../io.js'

/** A progress line on stderr; prints nothing if stderr is not a terminal. */
export interface Progress {
  onEvent(event: ComplaintEvent): void
  addRows(count: number): void
  /** Clears the line before other text is written; the next rows redraw it. */
  clear(): void
}

const redrawMs = 200
const clearLine = '\r\u001b[K'

/** @param windows total number of windows; null: unknown */
export function createProgress(io: Io, windows: number | null): Progress {
  if (io.stderr.isTTY !== true) return { onEvent: () => {}, addRows: () => {}, clear: () => {} }
  const startedAt = io.now()
  let rows = 0
  let done = 0
  let waitText = ''
  let lastDrawnAt = Number.NEGATIVE_INFINITY
  let isShown = false

  const draw = (): void => {
    const now = io.now()
    if (now - lastDrawnAt < redrawMs) return
    lastDrawnAt = now
    isShown = true
    io.stderr.write(clearLine + progressLine({ rows, done, windows, elapsedMs: now - startedAt }) + waitText)
  }

  return {
    onEvent(event) {
      if (event.type === 'windowDone') done += 1
      waitText =
        event.type === 'rateLimitWait' || event.type === 'retry'
          ? `, waiting ${Math.ceil(event.delayMs / 1000)} s (${event.type === 'retry' ? event.failure : 'quota'})`
          : ''
      draw()
    },
    addRows(count) {
      rows += count
      // A cleared line is redrawn at once.
      if (!isShown) lastDrawnAt = Number.NEGATIVE_INFINITY
      draw()
    },
    clear() {
      if (isShown) io.stderr.write(clearLine)
      isShown = false
    },
  }
}

/** Rows, rate, windows and a rough estimate: windows differ in their number of rows. */
export function progressLine(state: { rows: number; done: number; windows: number | null; elapsedMs: number }): string {
  const { rows, done, windows, elapsedMs } = state
  const seconds = elapsedMs / 1000
  const rate = seconds > 0 ? Math.round(rows / seconds) : 0
  const estimate =
    windows !== null && done > 0 && done < windows
      ? `, about ${duration((seconds / done) * (windows - done))} left`
      : ''
  const windowsText = windows === null ? `${done} windows` : `${Math.min(done, windows)} of ${windows} windows`
  return `${rows.toLocaleString('en-US')} rows, ${rate}/s, ${windowsText}${estimate}`
}

function duration(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`
}
