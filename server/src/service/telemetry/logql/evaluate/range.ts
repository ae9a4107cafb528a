import type { Labels } from '@aiops/contract/model/label'
import { Fault } from '../../../../kernel/fault.ts'
import { hasValue } from '../../promql/evaluate/column.ts'
import type { Grouping } from '../../promql/expression.ts'
import type { StepSeries, Steps } from '../../promql/value.ts'
import type { RangeAggregation, Unwrap } from '../expression.ts'
import type { LogLine } from '../log-line.ts'
import { bytesOf, durationOf } from '../quantity.ts'
import type { CompiledStage } from '../stage/index.ts'
import { labelFilterStage, numberOf } from '../stage/label-filter.ts'
import type { QueryRun } from './run.ts'
import { emptySeries, openFold, put, type WindowFold, type Windows } from './window.ts'

/** A range aggregation over all steps. `grouping`: by what an aggregation around it sums up, where sums of sums are the same. */
export async function evaluateRange(
  node: RangeAggregation,
  steps: Steps,
  run: QueryRun,
  grouping = node.grouping,
): Promise<StepSeries[]> {
  const { rangeMs, offsetMs, selection, name, unwrap } = node
  const windows: Windows = { steps, rangeMs, offsetMs }
  const weigh = valueReader(node)
  const absent = name === 'absent_over_time'
  const keyOf = absent ? () => noGroup : groupReader(grouping, unwrap?.label)
  const folds = new Map<string, { fold: WindowFold; labels: Labels }>()
  let held = 0
  const startMs = steps.startMs - offsetMs - rangeMs
  const endMs = steps.startMs + (steps.count - 1) * steps.stepMs - offsetMs
  await run.eachLine(selection, { startMs, endMs, direction: 'ANY' }, (line) => {
    if (line.timeMs <= startMs) return true
    const value = weigh(line)
    if (value === undefined) return true
    if (line.error !== '') throw pipelineError(line)
    const group = keyOf(line)
    let found = folds.get(group.key)
    if (!found) {
      if (folds.size >= run.limits.seriesMax) throw tooManySeries(run.limits.seriesMax)
      const fold = openFold(name, unwrap !== undefined && !absent, node.parameter ?? 0, windows)
      found = { fold, labels: group.labels() }
      folds.set(group.key, found)
    }
    const before = found.fold.held
    found.fold.add(line.timeMs, value)
    held += found.fold.held - before
    if (held > run.limits.samplesMax)
      throw new Fault(
        'QUERY_TOO_LARGE',
        `the query holds more than ${run.limits.samplesMax} values; narrow its time range or its selector`,
      )
    return true
  })
  if (absent) return absentSeries(node, steps, folds.get(noGroup.key)?.fold)
  const series: StepSeries[] = []
  for (const { fold, labels } of folds.values()) {
    const one = fold.finish(labels)
    if (hasValue(one)) series.push(one)
    if (run.turn.due()) await run.turn.give()
  }
  return series
}

export const tooManySeries = (seriesMax: number): Fault =>
  new Fault(
    'QUERY_TOO_LARGE',
    `maximum number of series (${seriesMax}) reached for a single query; consider reducing query cardinality by adding more specific stream selectors, reducing the time range, or aggregating results with functions like sum(), count() or topk()`,
  )

type Group = { key: string; labels(): Labels }
const noGroup: Group = { key: '', labels: () => ({}) }

/** Which series a line belongs to; empty values are no labels of a series. */
function groupReader(
  grouping: Grouping | undefined,
  unwrapped: string | undefined,
): (line: LogLine) => Group {
  if (grouping && 'by' in grouping) {
    const names = [...new Set(grouping.by)]
    return (line) => {
      const values = names.map((name) => line.get(name))
      return { key: JSON.stringify(values), labels: () => filled(names.map((name, i) => [name, values[i]!])) }
    }
  }
  const without = new Set(grouping?.without ?? [])
  if (unwrapped !== undefined) without.add(unwrapped)
  return (line) => {
    const pairs = Object.entries(line.labels()).filter(([name, value]) => value !== '' && !without.has(name))
    return { key: JSON.stringify(pairs), labels: () => Object.fromEntries(pairs) }
  }
}

const filled = (pairs: [string, string][]): Labels =>
  Object.fromEntries(pairs.filter(([, value]) => value !== ''))

/** What a line counts for; undefined where it does not count. */
function valueReader({ name, unwrap }: RangeAggregation): (line: LogLine) => number | undefined {
  if (unwrap) return unwrapReader(unwrap)
  if (name === 'bytes_rate' || name === 'bytes_over_time') return (line) => Buffer.byteLength(line.line)
  return () => 1
}

function unwrapReader({ label, conversion, filters }: Unwrap): (line: LogLine) => number | undefined {
  const tests: CompiledStage[] = filters.map(labelFilterStage)
  const read = (text: string): number | undefined => {
    if (conversion === 'bytes') return bytesOf(text)
    if (conversion === '') return numberOf(text)
    const ms = durationOf(text, true)
    return ms === undefined ? undefined : ms / 1_000
  }
  return (line) => {
    const text = line.find(label)
    if (text === undefined || (text === '' && line.error === '')) return undefined
    const value = read(text)
    if (value === undefined)
      line.fail('SampleExtractionErr', `cannot read ${JSON.stringify(text.slice(0, 64))} as a number`)
    for (const test of tests) if (!test(line)) return undefined
    return value ?? 0
  }
}

function pipelineError(line: LogLine): Fault {
  const { error } = line
  const series = Object.entries(line.labels())
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ')
  return new Fault(
    'QUERY_FAILED',
    `pipeline error: '${error}' for series: '{${series}}'.\nUse a label filter to intentionally skip this error. (e.g | __error__!="${error}").\nTo skip all potential errors you can match empty errors.(e.g __error__="")\nThe label filter can also be specified after unwrap. (e.g | unwrap latency | __error__="" )\n`,
  )
}

/** 1 where a window is empty, with the labels that the selector's equalities name. */
function absentSeries(
  { selection }: RangeAggregation,
  steps: Steps,
  fold: WindowFold | undefined,
): StepSeries[] {
  const counts = fold?.finish({})
  const named = new Map<string, string | undefined>()
  for (const { name, op, value } of selection.matchers)
    named.set(name, op === '=' && !named.has(name) ? value : undefined)
  const series = emptySeries(filled([...named].map(([name, value]) => [name, value ?? ''])), steps.count)
  for (let k = 0; k < steps.count; k += 1) if (!counts || counts.kinds[k] === 0) put(series, k, 1)
  return hasValue(series) ? [series] : []
}
