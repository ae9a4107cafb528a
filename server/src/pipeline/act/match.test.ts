import type { Cause } from '@aiops/contract/model/diagnosis'
import { Runbook } from '@aiops/contract/model/runbook'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { globMatches, matching } from './match.ts'

const runbookOf = (id: string, match: object, rest: object = {}): Runbook =>
  Runbook.parse({ id, name: id, match, steps: [{ name: 'w', type: 'wait', duration: '1s' }], ...rest })
const cause: Cause = {
  rank: 1,
  entity: 'service/payments',
  category: 'LATENCY',
  probability: 0.5,
  confidence: 'HIGH',
  sentence: '',
  evidence: [],
  suggested_runbook_id: null,
}
const incident = { affected_entities: ['service/payments', 'service/front', 'host/a'] }
const idsOf = (runbooks: Runbook[], of: Cause = cause): string[] =>
  matching(runbooks, of, incident, 0.3).map(({ id }) => id)

it('the runbook written most closely for the cause comes first', () => {
  const runbooks = [
    runbookOf('any', {}),
    runbookOf('glob', { entities: ['service/*'] }),
    runbookOf('exact', { entities: ['service/payments'] }),
    runbookOf('exact-kind', { entities: ['service/payments'], categories: ['latency', 'ERRORS'] }),
  ]
  expect(idsOf(runbooks)).toEqual(['exact-kind', 'exact', 'glob', 'any'])
  expect(idsOf(runbooks, { ...cause, suggested_runbook_id: 'any' })[0]).toBe('any')
})

it('category, entity, probability and blast radius each rule out', () => {
  expect(idsOf([runbookOf('a', { categories: ['CPU'] })])).toEqual([])
  expect(idsOf([runbookOf('a', { entities: ['service/cart', 'host/*'] })])).toEqual([])
  expect(idsOf([runbookOf('a', { min_probability: 0.51 })])).toEqual([])
  expect(idsOf([runbookOf('a', { min_probability: 0 })], { ...cause, probability: 0.29 })).toEqual([])
  expect(idsOf([runbookOf('a', {}, { blast_radius: { max_affected_services: 1 } })])).toEqual([])
  expect(idsOf([runbookOf('a', {}, { blast_radius: { max_affected_services: 2 } })])).toEqual(['a'])
})

it('a pattern means what the equal regular expression means, without its cost', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.'), maxLength: 8 })
  fc.assert(
    fc.property(
      text,
      fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 }),
      (pattern, entity) => {
        const expression = new RegExp(
          `^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`,
        )
        expect(globMatches(pattern, entity)).toBe(expression.test(entity))
      },
    ),
  )
  expect(globMatches(`${'*a'.repeat(2_000)}b`, 'a'.repeat(4_000))).toBe(false)
})
