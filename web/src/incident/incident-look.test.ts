import type { Diagnosis } from '@aiops/contract/model/diagnosis'
import { incidentStatuses, type TimelineEvent } from '@aiops/contract/model/incident'
import type { Remediation } from '@aiops/contract/model/remediation'
import { expect, it } from 'vitest'
import { evidenceSpan } from './evidence-span.ts'
import { lengthMs } from './incident-length.ts'
import { currentRemediation, planWithResults } from './remediation-look.ts'
import { timelineOf } from './timeline-group.ts'

const iso = (ms: number): string => new Date(ms).toISOString()

it('an incident lasts until it is resolved, or until now', () => {
  const at = { started_at: iso(1_000), updated_at: iso(5_000), resolved_at: null }
  expect(lengthMs({ ...at, status: 'OPEN' }, 9_000)).toBe(8_000)
  expect(lengthMs({ ...at, status: 'RESOLVED', resolved_at: iso(4_000) }, 9_000)).toBe(3_000)
  expect(lengthMs({ ...at, status: 'CLOSED' }, 9_000)).toBe(4_000)
  for (const status of incidentStatuses)
    expect(lengthMs({ ...at, started_at: iso(20_000), status }, 9_000)).toBe(0)
})

it('all evidence of a diagnosis shares one time axis, mostly of the time before the onset', () => {
  const min = 60_000
  const cause = (start: number, end: number) => ({
    evidence: [{ query: { matchers: [], start: iso(start), end: iso(end) } }, {}],
  })
  const diagnosis = { causes: [cause(5 * min, 69 * min), cause(2 * min, 70 * min)] } as unknown as Diagnosis
  expect(evidenceSpan(diagnosis, 60 * min)).toEqual({ from: 40 * min, to: 70 * min })
  expect(evidenceSpan(diagnosis, 69.5 * min)).toEqual({ from: 67.5 * min, to: 70 * min })
  expect(evidenceSpan(diagnosis, 3 * min)).toEqual({ from: 2 * min, to: 70 * min })
  expect(evidenceSpan({ causes: [{ evidence: [{}] }] } as unknown as Diagnosis, 0)).toBeUndefined()
})

it('shows each step of the plan with its own result, repeated names included', () => {
  const step = (phase: string, name: string) => ({ phase, name, sentence: '' })
  const done = (phase: string, order: number, status: string) => ({ phase, order, name: 'wait', status })
  const remediation = {
    plan: [step('STEP', 'wait'), step('STEP', 'wait'), step('ROLLBACK', 'wait')],
    step_results: [done('STEP', 1, 'SUCCESS'), done('STEP', 2, 'FAILED'), done('STEP', 2, 'SUCCESS')],
  }
  expect(planWithResults(remediation as unknown as Remediation).map((one) => one.result?.status)).toEqual([
    'SUCCESS',
    'SUCCESS',
    undefined,
  ])
})

it('a run that needs a person comes before a newer one that does not', () => {
  const run = (id: string, status: string, at: number) =>
    ({ id, status, requested_at: iso(at) }) as Remediation
  expect(currentRemediation([run('a', 'UNKNOWN_OUTCOME', 1), run('b', 'COMPLETED', 2)])?.id).toBe('a')
  expect(currentRemediation([run('a', 'COMPLETED', 1), run('b', 'ROLLED_BACK', 2)])?.id).toBe('b')
  expect(currentRemediation([])).toBeUndefined()
})

it('the timeline is newest first, of one moment the last written first, and can be narrowed', () => {
  const event = (at: number, type: TimelineEvent['type'], sentence: string): TimelineEvent => ({
    at: iso(at),
    type,
    actor: 'system',
    sentence,
  })
  const events = [event(1, 'OPENED', 'a'), event(2, 'DIAGNOSED', 'b'), event(2, 'COMMENT_ADDED', 'c')]
  expect(timelineOf(events, []).map((one) => one.sentence)).toEqual(['c', 'b', 'a'])
  expect(timelineOf(events, ['Comments', 'Status']).map((one) => one.sentence)).toEqual(['c', 'a'])
})
