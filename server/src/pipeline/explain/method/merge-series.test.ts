import { expect, test } from 'vitest'
import type { CaseSeries } from '../case.ts'
import { mergeSeries } from './merge-series.ts'

const series = (id: string, instance: string, from: number, to: number): CaseSeries => {
  const timesMs = Float64Array.from({ length: to - from }, (_, at) => (from + at) * 1_000)
  return {
    id,
    entity: 'a',
    metric: 'memory',
    labels: { 'service.instance.id': instance, state: 'used' },
    timesMs,
    values: timesMs.map(() => Number(id)),
  }
}

test('a restarted process goes on where the old one ended', () => {
  const [merged, ...rest] = mergeSeries([series('2', 'new', 48, 100), series('1', 'old', 0, 50)])
  expect(rest).toEqual([])
  expect(merged?.timesMs.length).toBe(100)
  expect([...merged!.values.slice(46, 50)]).toEqual([1, 1, 2, 2])
})

test('replicas side by side stay two', () =>
  expect(mergeSeries([series('1', 'x', 0, 100), series('2', 'y', 0, 100)])).toHaveLength(2))

test('other labels keep series apart', () => {
  const idle = { ...series('2', 'x', 100, 200), labels: { 'service.instance.id': 'x', state: 'idle' } }
  expect(mergeSeries([series('1', 'x', 0, 100), idle])).toHaveLength(2)
})
