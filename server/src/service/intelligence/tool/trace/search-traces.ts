import type { Client } from '@aiops/contract/client'
import { TraceSummary } from '@aiops/contract/model/span'
import { z } from 'zod'
import { labelText, quoted } from '../../catalogue/promql.ts'
import { ClusterIds, explorePage, Missing, Moment, missingOf } from '../metric/form.ts'
import { type EvidenceDraft, tool } from '../tool.ts'

const input = z.object({
  service_name: z.string().max(256).optional().describe('Traces that go through this service.'),
  operation_name: z.string().max(512).optional(),
  min_duration_ms: z.number().nonnegative().optional(),
  max_duration_ms: z.number().nonnegative().optional(),
  tags: z.record(z.string().max(256), z.string().max(1_024)).default({}).describe('Attributes of a span.'),
  errors_only: z.boolean().default(false).describe('Only traces in which the service, or any, failed.'),
  order: z.enum(['NEWEST', 'SLOWEST']).default('NEWEST'),
  cluster_ids: ClusterIds,
  start_time: Moment.optional().describe('An hour before the end unless given.'),
  end_time: Moment.optional(),
  limit: z.number().int().min(1).max(100).default(20),
})
type Input = z.output<typeof input>

/** Of other clusters neither spans nor errors are counted: null. */
const FoundTrace = TraceSummary.extend({
  span_count: z.number().int().nullable(),
  service_count: z.number().int().nullable(),
  has_errors: z.boolean().nullable(),
  cluster_name: z.string(),
})
type FoundTrace = z.infer<typeof FoundTrace>

const output = z.object({
  traces: z.array(FoundTrace),
  total: z.number().int(),
  /** False where older traces may fit too. */
  complete: z.boolean(),
  query: z.string(),
  missing: z.array(Missing),
  start: Moment,
  end: Moment,
})

const hourMs = 3_600_000
/** Newest traces that are looked at for the slowest. */
const sampleMax = 100

export const searchTraces = tool({
  name: 'search_traces',
  title: 'Search traces',
  description:
    'Traces by service, operation, duration, attributes and failure, newest or slowest first. Give a trace_id of the answer to get_trace to see where its time went and where its errors began.',
  input,
  output,
  permission: 'telemetry:read',
  effect: 'READ',
  async run(client, asked, scope) {
    const clusterIds = asked.cluster_ids.length > 0 ? asked.cluster_ids : scope.clusterIds
    const end = asked.end_time ?? new Date(scope.nowMs).toISOString()
    const start = asked.start_time ?? new Date(Date.parse(end) - hourMs).toISOString()
    const query = traceqlOf(asked)
    const range = { start_time: start, end_time: end }
    const isLocal = clusterIds.length === 0 || clusterIds.includes('local')
    const [local, others] = await Promise.all([
      isLocal ? localTraces(client, query, range, asked) : { traces: [], total: 0, complete: true },
      otherTraces(client, query, range, asked, clusterIds),
    ])
    const traces = [...local.traces, ...others.traces]
    traces.sort(
      asked.order === 'SLOWEST'
        ? (a, b) => b.duration_ms - a.duration_ms
        : (a, b) => (a.start_time < b.start_time ? 1 : -1),
    )
    return {
      ...{ traces: traces.slice(0, asked.limit), total: local.total + others.traces.length },
      ...{ complete: local.complete, query, missing: others.missing, start, end },
    }
  },
  evidence: ({ traces, query }) => traces.map((trace) => traceEvidence(trace, query)),
  sentence: ({ traces, total, query, start, end }, { order }) =>
    `Searched traces by \`${query}\` from ${start} to ${end}: ${total}, of which the ${traces.length} ${order.toLowerCase()} are shown.`,
  missing: ({ missing }) => missingOf(missing),
})

