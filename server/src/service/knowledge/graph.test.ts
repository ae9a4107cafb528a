import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TopologyGraph } from './graph.ts'

const limits = { entitiesMax: 100, edgesMax: 500, depthKept: 3 }
const names = [
  'service/a',
  'service/b',
  'service/c',
  'service/d',
  'service/e',
  'service/f',
  'database/g',
  'host/h',
  'host/i',
  'service/j',
]
const edges = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)), { maxLength: 25 })

/** Shortest path by relaxing every edge as often as there are nodes; machines only at the ends. */
function oracle(pairs: readonly [string, string][], from: string): Map<string, number> {
  const distance = new Map([[from, 0]])
  for (let round = 0; round < names.length; round += 1) {
    for (const [a, b] of pairs) {
      for (const [x, y] of [
        [a, b],
        [b, a],
      ] as const) {
        const known = distance.get(x)
        if (known === undefined || (x.startsWith('host/') && x !== from)) continue
        if (known + 1 < (distance.get(y) ?? Number.POSITIVE_INFINITY)) distance.set(y, known + 1)
      }
    }
  }
  return distance
}

describe('a topology graph', () => {
  it('gives the distance that the naive search gives, before and after it grows', () => {
    fc.assert(
      fc.property(edges, edges, fc.integer({ min: 1, max: 6 }), (first, second, max) => {
        const graph = new TopologyGraph(limits)
        for (const name of names) graph.addEntity(name, {}, 0)
        let known: [string, string][] = []
        for (const more of [first, second]) {
          for (const [a, b] of more) graph.addEdge(a, b, 'CALLS', 'SPANS', 0)
          known = [...known, ...more].filter(([a, b]) => a !== b)
          for (const a of names) {
            const expected = oracle(known, a)
            for (const b of names) {
              const distance = expected.get(b)
              expect(graph.distance(a, b, max)).toBe(
                distance !== undefined && distance <= max ? distance : undefined,
              )
            }
          }
        }
      }),
      { numRuns: 100 },
    )
  })

  it('knows both directions of a call', () => {
    const graph = new TopologyGraph(limits)
    for (const name of names) graph.addEntity(name, {}, 0)
    graph.addEdge('service/a', 'service/b', 'CALLS', 'SPANS', 0)
    expect(graph.dependencies('service/a')).toEqual(['service/b'])
    expect(graph.dependents('service/b')).toEqual(['service/a'])
    expect(graph.topology(0, { entity: 'service/a', depth: 1 }).entities.map((entity) => entity.id)).toEqual([
      'service/a',
      'service/b',
    ])
  })

  it('refuses what is over its bounds and keeps renewing what it has', () => {
    const graph = new TopologyGraph({ entitiesMax: 2, edgesMax: 1, depthKept: 3 })
    expect(
      ['service/a', 'service/b', 'service/c', 'service/a'].map((id) => graph.addEntity(id, {}, 1)),
    ).toEqual(['ADDED', 'ADDED', 'FULL', 'RENEWED'])
    expect(graph.addEdge('service/a', 'service/b', 'CALLS', 'SPANS', 1)).toBeDefined()
    expect(graph.addEdge('service/b', 'service/a', 'CALLS', 'SPANS', 1)).toBeUndefined()
    expect(graph.addEdge('service/a', 'service/b', 'CALLS', 'SPANS', 2)?.lastSeenMs).toBe(2)
    expect([graph.entityCount, graph.edgeCount]).toEqual([2, 1])
  })

  it('gives all of itself in steps, and of a neighbourhood what lies in it with the edges within', () => {
    const graph = new TopologyGraph({ entitiesMax: 5_000, edgesMax: 5_000, depthKept: 3 })
    for (let i = 0; i < 3_000; i += 1) graph.addEntity(`service/s${i}`, {}, 1)
    for (let i = 1; i < 3_000; i += 1)
      graph.addEdge(`service/s${i - 1}`, `service/s${i}`, 'CALLS', 'SPANS', 1)
    const work = graph.whole(0)
    let steps = 0
    let made = work.next()
    for (; !made.done; made = work.next()) steps += 1
    expect([steps, made.value.entities.length, made.value.edges.length]).toEqual([5, 3_000, 2_999])
    expect(made.value).toEqual(graph.topology(0))
    const { entities, edges } = graph.topology(0, { entity: 'service/s100', depth: 2 })
    expect(entities.map(({ name }) => name).sort()).toEqual(['s100', 's101', 's102', 's98', 's99'])
    expect(edges).toHaveLength(4)
  })
})
