import type { Labels } from '@aiops/contract/model/label'
import { Fault } from '../../../../kernel/fault.ts'
import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { dropLabels, label, labelsKey, metricName, setLabel } from '../evaluate/label-set.ts'
import { parseGoNumber } from '../function/number-text.ts'
import { compactHistogram, customSchema } from '../histogram/index.ts'
import type { SequenceValue, SeriesDefinition } from './series-definition.ts'

type Moment = { buckets: Map<number, number>; count?: number; sum: number }
type Classic = { labels: Labels; moments: Moment[] }

/** The classic histograms among some series as native ones with custom buckets, under the name without `_bucket`, `_sum`, `_count`. */
export function classicToNative(series: readonly SeriesDefinition[]): SeriesDefinition[] {
  const classics = new Map<string, Classic>()
  for (const one of series) collect(one, classics)
  return [...classics.values()].map(({ labels, moments }) => ({
    labels,
    values: Array.from(
      moments,
      (moment): SequenceValue =>
        moment === undefined
          ? { kind: 'omitted' }
          : { kind: 'histogram', histogram: convert(moment), resetGiven: false },
    ),
  }))
}

function collect({ labels, values }: SeriesDefinition, classics: Map<string, Classic>): void {
  const parts = /^(.*)_(bucket|sum|count)$/s.exec(label(labels, metricName))
  if (parts === null) return
  const [, name = '', suffix] = parts
  const bound = suffix === 'bucket' ? parseGoNumber(label(labels, 'le')) : 0
  if (bound === undefined || Number.isNaN(bound)) return
  const base = setLabel(dropLabels(labels, ['le']), metricName, name)
  const key = labelsKey(base)
  const classic = classics.get(key) ?? { labels: base, moments: [] }
  classics.set(key, classic)
  values.forEach((point, i) => {
    if (point.kind !== 'number') return
    classic.moments[i] ??= { buckets: new Map(), sum: 0 }
    const moment = classic.moments[i]
    if (suffix === 'sum') moment.sum = point.value
    else if (suffix === 'count') moment.count = point.value
    else if (!moment.buckets.has(bound)) moment.buckets.set(bound, point.value)
  })
}

function convert({ buckets, count, sum }: Moment): NativeHistogram {
  const sorted = [...buckets].toSorted(([a], [b]) => a - b)
  const total = count ?? sorted.at(-1)?.[1] ?? 0
  if (sorted.at(-1)?.[0] !== Number.POSITIVE_INFINITY) sorted.push([Number.POSITIVE_INFINITY, total])
  const counts = Float64Array.from(sorted, ([, upTo], i) => upTo - (sorted[i - 1]?.[1] ?? 0))
  if (counts.some((bucket) => bucket < 0) || sorted.at(-1)![1] !== total)
    throw new Fault(
      'INVALID_REQUEST',
      'A classic histogram to convert has counts that fall or differ from _count.',
    )
  return compactHistogram({
    schema: customSchema,
    count: total,
    sum,
    zeroThreshold: 0,
    zeroCount: 0,
    positive: { indexes: Int32Array.from(counts.keys()), counts },
    negative: { indexes: new Int32Array(0), counts: new Float64Array(0) },
    bounds: Float64Array.from(sorted.slice(0, -1), ([bound]) => bound),
    reset: 'UNKNOWN',
  })
}
