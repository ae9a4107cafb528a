import fc from 'fast-check'
import { expect, it } from 'vitest'
import { systemClock } from '../../../kernel/clock.ts'
import type { StoredSpan, TraceStore } from '../../../port/trace-store.ts'
import { traceqlLimits } from '../traceql/index.ts'
import { serviceGraph } from './service-graph.ts'

const t0 = 1_700_000_000_000
const span = (
  id: string,
  parent: string,
  service: string,
  kind: StoredSpan['kind'],
  more: Partial<StoredSpan> = {},
): StoredSpan => ({
  ...{ traceId: 'a'.repeat(32), spanId: id, parentSpanId: parent, name: 'x', service, kind, startMs: t0 },
  ...{ durationMs: 10, status: 'UNSET', statusMessage: '', attributes: {} },
  ...more,
})
const spans: StoredSpan[] = [
  span('1', '', 'front', 'SERVER'),
  span('2', '1', 'front', 'CLIENT', { durationMs: 40 }),
  span('3', '2', 'cart', 'SERVER', { durationMs: 30, status: 'ERROR' }),
  span('4', '1', 'front', 'CLIENT', { durationMs: 20, attributes: { 'server.address': 'cart' } }),
  span('5', '4', 'cart', 'SERVER'),
  span('6', '3', 'cart', 'CLIENT', { attributes: { 'db.system': 'postgresql', 'db.namespace': 'carts' } }),
  span('7', '3', 'cart', 'PRODUCER', {
    attributes: { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' },
  }),
  span('8', '7', 'mail', 'CONSUMER', { durationMs: 5 }),
  span('9', '', 'bill', 'CONSUMER', { links: [{ traceId: 'a'.repeat(32), spanId: '7', attributes: {} }] }),
  span('a', '3', 'cart', 'PRODUCER', { attributes: { 'messaging.system': 'kafka' } }),
  span('b', '3', 'cart', 'CLIENT', { attributes: { 'server.address': 'api.bank.example' }, status: 'ERROR' }),
  span('c', '3', 'cart', 'CLIENT'),
  span('d', '2', 'front', 'INTERNAL'),
]
const graphOf = (found: readonly StoredSpan[], size = 3, service = '') => {
  const store: Pick<TraceStore, 'scanSpans'> = {
    async *scanSpans({ anyOf }) {
      const kept = found.filter(({ kind }) => anyOf[0]?.kinds?.includes(kind))
      for (let at = 0; at < kept.length; at += size) yield kept.slice(at, at + size)
    },
  }
  const query = { tenant: 't', startMs: t0, endMs: t0 + 10_000, service }
  return serviceGraph(store, query, traceqlLimits, systemClock)
}

it('pairs the ends of calls and messages, whatever order they come in', async () => {
  const whole = await graphOf(spans)
  expect(
    whole.edges
      .map(({ client, server, kind, calls, errors }) => `${client} > ${server} ${kind} ${calls} ${errors}`)
      .sort(),
  ).toEqual([
    'cart > api.bank.example EXTERNAL 1 1',
    'cart > bill MESSAGING 1 0',
    'cart > kafka MESSAGING 1 0',
    'cart > mail MESSAGING 1 0',
    'cart > postgresql/carts DATABASE 1 0',
    'front > cart SERVICE 2 1',
  ])
  expect(whole).toMatchObject({ unanswered: 1, spans: 12 })
  const edge = whole.edges.find(({ kind }) => kind === 'SERVICE')
  expect(edge).toMatchObject({ calls_per_second: 0.2, error_ratio: 0.5 })
  expect([edge?.p50_ms, edge?.p95_ms]).toEqual([expect.closeTo(20, 0), expect.closeTo(40, 0)])
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(spans, { minLength: spans.length }), async (shuffled) => {
      const { edges, unanswered } = await graphOf(shuffled)
      const sorted = (list: typeof edges) => list.map((one) => JSON.stringify(one)).sort()
      expect([sorted(edges), unanswered]).toEqual([sorted(whole.edges), 1])
    }),
    { numRuns: 100 },
  )
})

it('keeps the edges of one service', async () => {
  const { edges } = await graphOf(spans, 100, 'mail')
  expect(edges.map(({ client, server }) => [client, server])).toEqual([['cart', 'mail']])
})
