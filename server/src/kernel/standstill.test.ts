import { describe, expect, it } from 'vitest'
import { ManualClock } from './clock.ts'
import { Standstill } from './standstill.ts'

describe('a machine that stood still', () => {
  it('is noticed by the clock that went on, once', async () => {
    const clock = new ManualClock()
    const standstill = new Standstill(clock, 5_000)
    await clock.advance(1_000)
    expect(standstill.lasted()).toBe(0)
    clock.suspend(3_600_000)
    expect(standstill.lasted()).toBe(3_600_000)
    expect(standstill.lasted()).toBe(0)
  })

  it('is noticed where wall time was set back meanwhile', async () => {
    const clock = new ManualClock()
    let backMs = 0
    const standstill = new Standstill(
      { now: () => clock.now() - backMs, monotonic: () => clock.monotonic() },
      5_000,
    )
    backMs = 60_000
    expect(standstill.lasted()).toBe(0)
    await clock.advance(8_000)
    backMs = 90_000
    expect(standstill.lasted()).toBe(8_000)
  })
})
