import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { confidenceOf, type Evidence, usualFreshness } from './evidence.ts'
import { TopologyGraph } from './graph.ts'

const seen = (origin: Evidence['origin'], ends: Evidence['ends'], lastSeenMs = 0): Evidence => ({
  ...{ origin, ends, lastSeenMs },
})
const hourMs = 3_600_000
const at = (nowMs: number, ...evidence: Evidence[]): number => confidenceOf(evidence, nowMs, usualFreshness)

describe('confidence of an edge', () => {
  it('is more for both ends than for one, for one than for what somebody wrote, for that than for a guess', () => {
    const order = [
      seen('SPANS', 2),
      seen('SPANS', 1),
      seen('FILE', 0),
      seen('SPANS', 0),
      seen('BACKSTAGE', 0),
      seen('LABELS', 0),
    ].map((one) => at(0, one))
    expect(order).toEqual(order.toSorted((a, b) => b - a))
    expect(new Set(order).size).toBe(order.length)
  })

  it('falls with age by half each half of the freshness, and never where it does not age', () => {
    expect(at(12 * hourMs, seen('SPANS', 1))).toBe(0.45)
    expect(at(24 * hourMs, seen('SPANS', 1))).toBe(0.225)
    expect(at(9_000 * hourMs, seen('FILE', 0))).toBe(0.8)
  })

  it('never falls for more who say so, and stays within 0 and 1', () => {
    const one = fc.record({
      origin: fc.constantFrom('SPANS' as const, 'FILE' as const, 'MESH' as const, 'FLOW' as const),
      ends: fc.constantFrom(0 as const, 1 as const, 2 as const),
      lastSeenMs: fc.integer({ min: 0, max: 2 * hourMs }),
    })
    fc.assert(
      fc.property(fc.array(one, { maxLength: 4 }), one, (some, more) => {
        const [before, after] = [at(hourMs, ...some), at(hourMs, ...some, more)]
        expect(after).toBeGreaterThanOrEqual(before)
        expect(after).toBeLessThanOrEqual(1)
        expect(before).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('an edge', () => {
  it('stays as long as anybody who knows it has not aged, and goes then', () => {
    const graph = new TopologyGraph({ entitiesMax: 10, edgesMax: 10, depthKept: 3 })
    for (const id of ['service/a', 'service/b']) graph.addEntity(id, {}, 0, true)
    graph.addEdge('service/a', 'service/b', 'CALLS', 'MESH', 0)
    graph.addEdge('service/a', 'service/b', 'CALLS', 'SPANS', 0, 2)
    const expire = (hours: number) => {
      const work = graph.expire(hours * hourMs, 48 * hourMs, () => false)
      for (let next = work.next(); ; next = work.next()) if (next.done) return next.value
    }
    expect(expire(2)).toEqual({ edges: [], entities: [] })
    expect(graph.edge('service/a', 'service/b', 'CALLS')?.origin).toBe('SPANS')
    expect(expire(25).edges).toMatchObject([{ source: 'service/a', target: 'service/b', type: 'CALLS' }])
    expect(expire(47).entities).toEqual([])
    expect(expire(49).entities).toEqual(['service/a', 'service/b'])
  })

  it('to what is mounted makes nobody depend on it, and joins nobody to others who mount it', () => {
    const graph = new TopologyGraph({ entitiesMax: 10, edgesMax: 10, depthKept: 3 })
    for (const id of ['pod/a', 'pod/b', 'configmap/east/shop/x']) graph.addEntity(id, {}, 0)
    for (const pod of ['pod/a', 'pod/b'])
      graph.addEdge(pod, 'configmap/east/shop/x', 'MOUNTS', 'KUBERNETES', 0)
    expect(graph.dependencies('pod/a')).toEqual([])
    expect(graph.distance('pod/a', 'configmap/east/shop/x', 3)).toBe(1)
    expect(graph.distance('pod/a', 'pod/b', 3)).toBeUndefined()
  })
})
