import { expect, it } from 'vitest'
import { seededRandom } from '../../../../kernel/random.ts'
import { blockLevels } from '../block.ts'
import { Sequences } from './sequences.ts'

/** A season of twelve blocks: six high, six low. */
const season = 12
const level = 2
const means = (count: number, missing = -1): number[] => {
  const random = seededRandom(4)
  return Array.from({ length: count }, (_, i) => {
    const high = i % season < season / 2 && Math.floor(i / season) !== missing
    return (high ? 10 : 2) + 0.2 * random.next()
  })
}

function run(values: readonly number[], sequences = new Sequences(), place = 0): number[] {
  sequences.reserve(place + 1)
  sequences.clear(place)
  return values.map((mean) => {
    for (let point = 0; point < 8 << level; point += 1) sequences.fade(place)
    sequences.push(place, level, mean)
    return sequences.novelty(place, level - 1)
  })
}

it('a peak that is left out is told, though both levels are known', () => {
  const usual = run(means(40 * season))
  const strange = run(means(40 * season, 30), new Sequences(), 2)
  const before = Math.max(...usual.slice(5 * season))
  expect(Math.max(...strange.slice(5 * season, 30 * season))).toBeLessThanOrEqual(before)
  expect(Math.max(...strange.slice(30 * season, 32 * season))).toBeGreaterThan(3 * before)
})

it('what was saved goes on as if nothing had been, and blocks of the shortest level are not asked for', () => {
  const first = new Sequences()
  run(means(200), first)
  const second = new Sequences()
  second.load(structuredClone(first.save()))
  for (const mean of means(50)) {
    for (const each of [first, second])
      for (let at = 0; at < blockLevels; at += 1) each.push(0, at, at === 0 ? Number.MAX_VALUE : mean)
    expect(second.novelty(0, 1)).toBe(first.novelty(0, 1))
    expect(second.novelty(0, 1)).toBeLessThan(50)
  }
})
