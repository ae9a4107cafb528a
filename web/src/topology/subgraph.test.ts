import type { Topology } from '@aiops/contract/model/topology'
import { expect, it } from 'vitest'
import { edgeText } from './edge-text.ts'
import { filterTopology, isFlow, subgraphAround } from './subgraph.ts'

const seen = { first_seen: '2026-11-21T00:00:00Z', last_seen: '2026-11-21T00:00:00Z' }
const entity = (name: string): Topology['entities'][number] => ({
  id: `service/${name}`,
  kind: 'service',
  name,
  labels: { team: `team-${name}` },
  ...seen,
  health: 'HEALTHY',
})
const calls = (a: string, b: string): Topology['edges'][number] => ({
  source: `service/${a}`,
  target: `service/${b}`,
  type: 'CALLS',
  origin: 'SPANS',
  confidence: 0.99,
  ...seen,
})
const topology: Topology = {
  entities: ['a', 'b', 'c', 'd'].map(entity),
  edges: [calls('a', 'b'), calls('b', 'c'), calls('c', 'd')],
}
const names = (part: Topology): string => part.entities.map((one) => one.name).join('')

it('shows an incident with its direct neighbours and every edge among them', () => {
  const part = subgraphAround(topology, ['service/b', 'service/unknown'])
  expect(names(part)).toBe('abc')
  expect(part.edges).toHaveLength(2)
})

it('follows only the edges asked for', () => {
  const hosted = { ...topology, edges: [...topology.edges, { ...calls('b', 'd'), type: 'RUNS_ON' as const }] }
  expect(names(subgraphAround(hosted, ['service/b'], isFlow))).toBe('abc')
  expect(names(subgraphAround(hosted, ['service/b']))).toBe('abcd')
})

it('filters by name or label, in any case, and keeps the neighbours of a match', () => {
  expect(names(filterTopology(topology, 'TEAM-D'))).toBe('cd')
  expect(filterTopology(topology, '  ')).toBe(topology)
  expect(names(filterTopology(topology, 'zzz'))).toBe('')
})

it('an edge says what is known of it and nothing else', () => {
  expect(edgeText(calls('a', 'b'))).toBe('')
  expect(
    edgeText({ ...calls('a', 'b'), calls_per_second: 6.2, error_ratio: 0.034 }).replaceAll('\u00a0', ' '),
  ).toBe('6.2/s · 3.4 % err')
  expect(edgeText({ ...calls('a', 'b'), calls_per_second: 6, error_ratio: 0 })).toBe('6/s')
  expect(edgeText({ ...calls('a', 'b'), type: 'RUNS_ON' })).toBe('runs on')
})
