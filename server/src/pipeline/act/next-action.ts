import type { Remediation, StepResult } from '@aiops/contract/model/remediation'
import type { Runbook, RunbookStep } from '@aiops/contract/model/runbook'
import { durationMs } from '@aiops/contract/model/time'
import { must } from '../../kernel/assert.ts'

/** A phase whose steps run in order. */
export type StepPhase = 'STEP' | 'ROLLBACK'

/** What a run does next. */
export type Action =
  /** Before the first step: check that what was approved still holds. */
  | { type: 'BEGIN' }
  | { type: 'RUN'; phase: StepPhase; order: number; attempt: number; afterMs: number }
  /** The step was begun and its end is not known; only a person can say what happened. */
  | { type: 'ASK'; phase: StepPhase; order: number }
  | { type: 'VERIFY' }
  | { type: 'COMPLETE' }
  | { type: 'ROLL_BACK'; reason: string }
  | { type: 'END'; status: 'FAILED' | 'ROLLED_BACK'; reason: string }
  /** Decided, ended, or waiting for a person. */
  | { type: 'NONE' }

/**
 * The machine of a run, a function of what is on disk alone, so that it goes on after a crash as it would have without.
 * A journal entry STARTED here means that the process died while the step ran. UNKNOWN in a run that goes on means that a person
 * said to run the step again.
 */
export function nextAction(remediation: Remediation, definition: Runbook): Action {
  switch (remediation.status) {
    case 'APPROVED':
      return { type: 'BEGIN' }
    case 'RUNNING':
      return nextStep(remediation, definition)
    case 'VERIFYING':
      return nextVerify(remediation)
    case 'ROLLING_BACK':
      return nextRollback(remediation, definition)
    default:
      return { type: 'NONE' }
  }
}

/** Whether running a step twice does no harm. */
export const isRepeatable = (step: RunbookStep): boolean => step.type !== 'http' || step.idempotent

export const stepOf = (definition: Runbook, phase: StepPhase, order: number): RunbookStep =>
  must(
    (phase === 'STEP' ? definition.steps : definition.rollback)[order - 1],
    'a step of the journal is one of the runbook',
  )

export const resultOf = (
  remediation: Remediation,
  phase: StepResult['phase'],
  order: number,
): StepResult | undefined =>
  remediation.step_results.find((result) => result.phase === phase && result.order === order)

function nextStep(remediation: Remediation, definition: Runbook): Action {
  for (const [index, step] of definition.steps.entries()) {
    const order = index + 1
    const result = resultOf(remediation, 'STEP', order)
    if (result?.status === 'SUCCESS' || result?.status === 'SKIPPED') continue
    const again = attemptOf(step, result, 'STEP', order)
    if (again) return again
    if (step.on_failure === 'CONTINUE') continue
    const reason = `Step ${order}, ${step.name}, failed: ${result?.error ?? 'no reason given'}`
    return mayHaveChanged(remediation, definition)
      ? { type: 'ROLL_BACK', reason }
      : { type: 'END', status: 'FAILED', reason }
  }
  return { type: 'VERIFY' }
}

function nextVerify(remediation: Remediation): Action {
  const result = resultOf(remediation, 'VERIFY', 1)
  if (result?.status === 'SUCCESS') return { type: 'COMPLETE' }
  if (result?.status === 'FAILED')
    return { type: 'ROLL_BACK', reason: `Not verified: ${result.error ?? 'no reason given'}` }
  return { type: 'VERIFY' }
}

/** Every rollback step is tried, whatever became of those before it. */
function nextRollback(remediation: Remediation, definition: Runbook): Action {
  const failed: string[] = []
  for (const [index, step] of definition.rollback.entries()) {
    const order = index + 1
    const result = resultOf(remediation, 'ROLLBACK', order)
    if (result?.status === 'SUCCESS' || result?.status === 'SKIPPED') continue
    const again = attemptOf(step, result, 'ROLLBACK', order)
    if (again) return again
    failed.push(`rollback step ${order}, ${step.name}, failed: ${result?.error ?? 'no reason given'}`)
  }
  const reason = remediation.error ?? 'Rolled back.'
  if (definition.rollback.length === 0)
    return {
      type: 'END',
      status: 'FAILED',
      reason: `${reason} The runbook has no rollback steps, so nothing was undone.`,
    }
  return failed.length === 0
    ? { type: 'END', status: 'ROLLED_BACK', reason }
    : { type: 'END', status: 'FAILED', reason: `${reason} And ${failed.join('; ')}` }
}

/** A first, a further, or a repeated attempt; undefined when the step has failed for good. */
function attemptOf(
  step: RunbookStep,
  result: StepResult | undefined,
  phase: StepPhase,
  order: number,
): Action | undefined {
  if (!result) return { type: 'RUN', phase, order, attempt: 1, afterMs: 0 }
  const attempt = result.attempts + 1
  if (result.status === 'STARTED')
    return isRepeatable(step)
      ? { type: 'RUN', phase, order, attempt, afterMs: 0 }
      : { type: 'ASK', phase, order }
  if (result.status === 'UNKNOWN') return { type: 'RUN', phase, order, attempt, afterMs: 0 }
  if (step.on_failure !== 'RETRY' || !step.retry || result.attempts >= step.retry.max_attempts)
    return undefined
  return { type: 'RUN', phase, order, attempt, afterMs: durationMs(step.retry.backoff) * result.attempts }
}

/** Whether any step that can change something was begun. */
const mayHaveChanged = (remediation: Remediation, definition: Runbook): boolean =>
  definition.steps.some(
    (step, index) =>
      step.type === 'http' && step.method !== 'GET' && resultOf(remediation, 'STEP', index + 1) !== undefined,
  )
