import type { Labels } from '@aiops/contract/model/label'
import { generalNumber } from '../../../../kernel/go-number.ts'
import { atOnce, type Stepwise } from '../../../../kernel/stepwise.ts'
import type { Grouping, Span } from '../expression.ts'
import type { Notes, StepSeries, Steps } from '../value.ts'
import { hasValue } from './column.ts'
import { CountValues } from './count-values.ts'
import { type AggregationFold, type AggregationSpec, finishing } from './fold.ts'
import { type GroupFold, openMoments, openTally } from './group-fold.ts'
import { groupKey, groupLabels } from './label-set.ts'
import { breathEvery } from './merge.ts'
import { QuantileGroup } from './quantile-group.ts'
import { checkLimit, checkRatio, LimitGroup, RankGroup } from './rank.ts'
import { SumFold } from './sum-fold.ts'

export type { AggregationFold, AggregationSpec } from './fold.ts'

/** An instant vector over all steps to one by groups. Series come out in the order their groups were first seen. */
export function aggregate(
  series: Iterable<StepSeries>,
  spec: AggregationSpec,
  steps: Steps,
  notes: Notes,
): StepSeries[] {
  const fold = openAggregation(spec, steps, notes)
  for (const one of series) fold.add(one)
  return atOnce(finishing(fold.finish()))
}

/** Throws QUERY_FAILED for a parameter that cannot be used. */
export function openAggregation(spec: AggregationSpec, steps: Steps, notes: Notes): AggregationFold {
  const { name, parameter } = spec
  if (name === 'count_values') return new CountValues(spec, steps)
  const column = parameter instanceof Float64Array ? parameter : new Float64Array(steps.count)
  if (name === 'topk' || name === 'bottomk' || name === 'limitk') {
    if (!checkLimit(column)) return nothing
    return new Groups(spec, () =>
      name === 'limitk'
        ? new LimitGroup(column, 'count')
        : new RankGroup(name, column, notes, spec.spans?.whole),
    )
  }
  if (name === 'limit_ratio') {
    if (!checkRatio(column, notes, spec.spans?.parameter)) return nothing
    return new Groups(spec, () => new LimitGroup(column, 'ratio'))
  }
  const inner = spec.spans?.inner
  if (name === 'quantile') {
    noteQuantiles(column, notes, spec.spans?.parameter)
    return new Groups(spec, (labels) => new QuantileGroup(labels, column, notes, inner))
  }
  if (name === 'sum' || name === 'avg')
    return new Groups(spec, (labels) => new SumFold(name, labels, steps.count, notes, inner))
  if (name === 'stddev' || name === 'stdvar')
    return new Groups(spec, (labels) => openMoments(name, labels, steps.count, notes, inner))
  return new Groups(spec, (labels) => openTally(name, labels, steps.count, notes, inner))
}

const nothing: AggregationFold = { add: () => false, finish: () => [] }

class Groups implements AggregationFold {
  readonly #grouping: Grouping | undefined
  readonly #open: (labels: Labels) => GroupFold
  readonly #groups = new Map<string, GroupFold>()
  constructor(spec: AggregationSpec, open: (labels: Labels) => GroupFold) {
    this.#grouping = spec.grouping
    this.#open = open
  }
  add(series: StepSeries): boolean {
    const key = groupKey(series.labels, this.#grouping)
    let group = this.#groups.get(key)
    if (!group) {
      group = this.#open(groupLabels(series.labels, this.#grouping))
      this.#groups.set(key, group)
    }
    return group.add(series)
  }
  *finish(): Stepwise<StepSeries[]> {
    const results: StepSeries[] = []
    let finished = 0
    for (const group of this.#groups.values()) {
      finished += 1
      if (finished % breathEvery === 0) yield
      for (const series of yield* finishing(group.finish())) if (hasValue(series)) results.push(series)
    }
    return results
  }
}

function noteQuantiles(quantiles: Float64Array, notes: Notes, at: Span | undefined): void {
  let [least, greatest, none] = [0, 1, false]
  for (const quantile of quantiles) {
    if (Number.isNaN(quantile)) none = true
    if (quantile < least) least = quantile
    if (quantile > greatest) greatest = quantile
  }
  const warn = (value: number): void =>
    notes.warn(`quantile value should be between 0 and 1, got ${generalNumber(value)}`, at)
  if (none) warn(Number.NaN)
  if (greatest > 1) warn(greatest)
  if (least < 0) warn(least)
}
