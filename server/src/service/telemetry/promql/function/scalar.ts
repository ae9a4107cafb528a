import { NUMBER } from '../value.ts'
import type { WholeFunction } from './function.ts'
import { scalarsOf, seriesOf } from './step-series.ts'

/** The value of the only series with a number at the step; NaN where there is none or more than one. */
export const scalar: WholeFunction = ([vector], { steps }) => {
  const values = new Float64Array(steps.count).fill(Number.NaN)
  const found = new Uint32Array(steps.count)
  for (const { kinds, values: from } of seriesOf(vector))
    for (let step = 0; step < kinds.length; step++)
      if (kinds[step] === NUMBER) values[step] = ++found[step]! > 1 ? Number.NaN : from[step]!
  return { type: 'scalar', values }
}

/** One series without labels. */
export const vector: WholeFunction = ([value], { steps }) => ({
  type: 'vector',
  series: [
    {
      labels: {},
      dropName: false,
      values: scalarsOf(value).slice(),
      kinds: new Uint8Array(steps.count).fill(NUMBER),
    },
  ],
})

/** The greater or lesser of two scalars. */
export const eitherOf =
  (pick: (a: number, b: number) => number): WholeFunction =>
  ([a, b]) => {
    const other = scalarsOf(b)
    return { type: 'scalar', values: scalarsOf(a).map((value, step) => pick(value, other[step]!)) }
  }
