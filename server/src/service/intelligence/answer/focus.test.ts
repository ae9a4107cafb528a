import type { Persona } from '@aiops/contract/model/persona'
import { expect, test } from 'vitest'
import { DraftWriter } from './draft.ts'
import { focusCalls, focusClaims } from './focus.ts'
import { entityRef, foundOf, minutesAgo, type Said, situationOf } from './found.suite.ts'

type Focus = Persona['focus'][number]
const all: Focus[] = ['CLUSTER', 'CAPACITY', 'GPU', 'NETWORK', 'CNF', 'CHANGES', 'LOGS', 'TRACES']
const billing = entityRef('SERVICE', 'billing', { cluster_id: 'c' })
const callsOf = (focus: Focus[], entities = [billing]) => {
  const { persona, question } = situationOf('HEALTH', { entities, persona: { focus } })
  return focusCalls(persona, question)
}
const saidOf = (focus: Focus, said: Said[]): string[] => {
  const { persona, question } = situationOf('HEALTH', { entities: [billing], persona: { focus: [focus] } })
  const writer = new DraftWriter()
  focusClaims(persona, question, foundOf(said), writer)
  return writer.draft.claims.map(({ text }) => text)
}

test('each area has looks of its own, named apart from those that answer the question', () => {
  const plans = all.map((focus) =>
    callsOf([focus])
      .map(({ tool }) => tool)
      .join(),
  )
  expect(new Set(plans).size).toBe(all.length)
  expect(callsOf(all).every((call) => call.as === 'focus')).toBe(true)
})

test('a wider look is made only where it helps', () => {
  const { persona, question } = situationOf('LIST_PODS', { persona: { focus: all } })
  expect(focusCalls(persona, question)).toEqual([])
  expect(callsOf([])).toEqual([])
})

test('what is inside a cluster is looked at there; logs are not, unless the cluster is named', () => {
  expect(callsOf(['CAPACITY'])[0]?.input).toEqual({ cluster_ids: ['c'] })
  expect(callsOf(['LOGS'])[0]?.input).toMatchObject({ cluster_ids: [], entity: 'service/billing' })
  const named = [billing, entityRef('CLUSTER', 'east', { id: 'c' })]
  expect(callsOf(['LOGS'], named)[0]?.input).toMatchObject({ cluster_ids: ['c'] })
  expect(callsOf(['CLUSTER'], named)[0]).toMatchObject({
    tool: 'get_cluster_status',
    input: { cluster_id: 'c' },
  })
  expect(callsOf(['CLUSTER'], [])[0]).toMatchObject({ tool: 'get_fleet_summary' })
})

test('what was healthy is said to be, with the call to cite', () => {
  const clock = {
    ...{ cluster_id: 'c', cluster_name: 'east', node_name: 'n1', interface: 'ens1', process: 'ptp4l' },
    ...{ state: 'LOCKED' as const, offset_ns: 4, max_offset_ns: null, delay_ns: null, clock_class: null },
    ...{ frequency_adjustment_ns: null, role: null, since: null, last_updated: minutesAgo(0) },
  }
  expect(
    saidOf('NETWORK', [
      { tool: 'get_ptp_status', as: 'focus', output: { statuses: [clock], total: 1 } },
      { tool: 'get_sriov_status', as: 'focus', output: { interfaces: [], total: 0 } },
    ]),
  ).toEqual(['Every PTP clock is locked (1 seen).', 'No SR-IOV interface is reported.'])
})

test('what could not be looked at is not called healthy', () => {
  expect(saidOf('CAPACITY', [{ tool: 'list_nodes', as: 'focus', failed: 'It is not watched.' }])).toEqual([
    'Capacity could not be looked at: It is not watched.',
  ])
  const empty = { nodes: [], total: 0, looked_at: 0, not_ready: 0, missing: [] }
  expect(saidOf('CAPACITY', [{ tool: 'list_nodes', as: 'focus', output: empty }])).toEqual([
    'No node could be seen, so that nothing is said of capacity.',
  ])
})
