import { orderOf } from './evaluate/field.ts'
import type { SeriesStage } from './expression.ts'

/** Labels in the order of `by`; a number is the quantile of `p` or the upper bound of `__bucket`. */
export type MetricSeries = {
  labels: readonly { name: string; value: string | number }[]
  /** One a step; null for none. */
  values: (number | null)[]
}

/** `topk`, `bottomk` and thresholds, step by step; a series without a value left goes. */
export function rankAndLimit(
  series: readonly MetricSeries[],
  stages: readonly SeriesStage[],
): MetricSeries[] {
  let found = [...series]
  for (const stage of stages) {
    const kept = found.map((one) => ({ ...one, values: one.values.map((): number | null => null) }))
    const steps = found[0]?.values.length ?? 0
    for (let step = 0; step < steps; step += 1) {
      for (const i of chosen(found, stage, step)) {
        const target = kept[i]
        if (target) target.values[step] = found[i]?.values[step] ?? null
      }
    }
    found = kept.filter(({ values }) => values.some((value) => value !== null))
  }
  return found
}

/** Numbers of the series that stay at a step. */
function chosen(series: readonly MetricSeries[], stage: SeriesStage, step: number): number[] {
  const present = series.flatMap(({ values }, i) => {
    const value = values[step] ?? null
    return value === null ? [] : [{ i, value }]
  })
  if (stage.node === 'rank') {
    const sign = stage.name === 'topk' ? -1 : 1
    return present
      .sort((a, b) => sign * (a.value - b.value) || a.i - b.i)
      .slice(0, stage.count)
      .map(({ i }) => i)
  }
  const ordered = orderOf(stage.operator)
  return present
    .filter(({ value }) => ordered(value < stage.value ? -1 : value > stage.value ? 1 : 0))
    .map(({ i }) => i)
}
