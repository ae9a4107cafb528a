import type { Client } from '@aiops/contract/client'
import { TraceSummary } from '@aiops/contract/model/span'
import {
  CriticalSegment,
  ErrorOrigin,
  ServiceTime,
  SpanTime,
  TraceProblem,
} from '@aiops/contract/model/trace-analysis'
import { z } from 'zod'
import { explorePage, Missing, missingOf } from '../metric/form.ts'
import { type EvidenceDraft, tool } from '../tool.ts'

const input = z.object({
  trace_id: z
    .string()
    .regex(/^[0-9a-fA-F]{1,32}$/)
    .transform((id) => id.toLowerCase())
    .describe('Hexadecimal, as search_traces and logs give it.'),
})

const output = z.object({
  trace: TraceSummary,
  /** By self time, the longest first. The trace itself is record 0, these follow it. */
  spans: z.array(SpanTime),
  /** By time on the critical path, the longest first. */
  services: z.array(ServiceTime),
  critical_path: z.array(CriticalSegment),
  /** Where errors began. */
  errors: z.array(ErrorOrigin),
  problems: z.array(TraceProblem),
  missing: z.array(Missing),
})

const spansMax = 50
const errorsMax = 20

export const getTrace = tool({
  name: 'get_trace',
  title: 'One trace',
  description:
    'One trace taken apart: which services and spans its time went to, its critical path, and the spans in which errors began, with their messages.',
  input,
  output,
  permission: 'telemetry:read',
  effect: 'READ',
  async run(client, { trace_id }) {
    const [{ trace, missing }, analysis] = await Promise.all([
      traceOf(client, trace_id),
      client.analyzeTrace({ params: { trace_id } }).catch(() => undefined),
    ])
    const { spans: _, ...summary } = trace
    return {
      trace: summary,
      spans: analysis?.spans.slice(0, spansMax) ?? [],
      services: [...(analysis?.services ?? [])].sort((a, b) => b.critical_ms - a.critical_ms),
      critical_path: analysis?.critical_path.slice(0, spansMax) ?? [],
      errors: analysis?.errors.slice(0, errorsMax) ?? [],
      problems: analysis?.problems ?? [],
      missing,
    }
  },
  evidence: ({ trace, spans, errors }) => {
    const link = explorePage({ tab: 'traces', trace: trace.trace_id, view: 'analysis' })
    const shared = {
      type: 'TRACE' as const,
      query: trace.trace_id,
      source: 'traces',
      trust: 'TELEMETRY' as const,
    }
    const whole: EvidenceDraft = {
      ...{ ...shared, time: trace.start_time, entity: null, link },
      sentence: `A trace took ${Math.round(trace.duration_ms)} ms over ${trace.service_count} services${trace.has_errors ? ', with errors' : ''}.`,
      fields: {
        ...{
          trace_id: trace.trace_id,
          root_service: trace.root_service,
          root_operation: trace.root_operation,
        },
        ...{ duration_ms: trace.duration_ms, span_count: trace.span_count, has_errors: trace.has_errors },
        ...(errors[0]
          ? {
              ...{ error_service: errors[0].service_name, error_operation: errors[0].operation_name },
              error_message: errors[0].status_message ?? errors[0].exception_message ?? '',
            }
          : {}),
      },
    }
    return [
      whole,
      ...spans.map((span) => ({
        ...{ ...shared, time: trace.start_time, entity: `service/${span.service_name}` },
        sentence: `A span of ${span.service_name} took ${Math.round(span.duration_ms)} ms, ${Math.round(span.self_ms)} ms of it itself.`,
        fields: {
          ...{ service_name: span.service_name, operation_name: span.operation_name },
          ...{ duration_ms: span.duration_ms, self_ms: span.self_ms, critical_ms: span.critical_ms },
          ...(trace.duration_ms > 0
            ? { of_the_trace_percent: Number(((span.critical_ms / trace.duration_ms) * 100).toPrecision(4)) }
            : {}),
        },
        link: explorePage({ tab: 'traces', trace: trace.trace_id, span: span.span_id }),
      })),
    ]
  },
  sentence: ({ trace, errors }) =>
    `Took trace ${trace.trace_id} apart: ${trace.span_count} spans, ${errors.length} errors began in it.`,
  missing: ({ missing }) => missingOf(missing),
})

/** Of this platform's own store; what it does not know, other clusters may. */
async function traceOf(client: Client, trace_id: string) {
  try {
    return { trace: await client.getTrace({ params: { trace_id } }), missing: [] }
  } catch (error) {
    const answer = await client
      .getClusterTrace({ params: { trace_id }, query: { cluster_ids: [] } })
      .catch(() => {
        throw error
      })
    return { trace: answer.trace, missing: answer.missing }
  }
}