/** Conditions on one span, in TraceQL. */
function traceqlOf({
  service_name,
  operation_name,
  min_duration_ms,
  max_duration_ms,
  tags,
  errors_only,
}: Input): string {
  const conditions = [
    ...(service_name === undefined ? [] : [`resource.service.name = ${quoted(service_name)}`]),
    ...(operation_name === undefined ? [] : [`name = ${quoted(operation_name)}`]),
    ...(errors_only ? ['status = error'] : []),
    ...(min_duration_ms === undefined ? [] : [`traceDuration >= ${min_duration_ms}ms`]),
    ...(max_duration_ms === undefined ? [] : [`traceDuration <= ${max_duration_ms}ms`]),
    ...Object.entries(tags).map(([name, value]) => `.${labelText(name)} = ${quoted(value)}`),
  ]
  return conditions.length === 0 ? '{}' : `{ ${conditions.join(' && ')} }`
}

type Range = { start_time: string; end_time: string }
type Part = { traces: FoundTrace[]; total: number; complete: boolean }

async function localTraces(
  client: Client,
  query: string,
  range: Range,
  { order, limit }: Input,
): Promise<Part> {
  const find = (text: string, count: number) =>
    client.findTraces({ body: { ...range, ...(text === '{}' ? {} : { query: text }), limit: count } })
  const newest = await find(query, order === 'SLOWEST' ? sampleMax : limit)
  let found = newest.traces
  if (order === 'SLOWEST' && (newest.total > found.length || !newest.complete)) {
    // Among all of the range, those slower than the slowest of a sample: again at most a hundred.
    const bar = [...found].sort((a, b) => b.duration_ms - a.duration_ms)[Math.min(limit, found.length) - 1]
    const least = Math.floor(bar?.duration_ms ?? 0)
    const condition = `traceDuration >= ${least}ms`
    const slower = await find(
      query === '{}' ? `{ ${condition} }` : query.replace(/ }$/, ` && ${condition} }`),
      sampleMax,
    )
    const known = new Set(slower.traces.map(({ trace_id }) => trace_id))
    found = [...slower.traces, ...found.filter(({ trace_id }) => !known.has(trace_id))]
  }
  const traces = found.map(({ span_sets: _, ...trace }): FoundTrace => ({ ...trace, cluster_name: 'local' }))
  return { traces, total: newest.total, complete: newest.complete }
}

async function otherTraces(
  client: Client,
  query: string,
  range: Range,
  { limit }: Input,
  wanted: readonly string[],
): Promise<{ traces: FoundTrace[]; missing: Missing[] }> {
  const { clusters } = await client.listQueryClusters()
  const others = clusters.filter(
    ({ cluster_id, cluster_name, signals }) =>
      cluster_id !== 'local' &&
      signals.includes('TRACES') &&
      (wanted.length === 0 || wanted.includes(cluster_id) || wanted.includes(cluster_name)),
  )
  if (others.length === 0) return { traces: [], missing: [] }
  const cluster_ids = others.map(({ cluster_id }) => cluster_id)
  const answer = await client.queryTraces({ body: { ...range, query, cluster_ids, limit } })
  return {
    traces: answer.traces.map(({ cluster_id: _, ...trace }) => ({
      ...{ ...trace, span_count: null, service_count: null, has_errors: null },
    })),
    missing: answer.missing,
  }
}

const traceEvidence = (trace: FoundTrace, query: string): EvidenceDraft => ({
  ...{ type: 'TRACE', query, source: trace.cluster_name, time: trace.start_time, entity: null },
  sentence: `A trace took ${Math.round(trace.duration_ms)} ms${trace.has_errors ? ' and holds errors' : ''}.`,
  fields: {
    ...{ trace_id: trace.trace_id, root_service: trace.root_service, root_operation: trace.root_operation },
    ...{ duration_ms: trace.duration_ms, span_count: trace.span_count, has_errors: trace.has_errors },
  },
  trust: 'TELEMETRY',
  link: explorePage({ tab: 'traces', trace: trace.trace_id }),
})
