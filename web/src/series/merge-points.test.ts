import type { Point } from '@aiops/contract/model/series'
import { expect, it } from 'vitest'
import { appendPoints, livePointsMax, mergePoints } from './merge-points.ts'

const at = (...times: number[]): Point[] => times.map((time) => [time, time])

it('a live buffer never grows beyond its limit and keeps the newest', () => {
  let buffer: readonly Point[] = []
  for (let i = 0; i < livePointsMax + 50; i += 1) buffer = appendPoints(buffer, at(i))
  expect(buffer).toHaveLength(livePointsMax)
  expect(buffer.at(-1)).toEqual([livePointsMax + 49, livePointsMax + 49])
})

it('points that came twice or late do not disturb the order', () => {
  expect(appendPoints(at(1, 2), at(2, 1, 3))).toEqual(at(1, 2, 3))
  const buffer = at(1)
  expect(appendPoints(buffer, at(1))).toBe(buffer)
})

it('live points go on where the read ones end, and what left the range is dropped', () => {
  expect(mergePoints(at(1, 2, 3), at(2, 3, 4, 5), 2)).toEqual(at(2, 3, 4, 5))
  expect(mergePoints([], at(4, 5), 5)).toEqual(at(5))
  const read = at(2, 3)
  expect(mergePoints(read, [], 1)).toBe(read)
})
