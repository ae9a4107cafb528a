import type { Labels } from '@aiops/contract/model/label'
import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { compareLabels, labelsKey, printLabels } from '../evaluate/label-set.ts'
import { compactHistogram } from '../histogram/index.ts'
import type { MatrixPoints, QueryValue, VectorSample } from '../value.ts'
import type { EvalCommand } from './script.ts'
import type { SequenceValue, SeriesDefinition } from './series-definition.ts'

/** Why an answer is not the expected one. */
export type Difference = { reason: 'type' | 'series' | 'order' | 'value'; detail: string }

/** Relative error that sample values may have, as in Prometheus' tests. */
const tolerance = 1e-6
/** The least normal double: below it relative errors mean nothing. */
const leastNormal = 2 ** -1022

/** The first difference between an answer and what a script expects; undefined for none. */
export function compareAnswer(value: QueryValue, command: EvalCommand): Difference | undefined {
  const { scalar, text } = command.expected
  if (value.type === 'string')
    return value.value === text ? undefined : differs('value', `string ${JSON.stringify(value.value)}`)
  if (value.type === 'scalar') {
    if (scalar === undefined) return differs('type', `a scalar ${value.value}`)
    return samePoint(scalar, value.value) ? undefined : differs('value', `scalar ${value.value}`)
  }
  if (scalar !== undefined || text !== undefined) return differs('type', `a ${value.type}`)
  return value.type === 'vector'
    ? compareVector(value.samples, command)
    : compareMatrix(value.series, command)
}

/** Equal within the tolerance; NaN equals NaN, a stale marker only itself. */
export function almostEqual(a: number, b: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true
  const difference = Math.abs(a - b)
  const sum = Math.abs(a) + Math.abs(b)
  if (a === 0 || b === 0 || sum < leastNormal) return difference < tolerance * leastNormal
  return difference / Math.min(sum, Number.MAX_VALUE) < tolerance
}

/** Equal within the tolerance; the reset hint counts only where it was written. */
export function almostEqualHistograms(
  expected: NativeHistogram,
  actual: NativeHistogram,
  withReset: boolean,
): boolean {
  const [a, b] = [compactHistogram(expected), compactHistogram(actual)]
  return (
    a.schema === b.schema &&
    a.zeroThreshold === b.zeroThreshold &&
    almostEqual(a.count, b.count) &&
    almostEqual(a.sum, b.sum) &&
    almostEqual(a.zeroCount, b.zeroCount) &&
    String(a.bounds ?? '') === String(b.bounds ?? '') &&
    almostEqualSides(a.positive, b.positive) &&
    almostEqualSides(a.negative, b.negative) &&
    (!withReset || a.reset === b.reset)
  )
}

function compareVector(samples: readonly VectorSample[], command: EvalCommand): Difference | undefined {
  const expected = byLabels(command.expected.series)
  const seen = new Set<string>()
  for (const [i, { labels, value, histogram }] of samples.entries()) {
    const key = labelsKey(labels)
    const wanted = expected.get(key)
    if (wanted === undefined) return differs('series', `unexpected ${printLabels(labels)}`)
    if (command.ordered && wanted.position !== i)
      return differs('order', `${printLabels(labels)} is at ${i}, expected at ${wanted.position}`)
    seen.add(key)
    if (!samePoint(wanted.values[0], value, histogram))
      return differs(
        'value',
        `${printLabels(labels)} has ${shown(value, histogram)}, expected ${shownPoint(wanted.values[0])}`,
      )
  }
  return missing(expected, seen)
}

