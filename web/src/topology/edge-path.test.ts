import { expect, it } from 'vitest'
import { edgePath } from './edge-path.ts'

it('runs level through each slot and ends where it should', () => {
  const { path, at } = edgePath({ x: 0, y: 0 }, { x: 300, y: 80 }, [{ x: 150, y: 40 }], 60)
  expect(path).toMatch(/^M0 0C/)
  expect(path).toContain('120 40L180 40')
  expect(path.endsWith('300 80')).toBe(true)
  expect(at).toEqual({ x: 60, y: 20 })
})
