import { describe, expect, it } from 'vitest'
import { neighbour } from './heat-neighbour.ts'

/** Two rows of three, then a row of one, far right. */
const places = [
  ...[0, 20, 40].map((left) => ({ left, top: 0 })),
  ...[0, 20, 40].map((left) => ({ left, top: 30 })),
  { left: 200, top: 60 },
]

describe('neighbour', () => {
  it('goes along and stops at the ends', () => {
    expect(neighbour(places, 0, 'ArrowLeft')).toBe(0)
    expect(neighbour(places, 2, 'ArrowRight')).toBe(3)
    expect(neighbour(places, 6, 'ArrowRight')).toBe(6)
    expect(neighbour(places, 3, 'Home')).toBe(0)
    expect(neighbour(places, 3, 'End')).toBe(6)
  })
  it('goes to the nearest of the next row', () => {
    expect(neighbour(places, 1, 'ArrowDown')).toBe(4)
    expect(neighbour(places, 4, 'ArrowDown')).toBe(6)
    expect(neighbour(places, 6, 'ArrowUp')).toBe(5)
    expect(neighbour(places, 5, 'ArrowUp')).toBe(2)
    expect(neighbour(places, 2, 'ArrowUp')).toBe(2)
  })
  it('stays for other keys', () => {
    expect(neighbour(places, 2, 'x')).toBe(2)
    expect(neighbour([], 0, 'ArrowDown')).toBe(0)
  })
})
