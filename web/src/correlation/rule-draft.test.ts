import type { CorrelationRule } from '@aiops/contract/model/correlation-rule'
import { expect, it } from 'vitest'
import { draftOf, draftProblems, inputOf } from './rule-draft.ts'

const input = {
  name: 'Node down hides its pods',
  enabled: true,
  order: 10,
  when: 'severity != "CRITICAL"',
  action: 'INHIBIT' as const,
  by: ['node', 'cluster'],
  source_when: 'name == "NodeDown"',
  route: '',
  comment: 'as in Alertmanager',
}

it('leaves a rule as it is when nothing is changed', () => {
  expect(inputOf(draftOf(input as unknown as CorrelationRule))).toEqual(input)
})

it('drops what another action does not have', () => {
  const draft = {
    ...draftOf(input as unknown as CorrelationRule),
    action: 'ROUTE' as const,
    route: 'payments',
  }
  expect(inputOf(draft)).toMatchObject({ by: [], source_when: '', route: 'payments' })
})

it('names what is missing for the action chosen', () => {
  expect([...draftProblems(draftOf(undefined)).keys()]).toEqual(['name', 'when'])
  expect([...draftProblems({ ...draftOf(undefined), action: 'INHIBIT', order: 'x' }).keys()]).toEqual([
    ...['name', 'when', 'source_when', 'order'],
  ])
  expect(draftProblems({ ...draftOf(undefined), action: 'ROUTE' }).has('route')).toBe(true)
})
