import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calibrated, confidenceOf } from './confidence.ts'
import { DetectConfig } from './config.ts'
import { reliabilityOf } from './measure/index.ts'
import type { Opened } from './opened.ts'

const opened: Opened = {
  ...{ low: 0, mid: 10, high: 20, startedMs: 0, openedMs: 0, resumedMs: 0, sign: 1, worst: 40, deviation: 9 },
  ...{ ratio: 2, points: 5, history: 300, shape: 'SPIKE', tier: 'BASIC' },
  ...{ calmPoints: 0, calmSinceMs: 0, toldMs: 0, toldDeviation: 9 },
}

describe('the confidence of an anomaly', () => {
  it('rises with how clear and how lasting it is, and falls with anomalies before it', () => {
    const plain = confidenceOf(opened)
    expect(confidenceOf({ ...opened, ratio: 4, points: 20 })).toBeGreaterThan(plain)
    expect(confidenceOf({ ...opened, earlier: 2 })).toBeLessThan(plain)
    expect(confidenceOf({ ...opened, shape: 'THRESHOLD_BREACH' })).toBe(1)
  })

  it('is a share for anything, and never falls where the raw one rises', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, b) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)]
          return calibrated(low) >= 0 && calibrated(high) <= 1 && calibrated(low) <= calibrated(high)
        },
      ),
    )
  })

  it('is the share that is true, within 0.08, on more than 500 planted events that it was not fitted to', () => {
    const { planted, error, bins, anomalies } = reliabilityOf(DetectConfig.parse({}), 77, 1_020)
    expect(planted).toBeGreaterThanOrEqual(500)
    expect(bins).toHaveLength(5)
    expect(anomalies).toBeGreaterThan(300)
    expect(error).toBeLessThanOrEqual(0.08)
  })
})
