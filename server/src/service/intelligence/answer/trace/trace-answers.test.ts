import { describe, expect, test } from 'vitest'
import {
  answered,
  entityRef,
  minutesAgo,
  type Said,
  situationOf,
  suiteNowMs,
  textOf,
} from '../found.suite.ts'
import { showTrace } from './show-trace.ts'
import { traces } from './traces.ts'

const now = new Date(suiteNowMs).toISOString()
const id = 'a'.repeat(32)
const summary = {
  ...{
    trace_id: id,
    root_service: 'gate',
    root_operation: 'POST /orders',
    start_time: minutesAgo(3),
    duration_ms: 2_000,
  },
  ...{ span_count: 7, service_count: 3, has_errors: true },
}
const searched = (all: object[]): Said => ({
  tool: 'search_traces',
  output: {
    traces: all.map((one) => ({ ...summary, cluster_name: 'local', ...one })),
    ...{ total: all.length, complete: true, query: '{}', missing: [], start: minutesAgo(60), end: now },
  },
})
const named = { span_id: 's', service_name: 'billing', operation_name: 'SELECT accounts' }
const taken = (as?: string): Said => ({
  ...{ tool: 'get_trace', input: { trace_id: id } },
  ...(as ? { as } : {}),
  output: {
    trace: summary,
    spans: [{ ...named, duration_ms: 1_900, self_ms: 1_900, critical_ms: 1_900 }],
    services: [
      { service_name: 'billing', span_count: 2, error_count: 1, self_ms: 1_900, critical_ms: 1_900 },
    ],
    critical_path: [],
    errors: [{ ...named, status_message: 'no connection', propagated: [named] }],
    ...{ problems: [], missing: [] },
  },
})

describe('traces', () => {
  const orders = entityRef('SERVICE', 'orders')

  test('are searched slowest first where slowness is asked about, and taken apart', () => {
    const situation = situationOf('TRACES', {
      text: 'Where is the time spent in slow orders requests?',
      entities: [orders],
    })
    const { draft, made } = answered(traces, situation, [searched([{}]), taken('t0')])
    expect(made[0]?.input).toMatchObject({ service_name: 'orders', order: 'SLOWEST' })
    expect(draft.claims[0]?.text).toBe(
      '1 trace through orders in the last hour; the slowest took 2 s, gate `POST /orders` at 14:28 UTC, 3 min ago.',
    )
    expect(textOf(draft)).toContain('In it, 95 % of the time went to `SELECT accounts` in billing.')
    expect(textOf(draft)).toContain('The error began in `SELECT accounts` in billing: `no connection`.')
  })

  test('that are none are said to be none', () => {
    const situation = situationOf('TRACES', { text: 'Show me failed traces of orders', entities: [orders] })
    const { draft, made } = answered(traces, situation, [searched([])])
    expect(made[0]?.input).toMatchObject({ errors_only: true })
    expect(draft.outcome).toBe('UNANSWERABLE')
    expect(draft.claims[0]?.text).toBe('There are no failed traces of orders in the last hour.')
  })
})

describe('one trace', () => {
  test('says how long it took, where its time went and where its error began', () => {
    const { draft } = answered(showTrace, situationOf('SHOW_TRACE', { text: `show trace ${id}` }), [taken()])
    expect(draft.claims[0]?.text).toContain(`Trace ${id} took 2 s: gate `)
    expect(textOf(draft)).toContain('Its time went to billing (1.9 s).')
    expect(textOf(draft)).toContain('and reached 1 span above it.')
  })

  test('without an id is asked back, and an unknown one is said to be that', () => {
    expect(
      answered(showTrace, situationOf('SHOW_TRACE', { text: 'show the trace' }), [searched([{}])]).draft
        .outcome,
    ).toBe('CLARIFY')
    const failed: Said = { tool: 'get_trace', input: { trace_id: id }, failed: 'There is none.' }
    const { draft } = answered(showTrace, situationOf('SHOW_TRACE', { slots: { traceId: id } }), [failed])
    expect(draft.outcome).toBe('UNANSWERABLE')
  })
})
