import { z } from 'zod'
import { Fault } from '../kernel/fault.ts'
import type { RemotePoints, RemoteSample, RemoteValue } from './cluster-backend.ts'
import { HistogramJson, histogramOf } from './histogram-json.ts'

const Metric = z.record(z.string(), z.string())
const Value = z.tuple([z.number(), z.string()])
const Histogram = z.tuple([z.number(), HistogramJson])
const Data = z.discriminatedUnion('resultType', [
  z.object({
    resultType: z.literal('matrix'),
    result: z.array(
      z.object({
        metric: Metric,
        values: z.array(Value).nullish(),
        histograms: z.array(Histogram).nullish(),
      }),
    ),
  }),
  z.object({
    resultType: z.literal('vector'),
    result: z.array(z.object({ metric: Metric, value: Value.optional(), histogram: Histogram.optional() })),
  }),
  z.object({ resultType: z.literal('scalar'), result: Value }),
  z.object({ resultType: z.literal('string'), result: Value }),
])

/** What a query may answer: moments within [startMs, endMs]. Loki's metric queries answer in the same form. */
export type Expected = { startMs: number; endMs: number }

/** The `data` of query and query_range. Throws UPSTREAM_FAILED for what no honest Prometheus would say, naming it. */
export function answerValue(data: unknown, expected: Expected): RemoteValue {
  const parsed = Data.safeParse(data)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw lie(`its ${issue?.path.join('.') || 'result'} has another form: ${issue?.message ?? ''}`)
  }
  const answer = parsed.data
  switch (answer.resultType) {
    case 'matrix':
      return { type: 'matrix', series: answer.result.map((series) => pointsOf(series, expected)) }
    case 'vector':
      return { type: 'vector', samples: answer.result.flatMap((sample) => sampleOf(sample, expected)) }
    case 'scalar':
      return { type: 'scalar', timeMs: timeOf(answer.result[0], expected), value: numberOf(answer.result[1]) }
    case 'string':
      return { type: 'string', timeMs: timeOf(answer.result[0], expected), value: answer.result[1] }
  }
}

type Series = Extract<z.infer<typeof Data>, { resultType: 'matrix' }>['result'][number]
type Sample = Extract<z.infer<typeof Data>, { resultType: 'vector' }>['result'][number]

function pointsOf({ metric, values, histograms }: Series, expected: Expected): RemotePoints {
  const points: RemotePoints = { labels: metric, timesMs: [], values: [], histograms: [] }
  for (const [seconds, text] of values ?? []) {
    points.timesMs.push(laterThan(points.timesMs.at(-1), timeOf(seconds, expected)))
    points.values.push(numberOf(text))
  }
  for (const [seconds, json] of histograms ?? [])
    points.histograms.push({
      timeMs: laterThan(points.histograms.at(-1)?.timeMs, timeOf(seconds, expected)),
      histogram: histogramOf(json),
    })
  return points
}

function sampleOf({ metric: labels, value, histogram }: Sample, expected: Expected): RemoteSample[] {
  if (histogram)
    return [
      { labels, timeMs: timeOf(histogram[0], expected), value: 0, histogram: histogramOf(histogram[1]) },
    ]
  return value ? [{ labels, timeMs: timeOf(value[0], expected), value: numberOf(value[1]) }] : []
}

function timeOf(seconds: number, { startMs, endMs }: Expected): number {
  const timeMs = Math.round(seconds * 1_000)
  if (timeMs >= startMs && timeMs <= endMs) return timeMs
  throw lie(`a point lies at ${seconds}, outside of what was asked for`)
}

function laterThan(before: number | undefined, timeMs: number): number {
  if (before !== undefined && timeMs <= before) throw lie('its points are not in order of time')
  return timeMs
}

const special: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  '+Inf': Infinity,
  Inf: Infinity,
  '-Inf': -Infinity,
}
export function numberOf(text: string): number {
  const number = special[text] ?? (/^[-+]?[0-9.]+([eE][-+]?[0-9]+)?$/.test(text) ? Number(text) : undefined)
  if (number === undefined || (Number.isNaN(number) && text !== 'NaN'))
    throw lie(`"${text.slice(0, 40)}" is no number`)
  return number
}

const lie = (what: string): Fault => new Fault('UPSTREAM_FAILED', `Its answer cannot be used: ${what}.`)
