import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from './clock.ts'

const dayMs = 86_400_000

/** What Node's own timers take at most is 24 days. */
describe('a wait of a month on the clock of the system', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('ends after a month, not at once', () => {
    let fired = 0
    systemClock.after(30 * dayMs, () => (fired += 1))
    vi.advanceTimersByTime(30 * dayMs - 1)
    expect(fired).toBe(0)
    vi.advanceTimersByTime(1)
    expect(fired).toBe(1)
  })

  it('comes again every month', () => {
    let fired = 0
    const cancel = systemClock.every(30 * dayMs, () => (fired += 1))
    vi.advanceTimersByTime(95 * dayMs)
    expect(fired).toBe(3)
    cancel()
    vi.advanceTimersByTime(95 * dayMs)
    expect(fired).toBe(3)
  })

  it('can be cancelled at any time of it', () => {
    let fired = 0
    const cancel = systemClock.after(60 * dayMs, () => (fired += 1))
    vi.advanceTimersByTime(40 * dayMs)
    cancel()
    vi.advanceTimersByTime(60 * dayMs)
    expect(fired).toBe(0)
  })

  it('can be slept through, and woken from', async () => {
    const stop = new AbortController()
    const woken = systemClock.sleep(30 * dayMs, stop.signal).catch((reason: unknown) => reason)
    let slept = false
    const sleeping = systemClock.sleep(30 * dayMs).then(() => (slept = true))
    await vi.advanceTimersByTimeAsync(29 * dayMs)
    expect(slept).toBe(false)
    stop.abort('enough')
    expect(await woken).toBe('enough')
    await vi.advanceTimersByTimeAsync(dayMs)
    await sleeping
  })
})
