import type { PipelineStats } from '@aiops/contract/event'
import { expect, it } from 'vitest'
import { createRateHistory } from './rate-history.ts'

it('keeps only the last readings, in order, as a new list each time', () => {
  const history = createRateHistory(3)
  const before = history.list()
  for (let i = 1; i <= 5; i += 1) history.add({ samples_per_second: i } as PipelineStats)
  expect(history.list().map((one) => one.samples_per_second)).toEqual([3, 4, 5])
  expect(history.list()).not.toBe(before)
  expect(history.list()).toBe(history.list())
})
