import { describe, expect, it } from 'vitest'
import { anomalyOf } from './anomaly.ts'
import { openedOf } from './anomaly-book.ts'
import { DetectConfig } from './config.ts'
import type { Opened } from './opened.ts'
import { type Profile, profileOf } from './rule/profile.ts'

const opened = (over: Partial<Opened>): Opened => ({
  ...{ low: 0, mid: 0.5, high: 1.84, startedMs: 0, openedMs: 0, resumedMs: 0, sign: 1, worst: 0.98 },
  ...{ deviation: 9, ratio: 2, points: 2, history: 30, shape: 'LEVEL_SHIFT', tier: 'BASIC' },
  ...{ calmPoints: 0, calmSinceMs: 0, toldMs: 0, toldDeviation: 9 },
  ...over,
})

/** The anomaly of a metric as it is told. */
function told(name: string, unit: string, over: Partial<Opened>, limits: Partial<Profile> = {}) {
  const labels = { __name__: name, 'service.name': 'pay' }
  const meta = { kind: 'GAUGE' as const, unit }
  const profile = { ...(profileOf(labels, meta, DetectConfig.parse({})) as Profile), ...limits }
  return anomalyOf(
    { id: 'a', detected_at: '2026-01-01T00:00:00.000Z', incident_id: null },
    { ref: 1, tenant: 'default', labels, meta },
    profile,
    { index: 0, kind: 'OPENED', reason: 'JUDGED', atMs: 0, opened: opened(over) },
  )
}

describe('an expected band', () => {
  it('ends at the whole of a share or a percentage', () => {
    expect(told('process.cpu.utilization', '1', {}).expected).toEqual({ low: 0, mid: 0.5, high: 1 })
    const percent = told('cpu', '%', { low: -12, mid: 40, high: 140, worst: 97 })
    expect(percent.expected).toEqual({ low: 0, mid: 40, high: 100 })
  })

  it('begins at nothing for counts, durations and bytes, whatever a season took', () => {
    for (const unit of ['{item}', 's', 'By', '1/s'])
      expect(told('amount', unit, { low: -3, mid: 4, high: 11, worst: 40 }).expected.low).toBe(0)
    expect(told('temperature', 'Cel', { low: -3, mid: 4, high: 11, worst: 40 }).expected.low).toBe(-3)
  })

  it('is as it was learned where the metric goes beyond what its unit says', () => {
    const beyond = { low: 1, mid: 1.4, high: 1.8, worst: 2.5 }
    expect(told('pod.cpu_request_utilization', '1', beyond).expected).toMatchObject({ low: 1, high: 1.8 })
    expect(told('clock.offset', 's', { low: -2, mid: -1, high: 0.5, worst: 3 }).expected.low).toBe(-2)
  })

  it('shows the limit that people set, whatever it is', () => {
    const breach = { low: -0.2, high: 1.2, worst: 1.3, shape: 'THRESHOLD_BREACH' } as const
    const { expected } = told('process.cpu.utilization', '1', breach, { above: 1.2 })
    expect(expected).toEqual({ low: 0, mid: 0.5, high: 1.2 })
  })

  it('cut off at the whole does not make its series stricter after a restart', () => {
    const anomaly = told('process.cpu.utilization', '1', {
      low: 0.5,
      mid: 0.9,
      high: 1.3,
      worst: 0.2,
      sign: -1,
    })
    expect(anomaly.expected.high).toBe(1)
    expect(openedOf(anomaly, 0).high).toBeCloseTo(1.3, 6)
  })
})
