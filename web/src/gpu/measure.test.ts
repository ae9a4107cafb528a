import type { Gpu } from '@aiops/contract/model/gpu'
import { describe, expect, it } from 'vitest'
import { binAt, binsOf, measureOf } from './measure.ts'
import { thresholdsIn } from './threshold.ts'

const presets = thresholdsIn(undefined)

describe('binsOf', () => {
  it('turns at the thresholds that the site has set', () => {
    const site = thresholdsIn([{ name: 'infrastructure.gpu.temperature_warning_celsius', value: 60 }])
    const bins = binsOf('temperature', site)
    expect(bins.map(({ label }) => label)).toEqual(['< 40 °C', '40–55 °C', '55–60 °C', '60–90 °C', '≥ 90 °C'])
    expect(bins[binAt(bins, 60)]?.fill).toBe('var(--medium)')
    expect(bins[binAt(bins, 59.9)]?.fill).not.toBe('var(--medium)')
    expect(bins[binAt(bins, 120)]?.fill).toBe('var(--critical)')
  })

  it('has its classes in order whatever is set', () => {
    for (const idle of [0, 5, 20, 95]) {
      const bins = binsOf('utilisation', { ...presets, idlePercent: idle })
      const bounds = bins.map(({ from }) => from)
      expect(bounds).toEqual([...new Set(bounds)].toSorted((a, b) => a - b))
    }
  })
})

describe('binAt', () => {
  const bins = binsOf('utilisation', presets)
  it('never takes what is not told for a low value', () => {
    expect(binAt(bins, null)).toBe(-1)
    expect(binAt(bins, 0)).toBe(0)
  })
  it('puts a bound into the class that it begins', () => {
    expect(binAt(bins, 4.99)).toBe(0)
    expect(binAt(bins, 5)).toBe(1)
    expect(binAt(bins, 100)).toBe(bins.length - 1)
  })
})

describe('measureOf', () => {
  it('gives shares in per cent, and nothing of a board that does not tell', () => {
    const gpu = { sm_active_ratio: 0.42, memory_used_mb: 10, memory_total_mb: null } as unknown as Gpu
    expect(measureOf(gpu, 'sm')).toBe(42)
    expect(measureOf(gpu, 'memory')).toBeNull()
  })
})

it('falls back on presets where a setting is not told or is no number', () => {
  expect(thresholdsIn([{ name: 'infrastructure.gpu.idle_percent', value: 'five' }])).toEqual(presets)
})