function compareMatrix(series: readonly MatrixPoints[], command: EvalCommand): Difference | undefined {
  for (let i = 1; i < series.length; i++)
    if (compareLabels(series[i - 1]!.labels, series[i]!.labels) > 0)
      return differs('order', `${printLabels(series[i]!.labels)} is out of order`)
  const expected = byLabels(command.expected.series)
  const seen = new Set<string>()
  for (const points of series) {
    const key = labelsKey(points.labels)
    const wanted = expected.get(key)
    if (wanted === undefined) return differs('series', `unexpected ${printLabels(points.labels)}`)
    seen.add(key)
    const difference = comparePoints(points, wanted.values, command.rangeVector ?? command)
    if (difference !== undefined) return difference
  }
  return missing(expected, seen)
}

function comparePoints(
  { labels, timesMs, values, histograms }: MatrixPoints,
  wanted: readonly SequenceValue[],
  range: { startMs: number; stepMs: number },
): Difference | undefined {
  const actual = new Map<number, { value: number; histogram?: NativeHistogram }>()
  timesMs.forEach((timeMs, i) => {
    actual.set(timeMs, { value: values[i]! })
  })
  for (const { timeMs, histogram } of histograms) actual.set(timeMs, { value: 0, histogram })
  for (const [i, point] of wanted.entries()) {
    if (point.kind === 'omitted') continue
    const timeMs = range.startMs + i * range.stepMs
    const found = actual.get(timeMs)
    if (found === undefined) return differs('value', `${printLabels(labels)} has no point at ${timeMs} ms`)
    actual.delete(timeMs)
    if (!samePoint(point, found.value, found.histogram))
      return differs(
        'value',
        `${printLabels(labels)} has ${shown(found.value, found.histogram)} at ${timeMs} ms, expected ${shownPoint(point)}`,
      )
  }
  const [extra] = actual.keys()
  return extra === undefined
    ? undefined
    : differs('value', `${printLabels(labels)} has a point at ${extra} ms that is not expected`)
}

type Wanted = { labels: Labels; position: number; values: readonly SequenceValue[] }

function byLabels(series: readonly SeriesDefinition[]): Map<string, Wanted> {
  return new Map(
    series.map(({ labels, values }, position) => [labelsKey(labels), { labels, position, values }]),
  )
}

function missing(expected: Map<string, Wanted>, seen: Set<string>): Difference | undefined {
  for (const [key, { labels }] of expected)
    if (!seen.has(key)) return differs('series', `${printLabels(labels)} is missing`)
  return undefined
}

function samePoint(expected: SequenceValue | undefined, value: number, histogram?: NativeHistogram): boolean {
  if (expected?.kind === 'histogram')
    return (
      histogram !== undefined && almostEqualHistograms(expected.histogram, histogram, expected.resetGiven)
    )
  return expected?.kind === 'number' && histogram === undefined && almostEqual(expected.value, value)
}

function almostEqualSides(a: NativeHistogram['positive'], b: NativeHistogram['positive']): boolean {
  if (a.indexes.length !== b.indexes.length) return false
  return a.indexes.every((index, i) => index === b.indexes[i] && almostEqual(a.counts[i]!, b.counts[i]!))
}

const shownPoint = (point: SequenceValue | undefined): string => {
  if (point?.kind === 'histogram') return shown(0, point.histogram)
  return point?.kind === 'number' ? String(point.value) : (point?.kind ?? 'nothing')
}

function shown(value: number, histogram: NativeHistogram | undefined): string {
  if (histogram === undefined) return String(value)
  const side = ({ indexes, counts }: NativeHistogram['positive']): string =>
    `[${Array.from(indexes, (index, i) => `${index}:${counts[i]}`).join(' ')}]`
  const { schema, count, sum, zeroCount, zeroThreshold, positive, negative, bounds, reset } = histogram
  return `{{schema:${schema} count:${count} sum:${sum} z_bucket:${zeroCount} z_bucket_w:${zeroThreshold} buckets:${side(positive)} n_buckets:${side(negative)} custom_values:[${bounds?.join(' ') ?? ''}] reset:${reset}}}`
}

const differs = (reason: Difference['reason'], detail: string): Difference => ({ reason, detail })
