import { TopologyInput } from '@aiops/contract/model/topology'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { atOnce } from '../../kernel/stepwise.ts'
import { TopologyGraph } from './graph.ts'
import { Mirrored } from './mirrored.ts'

const limits = { entitiesMax: 1_000, edgesMax: 1_000, depthKept: 3 }
const inputOf = (ids: readonly string[], edges: readonly (readonly [string, string])[] = []) =>
  TopologyInput.parse({
    entities: ids.map((id) => ({ id })),
    edges: edges.map(([source, target]) => ({ source, target, type: 'RUNS_ON' })),
  })
const update = (mirrored: Mirrored, ...args: Parameters<Mirrored['update']>): number =>
  atOnce(mirrored.update(...args))
const idsOf = (graph: TopologyGraph): string[] => [...graph.entities()].map(({ id }) => id).sort()

describe('what a source mirrors', () => {
  it('goes when the source says it no more, with its edges', () => {
    const graph = new TopologyGraph(limits)
    const mirrored = new Mirrored()
    update(
      mirrored,
      graph,
      'paris',
      inputOf(
        ['pod/a', 'pod/b', 'node/n'],
        [
          ['pod/a', 'node/n'],
          ['pod/b', 'node/n'],
        ],
      ),
      1,
    )
    update(mirrored, graph, 'paris', inputOf(['pod/b', 'node/n'], [['pod/b', 'node/n']]), 2)
    expect(idsOf(graph)).toEqual(['node/n', 'pod/b'])
    expect(graph.edgeCount).toBe(1)
    expect(graph.dependents('node/n')).toEqual(['pod/b'])
  })

  it('stays where spans or people spoke of it too', () => {
    const graph = new TopologyGraph(limits)
    const mirrored = new Mirrored()
    graph.addEntity('service/cart', {}, 0)
    update(mirrored, graph, 'paris', inputOf(['service/cart', 'service/shop']), 1)
    mirrored.claim('service/shop')
    update(mirrored, graph, 'paris', inputOf([]), 2)
    expect(idsOf(graph)).toEqual(['service/cart', 'service/shop'])
  })

  it('stays as long as any source says it, in whatever order they speak', () => {
    const ids = ['pod/a', 'pod/b', 'pod/c', 'node/n']
    const said = fc.record({ source: fc.constantFrom('paris', 'lima', 'rome'), ids: fc.subarray(ids) })
    fc.assert(
      fc.property(fc.array(said, { maxLength: 30 }), (steps) => {
        const graph = new TopologyGraph(limits)
        const mirrored = new Mirrored()
        const now = new Map<string, string[]>()
        for (const [at, step] of steps.entries()) {
          now.set(step.source, step.ids)
          const edges = step.ids.includes('node/n')
            ? step.ids.filter((id) => id !== 'node/n').map((id) => [id, 'node/n'] as const)
            : []
          update(mirrored, graph, step.source, inputOf(step.ids, edges), at)
          expect(idsOf(graph)).toEqual([...new Set([...now.values()].flat())].sort())
          expect(graph.edgeCount).toBe([...graph.edges()].length)
        }
        for (const source of now.keys()) update(mirrored, graph, source, inputOf([]), 99)
        expect([graph.entityCount, graph.edgeCount]).toEqual([0, 0])
      }),
    )
  })

  it('keeps an edge that somebody took away meanwhile and that the source says again', () => {
    const graph = new TopologyGraph(limits)
    const mirrored = new Mirrored()
    const input = inputOf(['pod/a', 'node/n'], [['pod/a', 'node/n']])
    update(mirrored, graph, 'paris', input, 1)
    graph.removeEdge('pod/a', 'node/n', 'RUNS_ON')
    update(mirrored, graph, 'paris', input, 2)
    expect(graph.hasEdge('pod/a', 'node/n', 'RUNS_ON')).toBe(true)
    update(mirrored, graph, 'paris', inputOf(['pod/a', 'node/n']), 3)
    expect(graph.edgeCount).toBe(0)
  })

  it('is told how much there was no room for', () => {
    const graph = new TopologyGraph({ ...limits, entitiesMax: 1 })
    expect(update(new Mirrored(), graph, 'paris', inputOf(['pod/a', 'pod/b']), 1)).toBe(1)
  })
})
