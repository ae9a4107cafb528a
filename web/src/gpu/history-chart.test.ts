import { describe, expect, it } from 'vitest'
import { historyCharts } from './history-chart.ts'
import { thresholdsIn } from './threshold.ts'

const whole = { uuid: 'GPU-1', mig_enabled: false, memory_total_mb: 1_000, power_limit_watts: 700 }
const charts = (part: Partial<Parameters<typeof historyCharts>[0]> = {}) =>
  historyCharts({ ...whole, ...part }, thresholdsIn(undefined))

describe('historyCharts', () => {
  it('joins the series of a GPU that changed hands', () => {
    expect(charts()[0]?.query).toBe('max by (UUID) (DCGM_FI_DEV_GPU_TEMP{UUID="GPU-1"})')
  })
  it('sums the memory of slices, and asks a divided GPU for no utilisation', () => {
    const queries = charts({ mig_enabled: true }).map(({ query }) => query)
    expect(queries[2]).toBe('sum by (UUID) (max by (UUID, GPU_I_ID) (DCGM_FI_DEV_FB_USED{UUID="GPU-1"}))')
    expect(queries.join()).not.toContain('GPU_UTIL')
  })
  it('lets no UUID out of its string', () => {
    expect(charts({ uuid: 'x"} or up{a="' })[0]?.query).toBe(
      'max by (UUID) (DCGM_FI_DEV_GPU_TEMP{UUID="x\\"} or up{a=\\""})',
    )
  })
  it('draws thresholds where they are known', () => {
    expect(charts()[0]?.levels.map(({ value }) => value)).toEqual([84, 90])
    expect(charts()[2]?.levels.map(({ value }) => value)).toEqual([900, 950].map((mb) => mb * 1_048_576))
    expect(
      charts({ memory_total_mb: null, power_limit_watts: null })
        .slice(2)
        .flatMap(({ levels }) => levels),
    ).toEqual([])
  })
})
