import type { MetricCondition } from '@aiops/contract/model/runbook'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { isFault } from '../../kernel/fault.ts'
import type { MetricStore, SeriesData } from '../../port/metric-store.ts'

const seriesMax = 1_000
const samplesMax = 500_000
/** Fewer points say nothing about what was usual. */
const baselinePointsMin = 3

export type Reading = { holds: boolean; sentence: string }

export type ReadContext = {
  metricStore: Pick<MetricStore, 'catalog' | 'range'>
  tenant: TenantId
  nowMs: number
  /** The usual is taken from `baselineMs` before this. */
  incidentStartMs: number
  baselineMs: number
}

/** Tests a condition, templates filled in. Without data, or where the store refuses, it does not hold. */
export async function readCondition(condition: MetricCondition, context: ReadContext): Promise<Reading> {
  try {
    const refs = context.metricStore.catalog.select(context.tenant, [
      { name: '__name__', op: '=', value: condition.metric },
      ...condition.matchers,
    ])
    if (refs.length === 0) return { holds: false, sentence: `no series fits ${selector(condition)}` }
    if (refs.length > seriesMax)
      return {
        holds: false,
        sentence: `${refs.length} series fit ${selector(condition)}; a condition may look at ${seriesMax}`,
      }
    const range = (startMs: number, endMs: number) =>
      context.metricStore.range({ tenant: context.tenant, refs, startMs, endMs, samplesMax })
    const bound = condition.value ?? (await timesBaseline(condition, context, range))
    if (bound === undefined)
      return { holds: false, sentence: `${selector(condition)} has no baseline from before the incident` }
    const value = aggregateOf(
      await range(context.nowMs - durationMs(condition.window), context.nowMs),
      condition.aggregate,
    )
    const asked = `asked ${condition.op} ${shown(bound)}${condition.value === undefined ? `, ${condition.times_baseline} × baseline` : ''}`
    if (value === undefined)
      return {
        holds: false,
        sentence: `${selector(condition)} has no value in the last ${condition.window} (${asked})`,
      }
    return {
      holds: compare(value, condition.op, bound),
      sentence: `${selector(condition)} ${condition.aggregate} over ${condition.window} is ${shown(value)} (${asked})`,
    }
  } catch (error) {
    if (!isFault(error)) throw error
    return { holds: false, sentence: `${selector(condition)} cannot be read: ${error.message}` }
  }
}

export function describeCondition(condition: MetricCondition): string {
  const bound =
    condition.value === undefined
      ? `${condition.times_baseline} × its median before the incident`
      : shown(condition.value)
  return `${condition.aggregate} of ${selector(condition)} over ${condition.window} ${condition.op} ${bound}`
}

function selector({ metric, matchers }: MetricCondition): string {
  const inside = matchers.map(({ name, op, value }) => `${name}${op}${JSON.stringify(value)}`).join(', ')
  return inside === '' ? metric : `${metric}{${inside}}`
}

async function timesBaseline(
  condition: MetricCondition,
  context: ReadContext,
  range: (startMs: number, endMs: number) => Promise<SeriesData[]>,
): Promise<number | undefined> {
  const values = (await range(context.incidentStartMs - context.baselineMs, context.incidentStartMs))
    .flatMap(finiteValues)
    .sort((a, b) => a - b)
  if (values.length < baselinePointsMin) return undefined
  const middle = values.length >> 1
  const median =
    values.length % 2 === 1 ? values[middle] : ((values[middle - 1] ?? 0) + (values[middle] ?? 0)) / 2
  return median === undefined ? undefined : median * (condition.times_baseline ?? 1)
}

/** Over all points of all series together. NaN and infinite values (stale markers among them) do not count. */
function aggregateOf(
  data: readonly SeriesData[],
  aggregate: MetricCondition['aggregate'],
): number | undefined {
  if (aggregate === 'last') return lastOf(data)
  let [count, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const series of data) {
    for (const value of finiteValues(series)) {
      count += 1
      sum += value
      min = Math.min(min, value)
      max = Math.max(max, value)
    }
  }
  if (count === 0) return undefined
  return { mean: sum / count, min, max }[aggregate]
}

function lastOf(data: readonly SeriesData[]): number | undefined {
  let found: number | undefined
  let foundMs = Number.NEGATIVE_INFINITY
  for (const { timesMs, values } of data) {
    for (let i = values.length - 1; i >= 0; i -= 1) {
      const [time, value] = [timesMs[i] ?? 0, values[i]]
      if (value === undefined || !Number.isFinite(value)) continue
      if (time > foundMs) [found, foundMs] = [value, time]
      break
    }
  }
  return found
}

const finiteValues = ({ values }: SeriesData): number[] =>
  [...values].filter((value) => Number.isFinite(value))

function compare(value: number, op: MetricCondition['op'], bound: number): boolean {
  switch (op) {
    case '<':
      return value < bound
    case '<=':
      return value <= bound
    case '>':
      return value > bound
    case '>=':
      return value >= bound
  }
}

const shown = (value: number): string => String(Number(value.toPrecision(4)))
