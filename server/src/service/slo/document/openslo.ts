import type { SloIndicator, SloInput, SloWindow } from '@aiops/contract/model/slo'
import type { z } from 'zod'
import type { WrittenSlo } from './written-slo.ts'

type Json = Record<string, unknown>
const map = (value: unknown): Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {}
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(map) : [])

class Unreadable extends Error {}
const fail = (message: string): never => {
  throw new Unreadable(message)
}

/**
 * https://github.com/OpenSLO/OpenSLO : `kind: SLO` with its indicator written out, or referring to a `kind: SLI` of the same file; other kinds
 * are passed over. One objective an SLO. Queries are PromQL; alert policies are ours.
 */
export function openSlos(root: Json, all: readonly Json[]): WrittenSlo[] {
  if (root.kind !== 'SLO') return []
  const name = text(map(root.metadata).name)
  const place = `SLO ${name || 'without a name'}`
  try {
    if (root.apiVersion !== 'openslo/v1') fail('apiVersion openslo/v1 is expected.')
    return [{ place, input: inputOf(name, root, all) }]
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return [{ place, problem: error.message }]
  }
}

function inputOf(name: string, root: Json, all: readonly Json[]): z.input<typeof SloInput> {
  const spec = map(root.spec)
  const metadata = map(root.metadata)
  const [objective, ...others] = list(spec.objectives)
  if (!objective || others.length > 0) fail('objectives: one is expected; write an SLO for each.')
  const { target, targetPercent } = objective as Json
  const percent =
    typeof targetPercent === 'number'
      ? targetPercent
      : typeof target === 'number'
        ? Math.round(target * 1e9) / 1e7
        : fail('objectives[0]: `target` or `targetPercent` is expected.')
  return {
    ...{ name, description: text(spec.description), service: text(spec.service) },
    labels: Object.fromEntries(
      Object.entries(map(metadata.labels)).map(([label, value]) => [
        label,
        Array.isArray(value) ? value.join(',') : String(value),
      ]),
    ),
    indicator: indicatorOf(sliOf(spec, all), spec, objective as Json),
    objective: percent,
    window: windowOf(list(spec.timeWindow)),
  }
}

function sliOf(spec: Json, all: readonly Json[]): Json {
  if (spec.indicator !== undefined) return map(map(spec.indicator).spec)
  const reference = text(spec.indicatorRef)
  const found = all.find((one) => one.kind === 'SLI' && map(one.metadata).name === reference)
  return found ? map(found.spec) : fail(`indicatorRef: the file holds no SLI ${JSON.stringify(reference)}.`)
}

const windows: Readonly<Record<string, SloWindow>> = {
  ...{ '1w': '7d', '7d': '7d', '2w': '14d', '14d': '14d', '4w': '28d', '28d': '28d', '30d': '30d' },
  ...{ '90d': '90d', '720h': '30d', '672h': '28d', '168h': '7d' },
}

function windowOf([window, ...others]: readonly Json[]): SloWindow {
  if (!window || others.length > 0) return fail('timeWindow: one is expected.')
  const duration = text(window.duration)
  if (window.isRolling !== true)
    return duration === '1M'
      ? 'CALENDAR_MONTH'
      : fail('timeWindow: of calendar windows, months (1M) are known.')
  return (
    windows[duration] ?? fail(`timeWindow: ${JSON.stringify(duration)} is none of 7d, 14d, 28d, 30d, 90d.`)
  )
}

type Indicator = z.input<typeof SloIndicator>

function indicatorOf(sli: Json, spec: Json, objective: Json): Indicator {
  const method = text(spec.budgetingMethod)
  if (sli.thresholdMetric !== undefined) {
    const query = queryOf(map(sli.thresholdMetric), 'thresholdMetric')
    if (typeof objective.value !== 'number') return fail('objectives[0].value: a number is expected.')
    // Of measured values, below and at most are the same.
    if (objective.op === 'lt' || objective.op === 'lte')
      return { kind: 'VALUE', query, below: objective.value }
    if (objective.op === 'gt' || objective.op === 'gte')
      return { kind: 'VALUE', query, above: objective.value }
    return fail('objectives[0].op: one of lt, lte, gt, gte is expected.')
  }
  const { ratioMetric } = sli
  if (ratioMetric === undefined) return fail('indicator: `ratioMetric` or `thresholdMetric` is expected.')
  if (method !== '' && method !== 'Occurrences')
    return fail(`budgetingMethod ${method}: with a ratio only Occurrences can be carried over.`)
  const { good, bad, total, counter } = map(ratioMetric)
  const read = (side: unknown, at: string): string => {
    const query = queryOf(map(side), `ratioMetric.${at}`)
    return counter === true ? counterQuery(query) : query
  }
  if (total === undefined)
    return fail('ratioMetric: `total` with `good` or `bad` is expected; `raw` is not read.')
  if (bad !== undefined) return { kind: 'RATIO', bad: read(bad, 'bad'), total: read(total, 'total') }
  return { kind: 'RATIO', good: read(good, 'good'), total: read(total, 'total') }
}

function queryOf(metric: Json, at: string): string {
  const spec = map(map(metric.metricSource).spec)
  const query = text(spec.query) || text(spec.promql)
  return query === '' ? fail(`${at}.metricSource.spec.query: PromQL is expected.`) : query
}

/** A sum of counters is no counter: what grows is summed instead. */
function counterQuery(query: string): string {
  const summed = /^\s*sum\s*\(\s*([^()]+)\)\s*$/.exec(query)
  return summed ? (summed[1] as string).trim() : query
}
