import { z } from 'zod'
import { patternsOf } from '../../catalogue/log-pattern.ts'
import { explorePage, Missing, Moment, missingOf } from '../metric/form.ts'
import { tool } from '../tool.ts'
import { logQueryOf } from './log-query.ts'
import { logFilter } from './query-logs.ts'

const input = z.object({
  ...logFilter,
  before: z
    .boolean()
    .default(false)
    .describe('Counts each pattern in the same length of time before, too: what is new, and what grew.'),
  limit: z.number().int().min(1).max(100).default(20),
})

const Pattern = z.object({
  /** The line with what varies masked: <num>, <id>, <time>, … */
  template: z.string(),
  count: z.number().int(),
  /** Of the lines that were looked at. */
  share: z.number(),
  level: z.string(),
  example: z.string(),
  first_at: Moment,
  last_at: Moment,
  /** Lines of it in the time before; null where it was not looked at. */
  count_before: z.number().int().nullable(),
})

const output = z.object({
  /** The most frequent first. */
  patterns: z.array(Pattern),
  total: z.number().int(),
  /** Lines that were looked at. */
  lines: z.number().int(),
  /** There were more lines; these are the newest. */
  truncated: z.boolean(),
  truncated_before: z.boolean(),
  query: z.string().nullable(),
  missing: z.array(Missing),
  start: Moment,
  end: Moment,
})

/** What one query gives. */
const linesMax = 5_000
const hourMs = 3_600_000

export const getLogPatterns = tool({
  name: 'get_log_patterns',
  title: 'Log patterns',
  description:
    'Which kinds of log line there are, of a LogQL query or of a service, pod or node: each with its count, first and last time and an example; with `before`, also what is new or grew against the time before. Use it to summarise logs.',
  input,
  output,
  permission: 'telemetry:read',
  effect: 'READ',
  async run(client, { query, entity, contains, level, cluster_ids, before, limit, ...range }, scope) {
    const clusterIds = cluster_ids.length > 0 ? cluster_ids : [...scope.clusterIds]
    const end = range.end_time ?? new Date(scope.nowMs).toISOString()
    const start = range.start_time ?? new Date(Date.parse(end) - hourMs).toISOString()
    const asked = await logQueryOf(client, { query, entity, contains, level, clusterIds })
    const nothing = {
      patterns: [],
      total: 0,
      lines: 0,
      truncated: false,
      truncated_before: false,
      missing: [],
    }
    if (asked === undefined) return { ...nothing, query: null, start, end }
    const earlier = new Date(2 * Date.parse(start) - Date.parse(end)).toISOString()
    const read = (from: string, to: string) =>
      client.queryLogsRange({
        body: { query: asked, cluster_ids: clusterIds, start_time: from, end_time: to, limit: linesMax },
      })
    const [now, then] = await Promise.all([read(start, end), before ? read(earlier, start) : undefined])
    const found = patternsOf(now.logs.map(lineOf))
    const countBefore = new Map(
      patternsOf((then?.logs ?? []).map(lineOf)).map(({ template, count }) => [template, count]),
    )
    return {
      patterns: found.slice(0, limit).map(({ firstMs, lastMs, count, ...pattern }) => ({
        ...{ ...pattern, count, share: count / now.logs.length },
        ...{ first_at: new Date(firstMs).toISOString(), last_at: new Date(lastMs).toISOString() },
        count_before: then ? (countBefore.get(pattern.template) ?? 0) : null,
      })),
      ...{ total: found.length, lines: now.logs.length, truncated: now.truncated },
      ...{ truncated_before: then?.truncated ?? false, query: asked, missing: now.missing, start, end },
    }
  },
  evidence: ({ patterns, query, start, end }) =>
    patterns.map((one) => ({
      ...{ type: 'LOG' as const, query: query ?? '', source: 'logs', time: one.last_at, entity: null },
      sentence: `A kind of line was written ${one.count} times${one.count_before === null ? '' : `, ${one.count_before} times in the time before`}.`,
      fields: {
        ...{ template: one.template, count: one.count, share: one.share, level: one.level },
        ...{ first_at: one.first_at, last_at: one.last_at, example: one.example },
        ...(one.count_before === null ? {} : { count_before: one.count_before }),
      },
      trust: 'TELEMETRY' as const,
      link: explorePage({ tab: 'logs', q: query ?? '', from: Date.parse(start), to: Date.parse(end) }),
    })),
  sentence: ({ query, lines, total, truncated, start, end }, { entity }) =>
    query === null
      ? `Looked for log streams of ${entity ?? 'anything'}: none.`
      : `Sorted ${truncated ? `the newest ${lines}` : lines} lines of \`${query}\` from ${start} to ${end}: ${total} kinds.`,
  missing: ({ missing }) => missingOf(missing),
})

type RawLine = {
  timestamp: string
  message: string
  stream: Record<string, string>
  metadata?: Record<string, string> | undefined
}
/** Of lines of several writers, what each wrote stays apart by its words alone. */
const lineOf = ({ timestamp, message, stream, metadata }: RawLine) => ({
  atMs: Date.parse(timestamp.slice(0, 23).replace(/Z?$/, 'Z')),
  text: message,
  level: metadata?.detected_level ?? stream.level ?? '',
})
