import { Fault } from '../../../../kernel/fault.ts'
import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { copyStep, hasValue } from '../evaluate/column.ts'
import { labelsKey } from '../evaluate/label-set.ts'
import { ABSENT, type Evaluated, HISTOGRAM, NUMBER, type StepSeries } from '../value.ts'
import type { Breath } from './breath.ts'

/** The series of an argument that is known to be an instant vector. */
export function seriesOf(argument: Evaluated | undefined): StepSeries[] {
  return argument?.type === 'vector' ? argument.series : []
}

/** The values of an argument that is known to be a scalar. */
export function scalarsOf(argument: Evaluated | undefined): Float64Array {
  return argument?.type === 'scalar' ? argument.values : new Float64Array(0)
}

export const textOf = (argument: Evaluated | undefined): string =>
  argument?.type === 'string' ? argument.value : ''

/** Numbers to numbers in place; histograms fall out, and so do series without a number. */
export async function mapNumbers(
  series: StepSeries[],
  breathe: Breath,
  map: (value: number, step: number) => number | undefined,
): Promise<StepSeries[]> {
  for (const { kinds, values } of series) {
    await breathe()
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] === HISTOGRAM) kinds[step] = ABSENT
      if (kinds[step] !== NUMBER) continue
      const mapped = map(values[step]!, step)
      if (mapped === undefined) kinds[step] = ABSENT
      else values[step] = mapped
    }
  }
  return nameless(series)
}

/** Histograms to numbers in place; numbers fall out, and so do series without a histogram. */
export async function mapHistograms(
  series: StepSeries[],
  breathe: Breath,
  map: (histogram: NativeHistogram) => number,
): Promise<StepSeries[]> {
  for (const { kinds, values, histograms } of series) {
    await breathe()
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== HISTOGRAM) kinds[step] = ABSENT
      else {
        kinds[step] = NUMBER
        values[step] = map(histograms![step]!)
      }
    }
  }
  return nameless(series)
}

/** Series with equal labels made one; refused where two of them have a sample at the same step. */
export async function mergeEqual(series: StepSeries[], breathe: Breath): Promise<StepSeries[]> {
  const byKey = new Map<string, StepSeries>()
  for (const one of series) {
    await breathe()
    const key = labelsKey(one.labels)
    const known = byKey.get(key)
    if (known === undefined) byKey.set(key, one)
    else mergeInto(known, one)
  }
  return byKey.size === series.length ? series : [...byKey.values()]
}

function mergeInto(target: StepSeries, source: StepSeries): void {
  for (let step = 0; step < source.kinds.length; step++) {
    if (source.kinds[step] === ABSENT) continue
    if (target.kinds[step] !== ABSENT)
      throw new Fault('QUERY_FAILED', 'vector cannot contain metrics with the same labelset')
    copyStep(source, target, step)
  }
}

function nameless(series: StepSeries[]): StepSeries[] {
  const kept: StepSeries[] = []
  for (const one of series) {
    if (!hasValue(one)) continue
    one.dropName = true
    one.histograms = undefined
    one.timesMs = undefined
    kept.push(one)
  }
  return kept
}
