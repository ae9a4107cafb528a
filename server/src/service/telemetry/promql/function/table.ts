import { Fault } from '../../../../kernel/fault.ts'
import type { Extension, ValueType } from '../expression.ts'
import { absent } from './absent.ts'
import { anchoredChanges, anchoredResets, changes, resets } from './change.ts'
import { delta, idelta, increase, irate, rate } from './counter.ts'
import { extended } from './extended.ts'
import type { PromqlFunction, WholeFunction, WindowFunction } from './function.ts'
import {
  eachHistogram,
  histogramAvg,
  histogramFraction,
  histogramQuantile,
  histogramQuantiles,
  histogramStddev,
  histogramStdvar,
} from './histogram-call.ts'
import { addInfo } from './info.ts'
import { labelJoin, labelReplace } from './label.ts'
import { datePart, dayOfYear, daysInMonth, ofQuery, startTimestamp, time, timestamp } from './moment.ts'
import * as overTime from './over-time.ts'
import { madOverTime, quantileOverTime } from './quantile-over-time.ts'
import { clamp, clampMax, clampMin, degrees, eachNumber, radians, round, sign } from './sample.ts'
import { eitherOf, scalar, vector } from './scalar.ts'
import { sort, sortByLabel, sortByLabelDesc, sortDesc } from './sort.ts'
import { deriv, doubleExponentialSmoothing, predictLinear } from './trend.ts'

/** Arguments in short: v vector, s scalar, t string, m matrix. */
const kinds: Record<string, ValueType> = { v: 'vector', s: 'scalar', t: 'string', m: 'matrix' }
type Options = { variadic?: number; returns?: ValueType; experimental?: true }

const signature = (
  name: string,
  args: string,
  { variadic = 0, returns = 'vector', experimental }: Options,
) => ({
  name,
  args: Array.from(args, (kind) => kinds[kind]!),
  variadic,
  returns,
  ...(experimental && { experimental }),
})
type Extended = Partial<Record<Extension, WindowFunction>>
const window = (
  name: string,
  evaluate: WindowFunction,
  options: Options & { args?: string; keepsName?: true; extended?: Extended } = {},
): PromqlFunction => ({
  ...signature(name, options.args ?? 'm', options),
  kind: 'window',
  keepsName: options.keepsName ?? false,
  evaluate,
  ...(options.extended && { extended: options.extended }),
})
/** For differences, over windows that are anchored or smoothed. */
const extendedBoth = (counter: boolean, perSecond: boolean): Extended => ({
  anchored: extended({ smoothed: false, counter, perSecond }),
  smoothed: extended({ smoothed: true, counter, perSecond }),
})
const whole = (
  name: string,
  args: string,
  evaluate: WholeFunction,
  options: Options = {},
): PromqlFunction => ({
  ...signature(name, args, options),
  kind: 'whole',
  evaluate,
})
const number = (name: string, map: (value: number) => number): PromqlFunction =>
  whole(name, 'v', eachNumber(map))
const date = (name: string, part: (date: Date) => number): PromqlFunction =>
  whole(name, 'v', datePart(part), { variadic: 1 })

const experimental = true
const toScalar = { returns: 'scalar' } as const

const ranges: PromqlFunction[] = [
  window('rate', rate, { extended: extendedBoth(true, true) }),
  window('increase', increase, { extended: extendedBoth(true, false) }),
  window('delta', delta, { extended: extendedBoth(false, false) }),
  window('irate', irate),
  window('idelta', idelta),
  window('resets', resets, { extended: { anchored: anchoredResets } }),
  window('changes', changes, { extended: { anchored: anchoredChanges } }),
  window('deriv', deriv),
  window('predict_linear', predictLinear, { args: 'ms' }),
  window('double_exponential_smoothing', doubleExponentialSmoothing, { args: 'mss', experimental }),
  window('count_over_time', overTime.countOverTime),
  window('sum_over_time', overTime.sumOverTime),
  window('avg_over_time', overTime.avgOverTime),
  window('min_over_time', overTime.minOverTime),
  window('max_over_time', overTime.maxOverTime),
  window('stddev_over_time', overTime.stddevOverTime),
  window('stdvar_over_time', overTime.stdvarOverTime),
  window('quantile_over_time', quantileOverTime, { args: 'sm' }),
  window('mad_over_time', madOverTime, { experimental }),
  window('first_over_time', overTime.firstOverTime, { keepsName: true }),
  window('last_over_time', overTime.lastOverTime, { keepsName: true }),
  window('present_over_time', overTime.presentOverTime),
  window('absent_over_time', overTime.presentOverTime),
  window('ts_of_first_over_time', overTime.tsOfFirstOverTime, { experimental }),
  window('ts_of_last_over_time', overTime.tsOfLastOverTime, { experimental }),
  window('ts_of_min_over_time', overTime.tsOfMinOverTime, { experimental }),
  window('ts_of_max_over_time', overTime.tsOfMaxOverTime, { experimental }),
]

