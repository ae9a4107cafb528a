import type { DeploymentState, DeploymentStep } from '@aiops/contract/model/deployment'
import { expect, it } from 'vitest'
import { courseOf } from './course.ts'

const stepsOf = (...states: DeploymentState[]): DeploymentStep[] =>
  states.map((state, i) => ({
    ...{ at: new Date(i * 60_000).toISOString(), state, actor: 'aiops-bot', message: String(i) },
  }))
const words = (steps: DeploymentStep[], policy: null | { approvals_needed: number } = null) =>
  courseOf({ steps, state: steps.at(-1)?.state ?? 'PROPOSED', policy: policy as never }).map(
    ({ state, at, isCurrent }) => `${state}${isCurrent ? '*' : at === null ? '?' : ''}`,
  )

it('shows where it came by, where it is and what lies ahead', () => {
  expect(words(stepsOf('PROPOSED', 'REQUESTED', 'REQUESTED', 'PLANNED'))).toEqual([
    ...['PROPOSED', 'REQUESTED', 'PLANNED*'],
    ...['AWAITING_APPROVAL?', 'APPROVED?', 'MERGED?', 'APPLYING?', 'VERIFYING?', 'KEPT?'],
  ])
})

it('promises no wait for approvals that nobody has to give', () => {
  expect(words(stepsOf('PROPOSED', 'REQUESTED', 'PLANNED'), { approvals_needed: 0 })).not.toContain(
    'AWAITING_APPROVAL?',
  )
})

it('has the times of the last pass where it was planned again', () => {
  const steps = stepsOf('PROPOSED', 'REQUESTED', 'PLANNED', 'AWAITING_APPROVAL', 'REQUESTED', 'PLANNED')
  const course = courseOf({ steps, state: 'PLANNED', policy: null })
  expect(course.slice(0, 3).map(({ state, at, tookMs }) => [state, at, tookMs])).toEqual([
    ['PROPOSED', steps[0]?.at, 60_000],
    ['REQUESTED', steps[4]?.at, 60_000],
    ['PLANNED', steps[5]?.at, null],
  ])
  expect(course[2]?.isCurrent).toBe(true)
})

it('ends where it ended, and promises nothing after it', () => {
  expect(words(stepsOf('PROPOSED', 'REQUESTED', 'PLANNED', 'DENIED'))).toEqual([
    ...['PROPOSED', 'REQUESTED', 'PLANNED', 'DENIED*'],
  ])
  expect(words(stepsOf('MERGED', 'APPLYING', 'VERIFYING', 'REVERTING'))).toEqual([
    ...['MERGED', 'APPLYING', 'VERIFYING', 'REVERTING*'],
  ])
  expect(words(stepsOf('VERIFYING', 'KEPT', 'REVERTING', 'REVERTED'))).toEqual([
    ...['VERIFYING', 'KEPT', 'REVERTING', 'REVERTED*'],
  ])
})

it('goes back from an apply that was cut off', () => {
  expect(words(stepsOf('APPROVED', 'MERGED', 'APPLYING', 'MERGED'))).toEqual([
    ...['APPROVED', 'MERGED*', 'APPLYING?', 'VERIFYING?', 'KEPT?'],
  ])
})
