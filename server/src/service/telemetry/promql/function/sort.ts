import { givingWay, sortedStepwise } from '../../../../kernel/stepwise.ts'
import { compareLabels, label } from '../evaluate/label-set.ts'
import { HISTOGRAM, NUMBER, type StepSeries } from '../value.ts'
import { breathOf } from './breath.ts'
import type { CallContext, WholeFunction } from './function.ts'
import { warning } from './note.ts'
import { seriesOf, textOf } from './step-series.ts'

/** By value at the first step, NaN last; the answer of an instant query keeps this order. */
export const sort: WholeFunction = ([vector], context) => sortedByValue(seriesOf(vector), context, 1)
export const sortDesc: WholeFunction = ([vector], context) => sortedByValue(seriesOf(vector), context, -1)

/** By the labels named, numbers in them by their value, then by all labels. */
export const sortByLabel: WholeFunction = ([vector, ...names], context) =>
  sortedByLabel(seriesOf(vector), names.map(textOf), context, 1)
export const sortByLabelDesc: WholeFunction = ([vector, ...names], context) =>
  sortedByLabel(seriesOf(vector), names.map(textOf), context, -1)

/** Natural order: runs of digits compare as numbers, everything else as text. */
export function compareNaturally(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? []
  const right = b.match(/\d+|\D+/g) ?? []
  for (let i = 0; i < left.length && i < right.length; i++) {
    const x = left[i]!
    const y = right[i]!
    const numbers = /^\d/.test(x) && /^\d/.test(y)
    if (numbers && Number(x) !== Number(y)) return Number(x) - Number(y)
    if (!numbers && x !== y) return x < y ? -1 : 1
  }
  return left.length - right.length
}

async function sortedByValue(series: StepSeries[], context: CallContext, direction: 1 | -1) {
  warnOfRange(context)
  for (const { kinds } of series)
    for (let step = 0; step < kinds.length; step++) if (kinds[step] === HISTOGRAM) kinds[step] = 0
  const kept = series.filter(({ kinds }) => kinds.includes(NUMBER))
  const order = (left: StepSeries, right: StepSeries): number => {
    const [a, b] = [left.values[0] ?? 0, right.values[0] ?? 0]
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
    return a === b ? 0 : direction * (a < b ? -1 : 1)
  }
  return { type: 'vector' as const, series: await givingWay(sortedStepwise(kept, order), breathOf(context)) }
}

async function sortedByLabel(
  series: StepSeries[],
  names: readonly string[],
  context: CallContext,
  direction: 1 | -1,
) {
  warnOfRange(context)
  const order = (a: StepSeries, b: StepSeries): number => {
    for (const name of names) {
      const order = compareNaturally(label(a.labels, name), label(b.labels, name))
      if (order !== 0) return direction * order
    }
    return direction * compareLabels(a.labels, b.labels)
  }
  return {
    type: 'vector' as const,
    series: await givingWay(sortedStepwise(series, order), breathOf(context)),
  }
}

function warnOfRange({ steps, query, notes, call }: CallContext): void {
  const range = query === undefined ? steps.count > 1 : query.startMs !== query.endMs
  if (range) notes.warn(warning.sortInRange, call.span)
}