const numbers: PromqlFunction[] = [
  number('abs', Math.abs),
  number('ceil', Math.ceil),
  number('floor', Math.floor),
  number('exp', Math.exp),
  number('sqrt', Math.sqrt),
  number('ln', Math.log),
  number('log2', Math.log2),
  number('log10', Math.log10),
  number('sin', Math.sin),
  number('cos', Math.cos),
  number('tan', Math.tan),
  number('asin', Math.asin),
  number('acos', Math.acos),
  number('atan', Math.atan),
  number('sinh', Math.sinh),
  number('cosh', Math.cosh),
  number('tanh', Math.tanh),
  number('asinh', Math.asinh),
  number('acosh', Math.acosh),
  number('atanh', Math.atanh),
  number('rad', radians),
  number('deg', degrees),
  number('sgn', sign),
  whole('clamp', 'vss', clamp),
  whole('clamp_min', 'vs', clampMin),
  whole('clamp_max', 'vs', clampMax),
  whole('round', 'vs', round, { variadic: 1 }),
]

const scalars: PromqlFunction[] = [
  whole(
    'pi',
    '',
    (_, { steps }) => ({ type: 'scalar', values: new Float64Array(steps.count).fill(Math.PI) }),
    toScalar,
  ),
  whole('time', '', time, toScalar),
  whole(
    'start',
    '',
    ofQuery(({ startMs }) => startMs),
    { ...toScalar, experimental },
  ),
  whole(
    'end',
    '',
    ofQuery(({ endMs }) => endMs),
    { ...toScalar, experimental },
  ),
  whole(
    'range',
    '',
    ofQuery(({ startMs, endMs }) => endMs - startMs),
    { ...toScalar, experimental },
  ),
  whole(
    'step',
    '',
    ofQuery(({ startMs, endMs, stepMs }) => (startMs === endMs ? 0 : stepMs)),
    {
      ...toScalar,
      experimental,
    },
  ),
  whole('max_of', 'ss', eitherOf(Math.max), { ...toScalar, experimental }),
  whole('min_of', 'ss', eitherOf(Math.min), { ...toScalar, experimental }),
  whole('scalar', 'v', scalar, toScalar),
  whole('vector', 's', vector),
]

const dates: PromqlFunction[] = [
  whole('timestamp', 'v', timestamp),
  whole('start_timestamp', 'v', startTimestamp, { experimental }),
  date('year', (at) => at.getUTCFullYear()),
  date('month', (at) => at.getUTCMonth() + 1),
  date('day_of_month', (at) => at.getUTCDate()),
  date('day_of_week', (at) => at.getUTCDay()),
  date('day_of_year', dayOfYear),
  date('days_in_month', daysInMonth),
  date('hour', (at) => at.getUTCHours()),
  date('minute', (at) => at.getUTCMinutes()),
]

const labels: PromqlFunction[] = [
  whole('label_replace', 'vtttt', labelReplace),
  whole('label_join', 'vttt', labelJoin, { variadic: -1 }),
  whole('sort', 'v', sort),
  whole('sort_desc', 'v', sortDesc),
  whole('sort_by_label', 'vt', sortByLabel, { variadic: -1, experimental }),
  whole('sort_by_label_desc', 'vt', sortByLabelDesc, { variadic: -1, experimental }),
  whole('absent', 'v', absent),
  whole('info', 'vv', addInfo, { variadic: 1, experimental }),
]

const histograms: PromqlFunction[] = [
  whole(
    'histogram_count',
    'v',
    eachHistogram(({ count }) => count),
  ),
  whole(
    'histogram_sum',
    'v',
    eachHistogram(({ sum }) => sum),
  ),
  whole('histogram_avg', 'v', histogramAvg),
  whole('histogram_stddev', 'v', histogramStddev),
  whole('histogram_stdvar', 'v', histogramStdvar),
  whole('histogram_fraction', 'ssv', histogramFraction),
  whole('histogram_quantile', 'sv', histogramQuantile),
  whole('histogram_quantiles', 'vtss', histogramQuantiles, { variadic: 9, experimental }),
]

/** All functions of PromQL 3.14 by name. */
export const promqlFunctions: ReadonlyMap<string, PromqlFunction> = new Map(
  [ranges, numbers, scalars, dates, labels, histograms].flat().map((one) => [one.name, one]),
)

/** The function as it works on windows that reach beyond their samples. Throws QUERY_FAILED for one that does not. */
export function extendedFunction(name: string, extension: Extension): WindowFunction {
  const known = promqlFunctions.get(name)
  const found = known?.kind === 'window' ? known.extended?.[extension] : undefined
  if (found) return found
  const able = [...promqlFunctions.values()].filter(
    (one) => one.kind === 'window' && one.extended?.[extension],
  )
  const names = able.map((one) => one.name).sort()
  throw new Fault(
    'QUERY_FAILED',
    `${extension} modifier can only be used with: ${names.join(', ')} - not with ${name}`,
  )
}

export const findFunction = (name: string): PromqlFunction | undefined => promqlFunctions.get(name)
