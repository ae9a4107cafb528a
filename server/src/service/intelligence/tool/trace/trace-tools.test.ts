import { describe, expect, test } from 'vitest'
import { clientOf, queryCluster, suiteScope } from '../metric/metric-client.suite.ts'
import { getTrace } from './get-trace.ts'
import { searchTraces } from './search-traces.ts'

const summary = (trace_id: string, duration_ms: number) => ({
  ...{
    trace_id,
    root_service: 'gate',
    root_operation: 'GET /',
    start_time: '2026-03-02T14:30:00.000Z',
    duration_ms,
  },
  ...{ span_count: 2, service_count: 2, has_errors: true },
})
const clusters = async () => ({ clusters: [queryCluster('local', ['TRACES'])], problems: [] })

describe('searching traces', () => {
  test('writes conditions as TraceQL, with values quoted', async () => {
    const bodies: { query?: string }[] = []
    const client = clientOf({
      listQueryClusters: clusters,
      findTraces: async ({ body }: { body: { query?: string } }) => {
        bodies.push(body)
        return { traces: [{ ...summary('a', 5), span_sets: [] }], total: 1, complete: true }
      },
    })
    const input = searchTraces.input.parse({
      ...{ service_name: 'a"b', errors_only: true, min_duration_ms: 100, tags: { 'http.route': '/x' } },
    })
    const found = await searchTraces.run(client, input, suiteScope())
    expect(bodies[0]?.query).toBe(
      '{ resource.service.name = "a\\"b" && status = error && traceDuration >= 100ms && ."http.route" = "/x" }',
    )
    expect(found.traces[0]).toMatchObject({ trace_id: 'a', cluster_name: 'local' })
  })

  test('the slowest of many are looked for among all, by what a sample shows', async () => {
    const queries: (string | undefined)[] = []
    const client = clientOf({
      listQueryClusters: clusters,
      findTraces: async ({ body }: { body: { query?: string } }) => {
        queries.push(body.query)
        const traces = (queries.length === 1 ? [10, 30, 20] : [900, 30]).map((ms) => ({
          ...summary(`t${ms}`, ms),
          span_sets: [],
        }))
        return { traces, total: 500, complete: true }
      },
    })
    const input = searchTraces.input.parse({ order: 'SLOWEST', limit: 2 })
    const found = await searchTraces.run(client, input, suiteScope())
    expect(queries).toEqual([undefined, '{ traceDuration >= 20ms }'])
    expect(found.traces.map(({ duration_ms }) => duration_ms)).toEqual([900, 30])
  })
})

describe('one trace', () => {
  test('is its summary first, then the spans that its time went to', async () => {
    const client = clientOf({
      getTrace: async () => ({ ...summary('ab', 2_000), spans: [] }),
      analyzeTrace: async () => ({
        ...{
          trace_id: 'ab',
          start_time: '',
          duration_ms: 2_000,
          span_count: 2,
          critical_path: [],
          problems: [],
        },
        spans: [
          {
            span_id: 's',
            service_name: 'db',
            operation_name: 'SELECT',
            duration_ms: 1_900,
            self_ms: 1_900,
            critical_ms: 1_900,
          },
        ],
        services: [],
        errors: [
          {
            span_id: 's',
            service_name: 'db',
            operation_name: 'SELECT',
            status_message: 'no connection',
            propagated: [],
          },
        ],
      }),
    })
    const input = getTrace.input.parse({ trace_id: 'AB' })
    expect(input.trace_id).toBe('ab')
    const found = await getTrace.run(client, input, suiteScope())
    const [whole, span] = getTrace.evidence(found, input, suiteScope())
    expect(whole?.fields).toMatchObject({ duration_ms: 2_000, error_message: 'no connection' })
    expect(span).toMatchObject({ entity: 'service/db', fields: { self_ms: 1_900 } })
  })

  test('one that nobody knows is refused as the operation refuses it', async () => {
    const client = clientOf({
      getTrace: () => Promise.reject(new Error('There is no trace ab.')),
      getClusterTrace: () => Promise.reject(new Error('None has it.')),
      analyzeTrace: () => Promise.reject(new Error('There is no trace ab.')),
    })
    await expect(getTrace.run(client, { trace_id: 'ab' }, suiteScope())).rejects.toThrow(
      'There is no trace ab.',
    )
  })
})
