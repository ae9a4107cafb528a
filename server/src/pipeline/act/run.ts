import type { Incident } from '@aiops/contract/model/incident'
import type { Remediation, StepResult } from '@aiops/contract/model/remediation'
import type { Runbook } from '@aiops/contract/model/runbook'
import { messageOf } from '../../kernel/fault.ts'
import type { ActConfig } from './config.ts'
import type { ActDeps } from './index.ts'
import type { Change, Ledger } from './ledger.ts'
import { affectedServices, withinBlastRadius } from './match.ts'
import { type Action, nextAction, resultOf, stepOf } from './next-action.ts'
import { hashOf, render, variablesOf } from './rendering.ts'
import type { RunbookLibrary } from './runbook-library.ts'
import { executeStep, type Outcome, type StopSignals, verify } from './step-execution.ts'

export type RunDeps = {
  deps: ActDeps
  config: ActConfig
  ledger: Ledger
  library: RunbookLibrary
  signals: StopSignals
  count(phase: StepResult['phase'], status: string): void
}

/** What one action works on, as stored a moment ago. */
type Turn = { run: RunDeps; remediation: Remediation; definition: Runbook; incident: Incident }

/**
 * Takes one remediation as far as it goes: to its end, or to where a person must decide. Each action begins from what is on disk and
 * ends there, so that this may be stopped anywhere and called again. Rejects when the platform stops or the store fails.
 */
export async function runRemediation(run: RunDeps, tenant: string, id: string): Promise<void> {
  const { records } = run.deps
  for (;;) {
    const remediation = await records.remediations.get(tenant, id)
    const incident = remediation && (await records.incidents.get(tenant, remediation.incident_id))
    if (!remediation?.definition || !incident) return
    const turn: Turn = { run, remediation, definition: remediation.definition, incident }
    const action = nextAction(remediation, remediation.definition)
    if (action.type === 'NONE' || !(await perform(turn, action))) return
  }
}

/** False when somebody else has changed the remediation meanwhile. */
async function perform(turn: Turn, action: Action): Promise<boolean> {
  switch (action.type) {
    case 'BEGIN':
      return begin(turn)
    case 'RUN':
      return runStep(turn, action)
    case 'ASK':
      return ask(turn, action, 'The platform stopped while the step ran')
    case 'VERIFY':
      return runVerify(turn)
    case 'COMPLETE':
      return complete(turn)
    case 'ROLL_BACK':
      return rollBack(turn, action.reason)
    case 'END':
      return end(turn, action.status, action.reason)
    case 'NONE':
      return false
  }
}

/** An approval holds for exactly the steps that were shown, and for a disturbance of the size that was known. */
async function begin(turn: Turn): Promise<boolean> {
  const { run, remediation, definition, incident } = turn
  const current = run.library.get(remediation.runbook_id)
  const hashes = [current, definition].map((runbook) => runbook && hashOfPlan(runbook, remediation, incident))
  if (hashes.some((hash) => hash === undefined || hash !== remediation.plan_hash))
    return end(
      turn,
      'FAILED',
      'The runbook was changed or taken away after it was approved, so nothing was run.',
    )
  if (!withinBlastRadius(definition, incident))
    return end(
      turn,
      'FAILED',
      `${affectedServices(incident)} services are affected by now, more than the runbook may be used for; nothing was run.`,
    )
  return write(run, {
    remediation: { ...remediation, status: 'RUNNING', started_at: run.ledger.nowIso },
    from: 'APPROVED',
    audit: {
      action: 'runbook.run',
      outcome: 'SUCCESS',
      details: { runbook: remediation.runbook_id, plan_hash: remediation.plan_hash },
    },
  })
}

/** Undefined where the templates can no longer be filled in. */
export function hashOfPlan(
  runbook: Runbook,
  { entity }: Pick<Remediation, 'entity'>,
  incident: Incident,
): string | undefined {
  try {
    return hashOf(render(runbook, variablesOf(runbook, entity, incident)))
  } catch {
    return undefined
  }
}

