import type { Remediation, StepResult } from '@aiops/contract/model/remediation'
import { Runbook } from '@aiops/contract/model/runbook'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRepeatable, nextAction, stepOf } from './next-action.ts'

const step = fc.record({
  name: fc.constant('s'),
  type: fc.constant('http' as const),
  method: fc.constantFrom('GET' as const, 'POST' as const),
  url: fc.constant('http://h/'),
  idempotent: fc.boolean(),
  on_failure: fc.constantFrom('ABORT' as const, 'CONTINUE' as const, 'RETRY' as const),
  retry: fc.constant({ max_attempts: 3, backoff: '1s' }),
})
const runbooks = fc
  .record({
    steps: fc.array(step, { minLength: 1, maxLength: 4 }),
    rollback: fc.array(step, { maxLength: 3 }),
  })
  .map((parts) => Runbook.parse({ id: 'r', name: 'R', match: {}, ...parts }))

/** Runs the machine against a world in which each attempt ends as drawn: done, failed, or with the process dead. */
function play(
  runbook: Runbook,
  draws: readonly number[],
): { remediation: Remediation; ran: string[]; asked: number; actions: number } {
  let remediation = {
    status: 'RUNNING',
    step_results: [] as StepResult[],
    error: null,
  } as unknown as Remediation
  const ran: string[] = []
  let [asked, actions] = [0, 0]
  const draw = (): number => draws[actions % draws.length] ?? 0
  const journal = (result: Pick<StepResult, 'phase' | 'order' | 'status' | 'attempts'>): void => {
    const others = remediation.step_results.filter(
      (known) => known.phase !== result.phase || known.order !== result.order,
    )
    remediation = {
      ...remediation,
      step_results: [...others, { name: 's', started_at: '', ended_at: null, ...result }],
    }
  }
  for (; actions < 200; actions += 1) {
    const action = nextAction(remediation, runbook)
    if (action.type === 'NONE') break
    if (action.type === 'RUN') {
      const { phase, order, attempt } = action
      ran.push(`${phase}${order}`)
      journal({
        phase,
        order,
        attempts: attempt,
        status: (['SUCCESS', 'FAILED', 'STARTED'] as const)[draw() % 3] ?? 'FAILED',
      })
    } else if (action.type === 'ASK') {
      asked += 1
      journal({ ...action, attempts: 9, status: draw() % 2 ? 'SUCCESS' : 'FAILED' })
    } else if (action.type === 'VERIFY') {
      remediation = { ...remediation, status: 'VERIFYING' }
      journal({ phase: 'VERIFY', order: 1, attempts: 1, status: draw() % 2 ? 'SUCCESS' : 'FAILED' })
    } else if (action.type === 'ROLL_BACK')
      remediation = { ...remediation, status: 'ROLLING_BACK', error: action.reason }
    else if (action.type === 'COMPLETE') remediation = { ...remediation, status: 'COMPLETED' }
    else if (action.type === 'END') remediation = { ...remediation, status: action.status }
  }
  return { remediation, ran, asked, actions }
}

const crashFree = fc.array(fc.constantFrom(0, 1, 3, 4), { minLength: 1, maxLength: 40 })
const withCrashes = fc.array(fc.constantFrom(0, 1, 2, 3, 4, 5), { minLength: 1, maxLength: 40 })

describe('the machine of a run', () => {
  it('comes to an end, whatever the steps do', () => {
    fc.assert(
      fc.property(runbooks, crashFree, (runbook, draws) => {
        const { remediation, asked } = play(runbook, draws)
        expect(['COMPLETED', 'FAILED', 'ROLLED_BACK']).toContain(remediation.status)
        expect(asked).toBe(0)
      }),
    )
  })

  it('after a crash begins a step that must not be repeated only once', () => {
    fc.assert(
      fc.property(runbooks, withCrashes, (runbook, draws) => {
        const { ran } = play(
          {
            ...runbook,
            steps: runbook.steps.map((s) => ({ ...s, on_failure: 'ABORT' })),
            rollback: runbook.rollback.map((s) => ({ ...s, on_failure: 'ABORT' })),
          },
          draws,
        )
        for (const phase of ['STEP', 'ROLLBACK'] as const)
          for (const index of (phase === 'STEP' ? runbook.steps : runbook.rollback).keys())
            if (!isRepeatable(stepOf(runbook, phase, index + 1)))
              expect(ran.filter((each) => each === `${phase}${index + 1}`).length).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('never completes without a verification that held, nor calls a failed or empty rollback done', () => {
    fc.assert(
      fc.property(runbooks, crashFree, (runbook, draws) => {
        const { remediation } = play(runbook, draws)
        const of = (phase: StepResult['phase']): string[] =>
          remediation.step_results.filter((result) => result.phase === phase).map(({ status }) => status)
        if (remediation.status === 'COMPLETED') expect(of('VERIFY')).toEqual(['SUCCESS'])
        if (remediation.status === 'ROLLED_BACK')
          expect(of('ROLLBACK')).toEqual(runbook.rollback.map(() => 'SUCCESS'))
        if (remediation.status === 'ROLLED_BACK') expect(runbook.rollback.length).toBeGreaterThan(0)
      }),
    )
  })
})
