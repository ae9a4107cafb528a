import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Neighbourhoods } from './neighbourhoods.ts'

const names = Array.from('abcdefghijkl', (letter) => (letter > 'j' ? `host/${letter}` : `service/${letter}`))
const isThrough = (id: string): boolean => !id.startsWith('host/')
const name = fc.constantFrom(...names)
const step = fc.oneof(
  fc.record({ kind: fc.constant('join' as const), a: name, b: name }),
  fc.record({ kind: fc.constant('part' as const), a: name, b: name }),
  fc.record({ kind: fc.constant('remove' as const), a: name, b: name }),
  fc.record({ kind: fc.constant('read' as const), a: name, b: name }),
)

class World {
  readonly pairs = new Map<string, [string, string]>()
  readonly there = new Set<string>()
  near(start: string, depth: number): Map<string, number> {
    const found = new Map([[start, 0]])
    for (let d = 1; d <= depth; d += 1)
      for (const [id, at] of [...found]) {
        if (at !== d - 1 || (id !== start && !isThrough(id))) continue
        for (const [a, b] of this.pairs.values()) {
          const other = a === id ? b : b === id ? a : undefined
          if (other !== undefined && !found.has(other)) found.set(other, d)
        }
      }
    return found
  }
}
const keyOf = (a: string, b: string): string => [a, b].sort().join(' ')

it('a kept neighbourhood is what a search would find, whatever came and went since it was kept', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(300, 1_000_000), (steps, bytesMax) => {
      const kept = new Neighbourhoods({ depthKept: 3, bytesMax })
      const world = new World()
      const add = (id: string): void => {
        if (world.there.has(id)) return
        world.there.add(id)
        kept.addNode(id, isThrough(id))
      }
      const part = (a: string, b: string): void => {
        if (world.pairs.delete(keyOf(a, b))) kept.part(a, b)
      }
      for (const { kind, a, b } of steps) {
        if (kind === 'read') {
          if (world.there.has(a)) expect(new Map(kept.around(a, 3))).toEqual(world.near(a, 3))
          else expect(kept.around(a, 3)).toBeUndefined()
        } else if (kind === 'join') {
          add(a)
          add(b)
          if (a === b || world.pairs.has(keyOf(a, b))) continue
          world.pairs.set(keyOf(a, b), [a, b])
          kept.join(a, b)
        } else if (kind === 'part') part(a, b)
        else {
          for (const [x, y] of [...world.pairs.values()]) if (x === a || y === a) part(x, y)
          world.there.delete(a)
          kept.removeNode(a)
        }
        expect(kept.keptBytes).toBeLessThanOrEqual(bytesMax)
      }
      for (const id of world.there) {
        const found = kept.around(id, 3)
        expect(new Map(found)).toEqual(world.near(id, 3))
        for (const other of names) expect(found?.get(other)).toBe(world.near(id, 3).get(other))
        expect([...(found?.values() ?? [])]).toEqual([...(found?.values() ?? [])].sort())
        expect(new Map(kept.around(id, 5))).toEqual(world.near(id, 5))
      }
    }),
    { numRuns: 300 },
  )
})

it('a change far away costs no search, and one near by costs one', () => {
  const kept = new Neighbourhoods({ depthKept: 2, bytesMax: 1_000_000 })
  for (let i = 0; i < 100; i += 1) kept.addNode(`service/${i}`, true)
  for (let i = 1; i < 50; i += 1) kept.join(`service/${i - 1}`, `service/${i}`)
  kept.around('service/0', 2)
  kept.join('service/40', 'service/60')
  kept.around('service/0', 2)
  expect(kept.searches).toBe(1)
  kept.join('service/1', 'service/70')
  expect(kept.around('service/0', 2)?.get('service/70')).toBe(2)
  expect(kept.searches).toBe(2)
})

it('what was handed out knows nothing of who came later under a number that became free', () => {
  const kept = new Neighbourhoods({ depthKept: 3, bytesMax: 1_000_000 })
  for (const id of ['service/a', 'service/b']) kept.addNode(id, true)
  kept.join('service/a', 'service/b')
  const before = kept.around('service/a', 3)
  kept.part('service/a', 'service/b')
  kept.removeNode('service/b')
  kept.addNode('service/c', true)
  expect(before?.get('service/c')).toBeUndefined()
  expect([...(before ?? [])]).toEqual([['service/a', 0]])
})