async function runStep(
  turn: Turn,
  { phase, order, attempt, afterMs }: Extract<Action, { type: 'RUN' }>,
): Promise<boolean> {
  const { run, remediation, definition, incident } = turn
  if (afterMs > 0) await run.deps.clock.sleep(afterMs, run.signals.soft)
  if (run.signals.soft.aborted) throw run.signals.soft.reason
  const step = stepOf(definition, phase, order)
  const started: StepResult = {
    phase,
    order,
    name: step.name,
    status: 'STARTED',
    attempts: attempt,
    started_at: run.ledger.nowIso,
    ended_at: null,
  }
  const from = remediation.status
  const current = { ...remediation, current_step: phase === 'STEP' ? order : remediation.current_step }
  if (!(await write(run, { remediation: current, from, journal: started }))) return false
  const outcome = await executeStep(run, { remediation, incident, step, phase, order })
  run.count(phase, outcome.status)
  if (outcome.status === 'UNKNOWN')
    return ask({ ...turn, remediation: current }, { phase, order }, outcome.error, started)
  const journal = ended(started, outcome, run.ledger.nowIso)
  const title = `${phase === 'STEP' ? 'Step' : 'Rollback step'} ${order}, ${step.name}${attempt > 1 ? `, attempt ${attempt}` : ''}`
  return write(run, {
    remediation: current,
    from,
    journal,
    event: {
      type: 'RUNBOOK_STEP',
      actor: 'system',
      sentence: `${title}: ${outcomeWords(outcome)}`.slice(0, 1_000),
    },
    audit: {
      action: phase === 'STEP' ? 'runbook.step' : 'runbook.rollback_step',
      outcome: outcome.status === 'SUCCESS' ? 'SUCCESS' : 'FAILURE',
      details: { order, attempt, name: step.name },
    },
  })
}

/** Nobody knows whether the step took effect, and to run it again could do harm: a person decides. */
function ask(
  turn: Turn,
  { phase, order }: { phase: 'STEP' | 'ROLLBACK'; order: number },
  why: string,
  known?: StepResult,
): Promise<boolean> {
  const { run, remediation, definition } = turn
  const step = stepOf(definition, phase, order)
  const result = known ?? resultOf(remediation, phase, order)
  const attempts = result?.attempts ?? 1
  const sentence = `${phase === 'STEP' ? 'Step' : 'Rollback step'} ${order}, ${step.name}, of ${remediation.runbook_name} has an unknown outcome: ${why}. Look whether it took effect and decide.`
  return write(run, {
    remediation: {
      ...remediation,
      status: 'UNKNOWN_OUTCOME',
      error: phase === 'STEP' ? sentence : remediation.error,
    },
    from: remediation.status,
    journal: {
      phase,
      order,
      name: step.name,
      status: 'UNKNOWN',
      error: why,
      attempts,
      started_at: result?.started_at ?? run.ledger.nowIso,
      ended_at: null,
    },
    event: { type: 'RUNBOOK_STEP', actor: 'system', sentence },
    audit: { action: 'runbook.unknown_outcome', outcome: 'FAILURE', details: { phase, order, attempts } },
    notify: { kind: 'APPROVAL_NEEDED', key: `${remediation.id}/${phase}/${order}/${attempts}`, sentence },
  })
}

