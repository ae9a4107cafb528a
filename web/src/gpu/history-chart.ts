import type { Gpu } from '@aiops/contract/model/gpu'
import type { ChartLevel } from '../ui/chart-data.ts'
import type { GpuThresholds } from './threshold.ts'

export type HistoryChart = {
  key: string
  title: string
  query: string
  /** UCUM, but for °C, which people read. */
  unit: string
  /** Of what a value of the answer is multiplied, to be in `unit`. */
  factor: number
  levels: readonly ChartLevel[]
}

const mebibyte = 1_048_576

/**
 * PromQL for the course of one GPU. A GPU that changes hands is a new series (the pod is a label), so series of one UUID are joined:
 * the greatest of what tells the same, the sum over slices of a divided one.
 */
export function historyCharts(
  gpu: Pick<Gpu, 'uuid' | 'mig_enabled' | 'memory_total_mb' | 'power_limit_watts'>,
  thresholds: GpuThresholds,
): HistoryChart[] {
  const matcher = `UUID=${JSON.stringify(gpu.uuid)}`
  const of = (metric: string): string => `max by (UUID) (${metric}{${matcher}})`
  const memory = gpu.mig_enabled
    ? `sum by (UUID) (max by (UUID, GPU_I_ID) (DCGM_FI_DEV_FB_USED{${matcher}}))`
    : of('DCGM_FI_DEV_FB_USED')
  const level = (value: number, label: string, tone: ChartLevel['tone']): ChartLevel => ({
    value,
    label,
    tone,
  })
  const bytesAt = (percent: number): number => ((gpu.memory_total_mb ?? 0) * mebibyte * percent) / 100
  return [
    {
      ...{
        key: 'temperature',
        title: 'Temperature',
        query: of('DCGM_FI_DEV_GPU_TEMP'),
        unit: '°C',
        factor: 1,
      },
      levels: [
        level(thresholds.temperatureWarning, `warning ${thresholds.temperatureWarning} °C`, 'medium'),
        level(thresholds.temperatureCritical, `critical ${thresholds.temperatureCritical} °C`, 'critical'),
      ],
    },
    gpu.mig_enabled
      ? {
          ...{ key: 'work', title: 'Engine activity', query: of('DCGM_FI_PROF_GR_ENGINE_ACTIVE') },
          ...{ unit: '%', factor: 100, levels: [] },
        }
      : {
          ...{ key: 'work', title: 'Utilisation', query: of('DCGM_FI_DEV_GPU_UTIL'), unit: '%', factor: 1 },
          levels: [level(thresholds.idlePercent, `idle below ${thresholds.idlePercent} %`, 'medium')],
        },
    {
      ...{ key: 'memory', title: 'Memory used', query: memory, unit: 'By', factor: mebibyte },
      levels:
        gpu.memory_total_mb === null
          ? []
          : [
              level(bytesAt(thresholds.memoryWarning), `warning ${thresholds.memoryWarning} %`, 'medium'),
              level(
                bytesAt(thresholds.memoryCritical),
                `critical ${thresholds.memoryCritical} %`,
                'critical',
              ),
            ],
    },
    {
      ...{ key: 'power', title: 'Power', query: of('DCGM_FI_DEV_POWER_USAGE'), unit: 'W', factor: 1 },
      levels:
        gpu.power_limit_watts === null
          ? []
          : [level(gpu.power_limit_watts, `limit ${Math.round(gpu.power_limit_watts)} W`, 'critical')],
    },
  ]
}
