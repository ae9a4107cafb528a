import type { Evaluated } from '../value.ts'
import { ABSENT, NUMBER } from '../value.ts'
import { breathOf } from './breath.ts'
import type { CallContext, WholeFunction } from './function.ts'
import { mapNumbers, seriesOf } from './step-series.ts'

const stepMsAt = ({ steps }: CallContext, step: number): number => steps.startMs + step * steps.stepMs

const scalarOf = (context: CallContext, valueAt: (step: number) => number): Evaluated => ({
  type: 'scalar',
  values: Float64Array.from({ length: context.steps.count }, (_, step) => valueAt(step)),
})

/** Seconds since 1970 at the step. */
export const time: WholeFunction = (_, context) =>
  scalarOf(context, (step) => stepMsAt(context, step) / 1_000)

/** A number of the whole query, in seconds. */
export const ofQuery =
  (pick: (query: { startMs: number; endMs: number; stepMs: number }) => number): WholeFunction =>
  (_, context) => {
    const query = context.query ?? {
      startMs: context.steps.startMs,
      endMs: stepMsAt(context, context.steps.count - 1),
      stepMs: context.steps.stepMs,
    }
    return scalarOf(context, () => pick(query) / 1_000)
  }

/** When the samples were taken, in seconds; the step's moment where they were computed. Numbers and histograms alike. */
export const timestamp: WholeFunction = async ([vector], context) => {
  const series = seriesOf(vector)
  const breathe = breathOf(context)
  for (const one of series) {
    await breathe()
    for (let step = 0; step < one.kinds.length; step++) {
      if (one.kinds[step] === ABSENT) continue
      one.kinds[step] = NUMBER
      one.values[step] = (one.timesMs?.[step] ?? stepMsAt(context, step)) / 1_000
    }
    one.dropName = true
    one.histograms = undefined
    one.timesMs = undefined
  }
  return { type: 'vector', series }
}

/** Since when the samples count, in seconds, 0 where unknown. No answer where the source does not keep it, or samples were computed. */
export const startTimestamp: WholeFunction = async ([vector], context) => {
  const breathe = breathOf(context)
  const series = seriesOf(vector).filter(({ startsMs }) => startsMs !== undefined)
  for (const one of series) {
    await breathe()
    for (let step = 0; step < one.kinds.length; step++) {
      if (one.kinds[step] === ABSENT) continue
      one.kinds[step] = NUMBER
      one.values[step] = one.startsMs![step]! / 1_000
    }
    one.dropName = true
    one.histograms = undefined
    one.startsMs = undefined
  }
  return { type: 'vector', series }
}

/** A part of a date in UTC, of samples that are seconds since 1970 or, without an argument, of the step. */
export const datePart =
  (part: (date: Date) => number): WholeFunction =>
  async ([vector], context) => {
    const ofSeconds = (seconds: number): number => part(new Date(Math.trunc(seconds) * 1_000))
    if (vector !== undefined)
      return { type: 'vector', series: await mapNumbers(seriesOf(vector), breathOf(context), ofSeconds) }
    const count = context.steps.count
    const values = Float64Array.from({ length: count }, (_, step) =>
      ofSeconds(Math.floor(stepMsAt(context, step) / 1_000)),
    )
    return {
      type: 'vector',
      series: [{ labels: {}, dropName: false, values, kinds: new Uint8Array(count).fill(NUMBER) }],
    }
  }

export const daysInMonth = (date: Date): number =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()

export const dayOfYear = (date: Date): number =>
  Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1
