import type { MetricResult } from '@aiops/contract/model/query'
import { z } from 'zod'
import { type EvidenceDraft, evidenceMax, tool } from '../tool.ts'
import { ClusterIds, explorePage, Missing, Moment, missingOf, Step } from './form.ts'
import { SeriesSummary, summaryOf } from './series-summary.ts'

const input = z.object({
  query: z
    .string()
    .min(1)
    .max(8_192)
    .describe(
      'PromQL. Names beyond a–z and _ stand in quotes: {"http.server.duration", "service.name"="cart"}.',
    ),
  cluster_ids: ClusterIds,
  start_time: Moment.optional().describe('Of a range. Left out: one moment, `end_time` or now.'),
  end_time: Moment.optional(),
  step: Step.default('1m'),
})

const output = z.object({
  series: z.array(SeriesSummary),
  /** Series of the whole answer. */
  total: z.number().int(),
  warnings: z.array(z.string()),
  missing: z.array(Missing),
  /** The moment, or the end of the range, that was asked for. */
  at: Moment,
  start: Moment.nullable(),
})

export const queryMetrics = tool({
  name: 'query_metrics',
  title: 'Query metrics',
  description:
    'Answers a PromQL query at one moment, or over a range when start_time is given, from any clusters. Each series comes with its last, first, lowest, highest, mean and median value and the moment at which its level shifted, if it did. Find names of metrics and labels with find_metrics first.',
  input,
  output,
  permission: 'telemetry:read',
  effect: 'READ',
  async run(client, { query, cluster_ids, start_time, end_time, step }, scope) {
    const clusterIds = cluster_ids.length > 0 ? cluster_ids : [...scope.clusterIds]
    const at = end_time ?? new Date(scope.nowMs).toISOString()
    const answer =
      start_time === undefined
        ? await client.queryMetrics({ body: { query, cluster_ids: clusterIds, time: at } })
        : await client.queryMetricsRange({
            body: { query, cluster_ids: clusterIds, start_time, end_time: at, step },
          })
    const all = answer.results.flatMap((result) => result.data.map((data) => ({ result, data })))
    return {
      series: all.slice(0, evidenceMax).map(({ result, data }) => summaryOf(result, data)),
      total: all.length,
      warnings: answer.warnings.slice(0, 10),
      missing: [...answer.missing, ...failed(answer.results, answer.missing)],
      ...{ at, start: start_time ?? null },
    }
  },
  evidence: ({ series, at, start }, { query, cluster_ids, step }) =>
    series.map((one) => ({ ...evidenceOf(one), query, link: linkTo(query, cluster_ids, start, at, step) })),
  sentence: ({ total, start, at }, { query }) =>
    `Asked for \`${query}\` ${start === null ? `at ${at}` : `from ${start} to ${at}`}: ${total} series.`,
  missing: ({ missing }) => missingOf(missing),
})

/** Failures that the answer tells of by cluster alone. */
const failed = (results: readonly MetricResult[], known: readonly Missing[]): Missing[] =>
  results
    .filter(
      ({ status, cluster_id }) => status === 'ERROR' && !known.some((one) => one.cluster_id === cluster_id),
    )
    .map(({ cluster_id, cluster_name, error = 'It did not answer.' }) => ({
      ...{ cluster_id, cluster_name, reason: error },
    }))

function evidenceOf(one: SeriesSummary): Omit<EvidenceDraft, 'query' | 'link'> {
  const { labels, last, last_at, points } = one
  const name = seriesName(labels)
  const range =
    points < 2
      ? {}
      : {
          ...{ first: one.first, first_at: one.first_at, min: one.min, min_at: one.min_at, max: one.max },
          ...{ max_at: one.max_at, mean: one.mean, median: one.median, change: one.change, points },
          ...(one.shift
            ? { shift_at: one.shift.at, shift_before: one.shift.before, shift_after: one.shift.after }
            : {}),
        }
  return {
    ...{ type: 'METRIC' as const, source: one.cluster_name, time: last_at, entity: null },
    sentence: last === null ? `${name} has no value that is a number.` : `${name} is ${last}.`,
    fields: {
      last,
      ...range,
      ...Object.fromEntries(
        Object.entries(one.histogram ?? {}).map(([key, value]) => [`histogram_${key}`, value]),
      ),
      ...Object.fromEntries(Object.entries(labels).map(([key, value]) => [`label_${key}`, value])),
    },
    trust: 'TELEMETRY' as const,
  }
}

const labelsShownMax = 6
/** As Prometheus writes a series, of its first labels. */
export function seriesName({ __name__: name = '', ...labels }: Readonly<Record<string, string>>): string {
  const shown = Object.entries(labels).slice(0, labelsShownMax)
  const text = shown.map(([key, value]) => `${key}="${value.slice(0, 80)}"`).join(', ')
  return text === '' ? name || 'The answer' : `${name}{${text}}`
}

function linkTo(
  query: string,
  clusters: readonly string[],
  start: string | null,
  end: string,
  _step: string,
): string {
  const endMs = Date.parse(end)
  return explorePage({
    ...{ tab: 'metrics', q: query, clusters },
    from: start === null ? endMs - 3_600_000 : Date.parse(start),
    to: endMs,
  })
}
