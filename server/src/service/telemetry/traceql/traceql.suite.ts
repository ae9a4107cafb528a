import type { StoredSpan } from '../../../port/trace-store.ts'

export const startMs = 1_700_000_000_000

export const traceIdOf = (trace: number): string => trace.toString(16).padStart(32, '0')
export const spanIdOf = (id: number): string => id.toString(16).padStart(16, '0')

/** Trace 1: front → cart → (db failing, queue); trace 2: front alone; trace 3: a span whose parent never came. */
export const fixture: StoredSpan[] = [
  span(1, 1, 0, {
    name: 'GET /cart',
    service: 'front',
    durationMs: 100,
    attributes: { 'http.status_code': '500', 'deployment.environment': 'prod' },
  }),
  span(1, 2, 1, {
    name: 'cart.get',
    service: 'cart',
    kind: 'INTERNAL',
    startMs: startMs + 10,
    durationMs: 80,
    attributes: { items: '3', 'deployment.environment': 'prod' },
  }),
  span(1, 3, 2, {
    ...{
      name: 'SELECT',
      service: 'cart',
      kind: 'CLIENT',
      startMs: startMs + 20,
      durationMs: 50,
      status: 'ERROR',
      statusMessage: 'timeout',
    },
    attributes: {
      'db.system': 'postgresql',
      'otel.scope.name': 'pg',
      'otel.scope.version': '8.1',
      'deployment.environment': 'prod',
    },
    events: [
      { timeMs: startMs + 25, name: 'retry', attributes: { attempt: '1' } },
      { timeMs: startMs + 70, name: 'exception', attributes: { 'exception.type': 'Timeout' } },
    ],
  }),
  span(1, 4, 2, {
    ...{ name: 'publish', service: 'cart', kind: 'PRODUCER', startMs: startMs + 75, durationMs: 0.5 },
    links: [{ traceId: 'f'.repeat(32), spanId: 'e'.repeat(16), attributes: { why: 'batch' } }],
  }),
  span(2, 1, 0, {
    name: 'GET /',
    service: 'front',
    startMs: startMs + 60_000,
    durationMs: 5,
    attributes: { 'http.status_code': '200', 'deployment.environment': 'dev' },
  }),
  span(3, 7, 6, {
    name: 'work',
    service: 'worker',
    startMs: startMs + 120_000,
    kind: 'CONSUMER',
    durationMs: 2_000,
    status: 'OK',
    attributes: { flag: 'true' },
  }),
]

export function span(trace: number, id: number, parent: number, more: Partial<StoredSpan> = {}): StoredSpan {
  return {
    ...{
      traceId: traceIdOf(trace),
      spanId: spanIdOf(id),
      parentSpanId: parent === 0 ? '' : spanIdOf(parent),
    },
    ...{
      name: 'x',
      service: 's',
      kind: 'SERVER',
      startMs,
      durationMs: 1,
      status: 'UNSET',
      statusMessage: '',
    },
    ...{ attributes: {}, resourceKeys: ['deployment.environment'] },
    ...more,
  }
}
