import type { EntityId } from '@aiops/contract/model/entity'
import type { Remediation } from '@aiops/contract/model/remediation'
import type { RunbookStep } from '@aiops/contract/model/runbook'
import { Fault } from '../../kernel/fault.ts'
import type { Executor } from '../../port/executor.ts'
import { describeCondition } from './metric-reading.ts'
import type { Rendering } from './rendering.ts'

/** The rendering in sentences, as an approver reads it. Throws VALIDATION_FAILED for a step that nothing here can run. */
export function planOf(
  rendering: Rendering,
  entity: EntityId,
  executors: readonly Executor[],
): Remediation['plan'] {
  const entry = (phase: 'STEP' | 'ROLLBACK') => (step: RunbookStep) => ({
    phase,
    name: step.name,
    sentence: `${describeStep(step, executors)}${onFailure(step, phase)}`,
  })
  return [
    ...rendering.steps.map(entry('STEP')),
    { phase: 'VERIFY' as const, name: 'Verify', sentence: describeVerify(rendering.verify, entity) },
    ...rendering.rollback.map(entry('ROLLBACK')),
  ]
}

function describeStep(step: RunbookStep, executors: readonly Executor[]): string {
  if (step.type === 'wait') return `Wait ${step.duration}`
  if (step.type === 'condition') return `Wait up to ${step.within} until ${describeCondition(step.condition)}`
  return executorOf(step, executors).describe(step)
}

export function executorOf(step: RunbookStep, executors: readonly Executor[]): Executor {
  const found = executors.find((executor) => executor.type === step.type)
  if (!found) throw new Fault('VALIDATION_FAILED', `Nothing here runs steps of type ${step.type}.`)
  return found
}

function onFailure(step: RunbookStep, phase: 'STEP' | 'ROLLBACK'): string {
  if (step.on_failure === 'RETRY' && step.retry)
    return `; if it fails, again up to ${step.retry.max_attempts} times in all, ${step.retry.backoff} apart and more each time`
  return step.on_failure === 'CONTINUE' && phase === 'STEP' ? '; if it fails, go on' : ''
}

function describeVerify(
  { conditions, anomalies_ended, hold, within }: Rendering['verify'],
  entity: EntityId,
): string {
  const parts = [
    ...(anomalies_ended ? [`no anomaly is active on ${entity} or in the incident`] : []),
    ...conditions.map(describeCondition),
  ]
  return `Within ${within}, for ${hold} without a break: ${parts.join('; and ')}. Otherwise roll back`
}
