import type { ComplaintEvent } from '../../events.js'
import type { ErrorCode } from '../../index.js'
import { errorMeanings } from '../format-error.js'
import type { Io } from '../io.js'
import type { Language } from '../language.js'

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
export function createProgress(io: Io, windows: number | null, language: Language): Progress {
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
    io.stderr.write(clearLine + progressLine({ rows, done, windows, elapsedMs: now - startedAt }, language) + waitText)
  }

  return {
    onEvent(event) {
      if (event.type === 'windowDone') done += 1
      waitText =
        event.type === 'rateLimitWait' || event.type === 'retry'
          ? waitingText(Math.ceil(event.delayMs / 1000), event.type === 'retry' ? event.failure : null, language)
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

/** @param failure why an attempt is repeated; null: the quota is used up */
function waitingText(seconds: number, failure: ErrorCode | null, language: Language): string {
  if (language === 'en') return `, waiting ${seconds} s (${failure ?? 'quota'})`
  return `，等待 ${seconds} 秒（${failure === null ? '限频' : errorMeanings[failure]}）`
}

/** Rows, rate, windows and a rough estimate: windows differ in their number of rows. */
export function progressLine(
  state: { rows: number; done: number; windows: number | null; elapsedMs: number },
  language: Language,
): string {
  const { rows, done, windows, elapsedMs } = state
  const seconds = elapsedMs / 1000
  const rate = seconds > 0 ? Math.round(rows / seconds) : 0
  const finished = windows === null ? done : Math.min(done, windows)
  const secondsLeft = windows !== null && done > 0 && done < windows ? (seconds / done) * (windows - done) : null
  const count = rows.toLocaleString('en-US')
  if (language === 'zh') {
    const total = windows === null ? '' : `/${windows}`
    const left = secondsLeft === null ? '' : `，约剩 ${duration(secondsLeft, '秒', '分钟')}`
    return `已读 ${count} 条，每秒 ${rate} 条，时间段 ${finished}${total}${left}`
  }
  const total = windows === null ? '' : ` of ${windows}`
  const left = secondsLeft === null ? '' : `, about ${duration(secondsLeft, 's', 'min')} left`
  return `${count} rows, ${rate}/s, ${finished}${total} windows${left}`
}

function duration(seconds: number, secondUnit: string, minuteUnit: string): string {
  return seconds < 90 ? `${Math.ceil(seconds)} ${secondUnit}` : `${Math.ceil(seconds / 60)} ${minuteUnit}`
}