async function runVerify(turn: Turn): Promise<boolean> {
  const { run, remediation, definition, incident } = turn
  const attempts = (resultOf(remediation, 'VERIFY', 1)?.attempts ?? 0) + 1
  const started: StepResult = {
    phase: 'VERIFY',
    order: 1,
    name: 'Verify',
    status: 'STARTED',
    attempts,
    started_at: run.ledger.nowIso,
    ended_at: null,
  }
  const verifying: Remediation = { ...remediation, status: 'VERIFYING' }
  if (!(await write(run, { remediation: verifying, from: remediation.status, journal: started })))
    return false
  const rendering = render(definition, variablesOf(definition, remediation.entity, incident))
  const outcome = await verify(run, rendering.verify, verifying, incident)
  run.count('VERIFY', outcome.status)
  const verified = outcome.status === 'SUCCESS'
  return write(run, {
    remediation: verifying,
    from: 'VERIFYING',
    journal: ended(started, outcome, run.ledger.nowIso),
    event: verified
      ? {
          type: 'RUNBOOK_COMPLETED',
          actor: 'system',
          sentence: `${remediation.runbook_name} worked. ${outcome.output}`.slice(0, 1_000),
        }
      : {
          type: 'RUNBOOK_STEP',
          actor: 'system',
          sentence: `Verification: ${outcomeWords(outcome)}`.slice(0, 1_000),
        },
    audit: {
      action: 'runbook.verify',
      outcome: verified ? 'SUCCESS' : 'FAILURE',
      details: { seen: outcomeWords(outcome).slice(0, 1_000) },
    },
  })
}

/** The incident first: should the platform stop in between, both are done again, which changes nothing. */
async function complete(turn: Turn): Promise<boolean> {
  const { run, remediation, incident } = turn
  const sentence = `${remediation.runbook_name} was run on ${remediation.entity} and the recovery verified.`
  try {
    await run.deps.resolveIncident(remediation.tenant_id, incident.id, 'system', sentence)
  } catch (error) {
    // Resolved already, most often: its members ended while this was verified.
    run.deps.log.debug(
      { incident: incident.id, error: messageOf(error) },
      'the incident was not resolved by its remediation',
    )
  }
  return write(run, {
    remediation: { ...remediation, status: 'COMPLETED', completed_at: run.ledger.nowIso },
    from: 'VERIFYING',
    audit: { action: 'runbook.completed', outcome: 'SUCCESS', details: {} },
    notify: { kind: 'REMEDIATION_ENDED', key: remediation.id, sentence },
  })
}

function rollBack({ run, remediation }: Turn, reason: string): Promise<boolean> {
  return write(run, {
    remediation: { ...remediation, status: 'ROLLING_BACK', error: reason },
    from: remediation.status,
    event: { type: 'RUNBOOK_STEP', actor: 'system', sentence: `Rolling back. ${reason}`.slice(0, 1_000) },
    audit: { action: 'runbook.rollback', outcome: 'SUCCESS', details: { reason: reason.slice(0, 1_000) } },
  })
}

function end({ run, remediation }: Turn, status: 'FAILED' | 'ROLLED_BACK', reason: string): Promise<boolean> {
  const sentence =
    `${remediation.runbook_name} on ${remediation.entity} ${status === 'FAILED' ? 'failed' : 'was rolled back'}. ${reason}`.slice(
      0,
      1_000,
    )
  return write(run, {
    remediation: { ...remediation, status, completed_at: run.ledger.nowIso, error: reason },
    from: remediation.status,
    event: {
      type: status === 'FAILED' ? 'RUNBOOK_FAILED' : 'RUNBOOK_ROLLED_BACK',
      actor: 'system',
      sentence,
    },
    audit: {
      action: status === 'FAILED' ? 'runbook.failed' : 'runbook.rolled_back',
      outcome: 'FAILURE',
      details: { reason: reason.slice(0, 1_000) },
    },
    notify: { kind: 'REMEDIATION_ENDED', key: remediation.id, sentence },
    escalate: sentence,
  })
}

const write = async (run: RunDeps, change: Change): Promise<boolean> =>
  (await run.ledger.write(change)) !== undefined

const ended = (started: StepResult, outcome: Outcome, at: string): StepResult =>
  outcome.status === 'SUCCESS'
    ? { ...started, status: 'SUCCESS', output: outcome.output, ended_at: at }
    : { ...started, status: outcome.status, error: outcome.error, ended_at: at }

const outcomeWords = (outcome: Outcome): string =>
  outcome.status === 'SUCCESS' ? `done. ${outcome.output}` : `failed. ${outcome.error}`
