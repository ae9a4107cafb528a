import type { ServiceGraphEdge } from '@aiops/contract/model/trace-analysis'
import { expect, test } from 'vitest'
import { drawnEdges, drawnMax, graphOf, sortedEdges } from './service-edges.ts'

const edge = (client: string, server: string, more: Partial<ServiceGraphEdge> = {}): ServiceGraphEdge => ({
  ...{ client, server, kind: 'SERVICE', calls: 1, errors: 0, calls_per_second: 1 },
  ...{ error_ratio: 0, p50_ms: 1, p95_ms: 2, p99_ms: 3, ...more },
})

test('callers stand left of what they call, each once', () => {
  const { nodes, width, height } = graphOf([
    edge('a', 'b'),
    edge('b', 'db', { kind: 'DATABASE' }),
    edge('a', 'db', { kind: 'DATABASE' }),
  ])
  expect(nodes.map(({ name, kind }) => [name, kind])).toEqual([
    ['a', 'SERVICE'],
    ['b', 'SERVICE'],
    ['db', 'DATABASE'],
  ])
  const x = (name: string) => nodes.find((node) => node.name === name)?.x ?? -1
  expect(x('a')).toBeLessThan(x('b'))
  expect(x('b')).toBeLessThan(x('db'))
  expect(width).toBeGreaterThan(x('db'))
  expect(height).toBeGreaterThan(0)
})

test('what sends spans itself is a service, whatever its callers call it', () => {
  expect(graphOf([edge('a', 'q', { kind: 'MESSAGING' }), edge('q', 'a')]).nodes).toContainEqual(
    expect.objectContaining({ name: 'q', kind: 'SERVICE' }),
  )
})

test('the rarest calls are left out of a drawing that would be too full', () => {
  const many = Array.from({ length: drawnMax + 10 }, (_, i) => edge('a', `s${i}`, { calls: i }))
  expect(Math.min(...drawnEdges(many).map(({ calls }) => calls))).toBe(10)
})

test('edges are sorted by what is asked, the greatest first', () => {
  const edges = [edge('a', 'b', { p95_ms: 1 }), edge('a', 'c', { p95_ms: 9 })]
  expect(sortedEdges(edges, 'p95_ms')[0]?.server).toBe('c')
})
