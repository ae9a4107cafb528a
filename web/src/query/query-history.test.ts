import { expect, it } from 'vitest'
import { historyMax, readHistory, remember } from './query-history.ts'

function storage(initial?: string) {
  const kept = new Map<string, string>(initial === undefined ? [] : [['aiops.history.promql', initial]])
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  }
}

it('keeps each query once, the newest first, of each language apart', () => {
  const place = storage()
  for (const query of ['up', 'rate(a[5m])', ' up ', '']) remember('promql', query, place)
  remember('logql', '{a="b"}', place)
  expect(readHistory('promql', place)).toEqual(['up', 'rate(a[5m])'])
})

it('forgets the oldest', () => {
  const place = storage()
  for (let i = 0; i < historyMax + 5; i += 1) remember('promql', `q${i}`, place)
  expect(readHistory('promql', place)).toHaveLength(historyMax)
  expect(readHistory('promql', place)[0]).toBe(`q${historyMax + 4}`)
})

it.each(['{', '{"a":1}', '[1,2]'])('starts anew where the storage holds %j', (broken) => {
  expect(readHistory('promql', storage(broken))).toEqual([])
})
