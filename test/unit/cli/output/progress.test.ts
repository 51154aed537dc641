import { describe, expect, it } from 'vitest'
import { createProgress, progressLine } from '../../../../src/cli/output/progress.js'

describe('progress', () => {
  it('shows rows, rate, windows and an estimate', () => {
    expect(progressLine({ rows: 1200, done: 3, windows: 12, elapsedMs: 6000 }, 'en')).toBe(
      '1,200 rows, 200/s, 3 of 12 windows, about 18 s left',
    )
    expect(progressLine({ rows: 0, done: 0, windows: 2, elapsedMs: 0 }, 'en')).toBe('0 rows, 0/s, 0 of 2 windows')
    expect(progressLine({ rows: 9, done: 2, windows: 2, elapsedMs: 1000 }, 'en')).toBe('9 rows, 9/s, 2 of 2 windows')
    expect(progressLine({ rows: 9, done: 1, windows: 300, elapsedMs: 1000 }, 'en')).toContain('about 5 min left')
  })

  it('shows no total of windows after a resume, because a cursor skips some', () => {
    expect(progressLine({ rows: 9, done: 3, windows: null, elapsedMs: 1000 }, 'en')).toBe('9 rows, 9/s, 3 windows')
  })

  it('is redrawn at once after it was cleared for rows', () => {
    const lines: string[] = []
    const stderr = { isTTY: true, write: (text: string) => lines.push(text) > 0 }
    const progress = createProgress({ stderr, now: () => 0 } as never, null, 'en')
    for (let page = 0; page < 2; page += 1) {
      progress.clear()
      progress.clear()
      progress.addRows(1)
    }
    expect(lines.map((line) => line.replace('\r\u001b[K', '<'))).toEqual([
      '<1 rows, 0/s, 0 windows',
      '<',
      '<2 rows, 0/s, 0 windows',
    ])
  })

  it('is drawn on a terminal only, at most five times a second, and cleared', () => {
    const drawnOn = (isTTY: boolean): string[] => {
      const lines: string[] = []
      let now = 0
      const stderr = { isTTY, write: (text: string) => lines.push(text) > 0 }
      const progress = createProgress({ stderr, now: () => now } as never, 2, 'en')
      for (; now < 1000; now += 10) progress.addRows(1)
      progress.onEvent({ type: 'rateLimitWait', delayMs: 1500 } as never)
      progress.clear()
      return lines
    }
    expect(drawnOn(false)).toEqual([])
    const lines = drawnOn(true)
    expect(lines).toHaveLength(7)
    expect(lines.at(-2)).toContain('waiting 2 s (quota)')
    expect(lines.at(-1)).toBe('\r\u001b[K')
  })
})
