import { Labels } from '@aiops/contract/model/label'
import { z } from 'zod'
import { countOf } from '../../catalogue/logql.ts'
import { ClusterIds, explorePage, Missing, Moment, missingOf } from '../metric/form.ts'
import { seriesName } from '../metric/query-metrics.ts'
import { numberOf, SeriesSummary, summaryOf } from '../metric/series-summary.ts'
import { type EvidenceDraft, evidenceMax, tool } from '../tool.ts'
import { logQueryOf } from './log-query.ts'

export const logFilter = {
  query: z
    .string()
    .min(1)
    .max(8_192)
    .optional()
    .describe(
      'LogQL, such as {service_name="billing"} |= "timeout". Left out: made of entity, contains and level.',
    ),
  entity: z
    .string()
    .regex(/^[a-z]+\/.{1,256}$/)
    .optional()
    .describe('Whose lines: kind/name, for example service/billing or pod/search-0.'),
  contains: z.string().max(500).optional().describe('Text that a line holds, in whatever case.'),
  level: z.enum(['ERROR', 'WARNING']).optional().describe('Only lines of this level and above.'),
  cluster_ids: ClusterIds,
  start_time: Moment.optional().describe('An hour before the end unless given.'),
  end_time: Moment.optional().describe('Now unless given.'),
}

const input = z.object({
  ...logFilter,
  limit: z.number().int().min(1).max(evidenceMax).default(100),
  direction: z.enum(['BACKWARD', 'FORWARD']).default('BACKWARD').describe('BACKWARD: the newest first.'),
})

const LogLine = z.object({
  cluster_id: z.string(),
  cluster_name: z.string(),
  timestamp: z.string(),
  /** As the store detected it; '' where it did not. */
  level: z.string(),
  labels: Labels,
  message: z.string(),
})
export type LogLine = z.infer<typeof LogLine>

const output = z.object({
  lines: z.array(LogLine),
  /** Of metric queries of LogQL; `lines` is then empty. */
  series: z.array(SeriesSummary),
  /** Lines of the whole range by level; null where they were not counted. */
  total: z.number().int().nullable(),
  by_level: z.record(z.string(), z.number()),
  /** There are more lines than these. */
  truncated: z.boolean(),
  /** The query that was asked; null where no stream is of the thing that was named. */
  query: z.string().nullable(),
  missing: z.array(Missing),
  start: Moment,
  end: Moment,
})

const messageMax = 2_000
const hourMs = 3_600_000

export const queryLogs = tool({
  name: 'query_logs',
  title: 'Query logs',
  description:
    'Log lines that fit a LogQL query, or of a service, pod or node with an optional text and level, newest first, and how many there are by level. Use get_log_patterns instead to see which kinds of line there are.',
  input,
  output,
  permission: 'telemetry:read',
  effect: 'READ',
  async run(client, { query, entity, contains, level, cluster_ids, limit, direction, ...range }, scope) {
    const clusterIds = cluster_ids.length > 0 ? cluster_ids : [...scope.clusterIds]
    const end = range.end_time ?? new Date(scope.nowMs).toISOString()
    const start = range.start_time ?? new Date(Date.parse(end) - hourMs).toISOString()
    const asked = await logQueryOf(client, { query, entity, contains, level, clusterIds })
    const nothing = { lines: [], series: [], total: null, by_level: {}, truncated: false, missing: [] }
    if (asked === undefined) return { ...nothing, query: null, start, end }
    const body = { query: asked, cluster_ids: clusterIds }
    const [answer, counts] = await Promise.all([
      client.queryLogsRange({ body: { ...body, start_time: start, end_time: end, limit, direction } }),
      // Counting is a look at everything; it is worth that where the query was made here, and so is narrow.
      query === undefined
        ? countLines(() => client.queryLogs({ body: countBody(body, start, end) }))
        : undefined,
    ])
    return {
      lines: answer.logs.slice(0, limit).map(({ stream, metadata = {}, message, ...line }) => ({
        ...line,
        level: metadata.detected_level ?? stream.detected_level ?? stream.level ?? '',
        labels: stream,
        message: message.slice(0, messageMax),
      })),
      series: answer.results
        .flatMap((result) => result.data.map((data) => summaryOf(result, data)))
        .slice(0, evidenceMax),
      total: counts?.total ?? (answer.truncated ? null : answer.logs.length),
      ...{ by_level: counts?.byLevel ?? {}, truncated: answer.truncated, query: asked },
      ...{ missing: answer.missing, start, end },
    }
  },
  evidence: ({ lines, series, query, start, end }) => {
    const link = explorePage({ tab: 'logs', q: query ?? '', from: Date.parse(start), to: Date.parse(end) })
    return lines.length > 0
      ? lines.map((line) => lineEvidence(line, query ?? '', link))
      : series.map((one) => ({
          ...{ type: 'LOG' as const, query: query ?? '', source: one.cluster_name, time: one.last_at },
          ...{ entity: null, sentence: `${seriesName(one.labels)} is ${one.last ?? 'no number'}.` },
          ...{ fields: { last: one.last, ...one.labels }, trust: 'TELEMETRY' as const, link },
        }))
  },
  sentence: ({ query, lines, total, by_level, start, end }, { entity }) =>
    query === null
      ? `Looked for log streams of ${entity ?? 'anything'}: none.`
      : `Read logs by \`${query}\` from ${start} to ${end}: ${total ?? `${lines.length} or more`} lines${levelsText(by_level)}.`,
  missing: ({ missing }) => missingOf(missing),
})

function levelsText(byLevel: Readonly<Record<string, number>>): string {
  const levels = Object.entries(byLevel).filter(([, count]) => count > 0)
  return levels.length === 0 ? '' : ` (${levels.map(([level, count]) => `${level} ${count}`).join(', ')})`
}

const countBody = (body: { query: string; cluster_ids: string[] }, start: string, end: string) => ({
  ...body,
  query: countOf(body.query, (Date.parse(end) - Date.parse(start)) / 1_000),
  time: end,
})

type Counted = {
  results: readonly { data: readonly { metric: Labels; values: readonly (readonly [number, string])[] }[] }[]
}
/** Undefined where counting is more than a cluster is ready to do. */
async function countLines(
  ask: () => Promise<Counted>,
): Promise<{ total: number; byLevel: Record<string, number> } | undefined> {
  try {
    const { results } = await ask()
    const byLevel: Record<string, number> = {}
    for (const { data } of results)
      for (const { metric, values } of data) {
        const level = metric.detected_level ?? 'unknown'
        byLevel[level] = (byLevel[level] ?? 0) + Math.round(numberOf(values.at(-1)?.[1] ?? '0'))
      }
    return { total: Object.values(byLevel).reduce((sum, one) => sum + one, 0), byLevel }
  } catch {
    return undefined
  }
}

const lineEvidence = (line: LogLine, query: string, link: string): EvidenceDraft => ({
  ...{ type: 'LOG', query, source: line.cluster_name, time: line.timestamp, entity: writerOf(line.labels) },
  sentence: `${writerOf(line.labels) ?? 'Something'} wrote a line${line.level === '' ? '' : ` of level ${line.level}`}.`,
  fields: { message: line.message, level: line.level, ...line.labels },
  trust: 'TELEMETRY',
  link,
})

/** Who wrote it, as labels say. */
export const writerOf = (labels: Readonly<Record<string, string>>): string | null => {
  for (const name of ['service_name', 'app', 'pod', 'container', 'job', 'host', 'unit'])
    if (labels[name]) return labels[name] ?? null
  return null
}
