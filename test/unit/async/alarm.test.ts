import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createAlarm } from '../../../src/async/alarm.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('an alarm ends a wait after its delay, when it rings, or when it has rung before', async () => {
  const alarm = createAlarm()
  const { signal } = new AbortController()
  let waits = 0
  const wait = async (): Promise<void> => {
    await alarm.wait(1_000, signal)
    waits += 1
  }
  void wait()
  await vi.advanceTimersByTimeAsync(999)
  expect(waits).toBe(0)
  await vi.advanceTimersByTimeAsync(1)
  expect(waits).toBe(1)
  void wait()
  alarm.ring()
  await vi.advanceTimersByTimeAsync(0)
  expect(waits).toBe(2)
  alarm.ring()
  alarm.ring()
  void wait()
  await vi.advanceTimersByTimeAsync(0)
  expect(waits).toBe(3)
  void wait()
  await vi.advanceTimersByTimeAsync(999)
  expect(waits).toBe(3)
})

it('an abort rejects with its reason and leaves no timer', async () => {
  const alarm = createAlarm()
  const controller = new AbortController()
  const wait = alarm.wait(1_000, controller.signal)
  controller.abort(new Error('reason'))
  await expect(wait).rejects.toThrow('reason')
  await expect(alarm.wait(1_000, controller.signal)).rejects.toThrow('reason')
  expect(vi.getTimerCount()).toBe(0)
})
