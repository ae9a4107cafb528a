import type { Alert } from '@aiops/contract/model/alert'
import { expect, it } from 'vitest'
import { nothing, selectedMax, toggled, withRange } from './selection.ts'

const alertAt = (i: number) => ({ id: `a${i}` }) as Alert
const idsOf = ({ alerts }: typeof nothing) => [...alerts.keys()]

it('takes one in and out again', () => {
  const one = toggled(nothing, alertAt(4), 4)
  expect(idsOf(one)).toEqual(['a4'])
  expect(idsOf(toggled(one, alertAt(4), 4))).toEqual([])
  expect(idsOf(nothing)).toEqual([])
})

it('takes all between the last and this one, in either direction, and what is read of them', () => {
  const one = toggled(nothing, alertAt(4), 4)
  expect(idsOf(withRange(one, 6, alertAt)).sort()).toEqual(['a4', 'a5', 'a6'])
  expect(idsOf(withRange(one, 2, (i) => (i === 3 ? undefined : alertAt(i)))).sort()).toEqual(['a2', 'a4'])
  expect(idsOf(withRange(nothing, 2, alertAt))).toEqual(['a2'])
  expect(withRange(toggled(nothing, alertAt(0), 0), 5_000, alertAt).alerts.size).toBe(selectedMax)
})
