import type { Gpu } from '@aiops/contract/model/gpu'
import type { GpuThresholds } from './threshold.ts'

export const measureNames = ['utilisation', 'sm', 'memory', 'temperature', 'power', 'health'] as const
export type Measure = (typeof measureNames)[number]

/** What a measure is called, where it comes from, and why a board may not tell it. */
export const measures: Readonly<
  Record<Measure, { word: string; unit: string; source: string; note: string }>
> = {
  utilisation: {
    ...{ word: 'Utilisation', unit: '%', source: 'DCGM_FI_DEV_GPU_UTIL' },
    note: 'Share of time in which any kernel was resident; a divided GPU (MIG) has none.',
  },
  sm: {
    ...{ word: 'SM activity', unit: '%', source: 'DCGM_FI_PROF_SM_ACTIVE' },
    note: 'How busy the GPU truly is. The exporter tells it only where its list of metrics has DCGM_FI_PROF_SM_ACTIVE.',
  },
  memory: {
    ...{ word: 'Memory', unit: '%', source: 'DCGM_FI_DEV_FB_USED' },
    note: 'Memory used, of all that the GPU has.',
  },
  temperature: {
    ...{ word: 'Temperature', unit: '°C', source: 'DCGM_FI_DEV_GPU_TEMP' },
    note: 'Of the GPU itself; its memory has a sensor of its own.',
  },
  power: {
    ...{ word: 'Power', unit: 'W', source: 'DCGM_FI_DEV_POWER_USAGE' },
    note: 'What the board draws now.',
  },
  health: {
    ...{ word: 'Health', unit: '', source: 'open findings' },
    note: 'From the open findings of each GPU: critical, or warning for high and medium ones.',
  },
}

/** The value in the measure's unit; null where it is not told. Health is no number. */
export function measureOf(gpu: Gpu, measure: Measure): number | null {
  switch (measure) {
    case 'utilisation':
      return gpu.utilization_gpu_percent
    case 'sm':
      return gpu.sm_active_ratio === null ? null : gpu.sm_active_ratio * 100
    case 'memory':
      return memoryPercent(gpu)
    case 'temperature':
      return gpu.temperature_celsius
    case 'power':
      return gpu.power_draw_watts
    case 'health':
      return null
  }
}

export const memoryPercent = ({
  memory_used_mb: used,
  memory_total_mb: total,
}: Pick<Gpu, 'memory_used_mb' | 'memory_total_mb'>): number | null =>
  used === null || total === null || total <= 0 ? null : (used / total) * 100

/** A class of values with its colour. `from` is the least value of it. */
export type Bin = { label: string; from: number; fill: string }

const ramp = (percent: number): string => `color-mix(in oklab, var(--series-1) ${percent}%, var(--sunken))`
const warning = 'var(--medium)'
const critical = 'var(--critical)'

/** Classes of a measure, least first. Temperature and memory turn where the site's thresholds are. */
export function binsOf(measure: Exclude<Measure, 'health'>, thresholds: GpuThresholds): Bin[] {
  switch (measure) {
    case 'utilisation':
    case 'sm':
      return binsAt([0, thresholds.idlePercent, 20, 40, 60, 80], ' %', [], 100)
    case 'memory':
      return binsAt([0, 25, 50, 75], ' %', [thresholds.memoryWarning, thresholds.memoryCritical], 100)
    case 'temperature': {
      const { temperatureWarning: warm, temperatureCritical: hot } = thresholds
      return binsAt([0, 40, 55, 70], ' °C', [warm, hot])
    }
    case 'power':
      return binsAt([0, 100, 200, 300, 400, 500, 600], ' W', [])
  }
}

/** Bounds that a threshold overtakes are left out, so that classes stay in order whatever a site sets. */
function binsAt(plain: readonly number[], unit: string, given: readonly number[], end?: number): Bin[] {
  const limits = given.toSorted((a, b) => a - b)
  const least = limits[0] ?? Number.POSITIVE_INFINITY
  const rising = [...new Set(plain)].filter((bound) => bound < least).sort((a, b) => a - b)
  const bounds = [...rising, ...limits]
  return bounds.map((from, i) => {
    const to = bounds[i + 1] ?? end
    const label =
      to === undefined
        ? `≥ ${from}${unit}`
        : i === 0 && from === 0
          ? `< ${to}${unit}`
          : `${from}–${to}${unit}`
    const over = i - rising.length
    const fill =
      over >= 1 ? critical : over === 0 ? warning : ramp(8 + (i * 92) / Math.max(1, rising.length - 1))
    return { label, from, fill }
  })
}

/** Which class a value is in; -1 where it is not told. */
export function binAt(bins: readonly Bin[], value: number | null): number {
  if (value === null) return -1
  return Math.max(
    0,
    bins.findLastIndex(({ from }) => value >= from),
  )
}
