import { expect, it } from 'vitest'
import { incidentsOf, undoDeeds } from './rule-effect.ts'

const incident = (number: number) => ({
  ...{ id: `i${number}`, number, title: `T${number}`, severity: 'HIGH' as const },
})

it('what a rule may change is each incident once, by number', () => {
  const joins = [{ into: incident(2), from: [incident(9), incident(3)], why: '' }]
  const parts = [{ incident: incident(9), members: 1, into: incident(1), why: '' }]
  expect(incidentsOf({ joins, parts }).map(({ number }) => number)).toEqual([1, 2, 3, 9])
})

it('undoing goes backwards, and on with the incidents that stand for those merged away', async () => {
  const said: string[] = []
  const deeds = [
    { act: 'SPLIT' as const, incident: incident(1), into: incident(5), members: ['a'] },
    { act: 'MERGED' as const, incident: incident(5), into: incident(2), members: ['a'] },
  ]
  await undoDeeds(deeds, {
    split: async (id, members) => {
      said.push(`split ${members} from ${id}`)
      return 'new'
    },
    merge: async (id, into) => void said.push(`merge ${id} into ${into}`),
  })
  expect(said).toEqual(['split a from i2', 'merge new into i1'])
})
