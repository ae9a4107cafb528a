import type { Evaluated } from '../value.ts'
import { breathOf } from './breath.ts'
import type { CallContext, WholeFunction } from './function.ts'
import { mapNumbers, scalarsOf, seriesOf } from './step-series.ts'

/** A function of each number by itself; histograms fall out. */
export const eachNumber =
  (map: (value: number) => number): WholeFunction =>
  async ([vector], context) =>
    vectorOf(await mapNumbers(seriesOf(vector), breathOf(context), map))

export const radians = (value: number): number => (value * Math.PI) / 180
export const degrees = (value: number): number => (value * 180) / Math.PI
export const sign = (value: number): number => {
  if (value < 0) return -1
  return value > 0 ? 1 : value
}

/** clamp(v, min, max), clamp_min(v, min), clamp_max(v, max); nothing is left where max is below min. */
export const clamp: WholeFunction = ([vector, min, max], context) =>
  clamped(vector, scalarsOf(min), scalarsOf(max), context)
export const clampMin: WholeFunction = ([vector, min], context) =>
  clamped(vector, scalarsOf(min), undefined, context)
export const clampMax: WholeFunction = ([vector, max], context) =>
  clamped(vector, undefined, scalarsOf(max), context)

/** To the nearest multiple, halves upwards. */
export const round: WholeFunction = async ([vector, nearest], context) => {
  const multiples = nearest === undefined ? undefined : scalarsOf(nearest)
  return vectorOf(
    await mapNumbers(seriesOf(vector), breathOf(context), (value, step) => {
      // By the inverse: 0.1 has none that is exact, 10 is.
      const inverse = 1 / (multiples?.[step] ?? 1)
      return Math.floor(value * inverse + 0.5) / inverse
    }),
  )
}

export const vectorOf = (series: Extract<Evaluated, { type: 'vector' }>['series']): Evaluated => ({
  type: 'vector',
  series,
})

async function clamped(
  vector: Evaluated | undefined,
  least: Float64Array | undefined,
  most: Float64Array | undefined,
  context: CallContext,
): Promise<Evaluated> {
  return vectorOf(
    await mapNumbers(seriesOf(vector), breathOf(context), (value, step) => {
      const min = least?.[step] ?? Number.NEGATIVE_INFINITY
      const max = most?.[step] ?? Number.POSITIVE_INFINITY
      return max < min ? undefined : Math.max(min, Math.min(max, value))
    }),
  )
}
