import { expect, it } from 'vitest'
import { draftOf, draftProblems, inputOf } from './slo-draft.ts'

const typed = { ...draftOf(undefined), name: ' Cart answers ', service: 'cart' }

it('needs what its kind needs, and nothing of other kinds', () => {
  expect([...draftProblems(typed)]).toEqual([])
  expect([...draftProblems({ ...typed, kind: 'LATENCY' }).keys()]).toEqual(['below'])
  expect([...draftProblems({ ...typed, kind: 'RATIO', service: '' }).keys()]).toEqual(['good', 'total'])
  expect([...draftProblems({ ...typed, kind: 'VALUE', query: 'lag', above: '3' }).keys()]).toEqual([])
  expect([...draftProblems({ ...typed, objective: '100' }).keys()]).toEqual(['objective'])
})

it('becomes what the API takes', () => {
  expect(inputOf({ ...typed, kind: 'LATENCY', below: '0,3' })).toMatchObject({
    ...{ name: 'Cart answers', objective: 99.9, window: '30d' },
    indicator: { kind: 'LATENCY', service: 'cart', below: 0.3 },
  })
})

it('keeps what it does not show', () => {
  const slo = {
    ...inputOf(typed),
    ...{ id: 's', document: null, created_at: '', updated_at: '', created_by: 'anna' },
    ...{ labels: { region: 'eu' }, enabled: false },
  }
  slo.alerting.minimum_events = 7
  expect(inputOf(draftOf(slo), slo)).toMatchObject({
    ...{ labels: { region: 'eu' }, enabled: false },
    alerting: { minimum_events: 7 },
  })
})
