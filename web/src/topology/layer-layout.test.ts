import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crossings, edgeKey, type GraphEdge, layerLayout } from './layer-layout.ts'

const size = { nodeWidth: 100, nodeHeight: 40, gapX: 60, gapY: 20 }
const edge = (source: string, target: string): GraphEdge => ({ source, target })
const graph = fc.integer({ min: 0, max: 14 }).chain((n) => {
  const ids = Array.from({ length: n }, (_, i) => `n${i}`)
  const node = n === 0 ? fc.constant('none') : fc.constantFrom(...ids)
  return fc.record({
    ids: fc.constant(ids),
    edges: fc.array(fc.record({ source: node, target: node }), { maxLength: 30 }),
  })
})

describe('layerLayout', () => {
  it('places every node once and no two on each other, cycles and loops included', () => {
    fc.assert(
      fc.property(graph, ({ ids, edges }) => {
        const { places } = layerLayout(ids, edges, size)
        expect([...places.keys()].sort()).toEqual([...ids].sort())
        const list = [...places.values()]
        for (const [i, a] of list.entries())
          for (const b of list.slice(i + 1))
            expect(Math.abs(a.x - b.x) >= size.nodeWidth || Math.abs(a.y - b.y) >= size.nodeHeight).toBe(true)
      }),
    )
  })

  it('gives the same places whatever the order of ids and edges', () => {
    fc.assert(
      fc.property(graph, ({ ids, edges }) => {
        const there = layerLayout(ids, edges, size)
        const back = layerLayout(ids.toReversed(), edges.toReversed(), size)
        expect(new Map(back.places)).toEqual(new Map(there.places))
      }),
    )
  })

  it('puts callers left of what they call where there is no cycle', () => {
    fc.assert(
      fc.property(graph, ({ ids, edges }) => {
        const acyclic = edges.filter((one) => one.source < one.target)
        const { places } = layerLayout(ids, acyclic, size)
        for (const one of acyclic)
          expect(places.get(one.source)?.x).toBeLessThan(places.get(one.target)?.x ?? 0)
      }),
    )
  })

  it('leads an edge that spans layers through a slot where no node stands', () => {
    const edges = [edge('a', 'b'), edge('b', 'c'), edge('a', 'c')]
    const { places, routes } = layerLayout(['a', 'b', 'c'], edges, size)
    const [through] = routes.get(edgeKey(edge('a', 'c'))) ?? []
    expect(through?.x).toBe((places.get('b')?.x ?? 0) + size.nodeWidth / 2)
    expect(
      Math.abs((through?.y ?? 0) - ((places.get('b')?.y ?? 0) + size.nodeHeight / 2)),
    ).toBeGreaterThanOrEqual(size.nodeHeight)
  })

  it('draws a shop of seven services without a crossing', () => {
    const edges = [
      edge('front', 'cart'),
      edge('front', 'catalog'),
      edge('front', 'checkout'),
      edge('cart', 'store'),
      edge('checkout', 'payments'),
      edge('checkout', 'inventory'),
      edge('inventory', 'store'),
      edge('catalog', 'inventory'),
    ]
    const { places } = layerLayout(
      [...new Set(edges.flatMap((one) => [one.source, one.target]))],
      edges,
      size,
    )
    const y = (id: string): number => places.get(id)?.y ?? 0
    expect(Math.sign(y('checkout') - y('catalog'))).toBe(Math.sign(y('payments') - y('inventory')))
  })

  it('stands nodes without edges in rows below, not among the layers', () => {
    const { places } = layerLayout(['a', 'b', 'x', 'y'], [edge('a', 'b')], size)
    expect(places.get('x')?.y).toBeGreaterThan(places.get('a')?.y ?? 0)
    expect(places.get('x')?.y).toBe(places.get('y')?.y)
  })
})

it('crossings counts pairs of links that cross', () => {
  const callees = new Map([
    ['a', ['d']],
    ['b', ['c']],
  ])
  expect(
    crossings(
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
      callees,
    ),
  ).toBe(1)
  expect(
    crossings(
      [
        ['b', 'a'],
        ['c', 'd'],
      ],
      callees,
    ),
  ).toBe(0)
})
