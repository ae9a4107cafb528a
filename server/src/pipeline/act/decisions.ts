import type { Remediation, StepResult } from '@aiops/contract/model/remediation'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { must } from '../../kernel/assert.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Repositories } from '../../port/record-store.ts'
import type { ActConfig } from './config.ts'
import type { ActDeps } from './index.ts'
import type { Ledger } from './ledger.ts'
import { stepOf } from './next-action.ts'
import { timeoutComment } from './proposals.ts'
import { hashOfPlan } from './run.ts'
import type { RunbookLibrary } from './runbook-library.ts'

type DecisionDeps = { deps: ActDeps; config: ActConfig; ledger: Ledger; library: RunbookLibrary }
export type Settlement = 'TOOK_EFFECT' | 'RUN_AGAIN' | 'ROLL_BACK'

const hourMs = 3_600_000
/** Newest runs looked at for the hourly rate. */
const recentMax = 1_000

/** One decision counts: whoever comes second is told so. */
export async function decideOn(
  context: DecisionDeps,
  tenant: TenantId,
  id: string,
  approved: boolean,
  actor: string,
  comment?: string,
): Promise<Remediation> {
  const remediation = await find(context, tenant, id)
  if (remediation.status !== 'PENDING_APPROVAL') throw conflict(remediation)
  if (isExpired(context, remediation)) {
    await expire(context, remediation)
    throw new Fault(
      'CONFLICT',
      `${remediation.runbook_name} waited longer than ${remediation.definition?.approval.timeout} and is rejected.`,
    )
  }
  if (approved) await checkApproval(context, remediation, actor)
  const word = approved ? 'approved' : 'rejected'
  const written = await context.ledger.write(
    {
      remediation: {
        ...remediation,
        status: approved ? 'APPROVED' : 'REJECTED',
        decided_at: context.ledger.nowIso,
        decided_by: actor,
        comment: comment ?? null,
      },
      from: 'PENDING_APPROVAL',
      event: {
        type: approved ? 'RUNBOOK_APPROVED' : 'RUNBOOK_REJECTED',
        actor,
        sentence:
          `${actor} ${word} ${remediation.runbook_name} for ${remediation.entity}${comment ? `: ${comment}` : '.'}`.slice(
            0,
            1_000,
          ),
      },
      ...(actor === 'system'
        ? {
            audit: {
              action: 'runbook.approve',
              outcome: 'SUCCESS' as const,
              details: { plan_hash: remediation.plan_hash },
            },
          }
        : {}),
    },
    approved ? (repositories) => checkRate(context, repositories, remediation) : undefined,
  )
  return written ?? Promise.reject(conflict(await find(context, tenant, id)))
}

/** Rejects proposals that nobody decided in time. */
export async function expirePending(context: DecisionDeps): Promise<Remediation[]> {
  const expired = (await context.deps.records.remediations.pending()).filter((remediation) =>
    isExpired(context, remediation),
  )
  for (const remediation of expired) await expire(context, remediation)
  return expired
}

/** What a person found out about a step of unknown outcome. */
export async function settleUnknown(
  context: DecisionDeps,
  tenant: TenantId,
  id: string,
  outcome: Settlement,
  actor: string,
  comment?: string,
): Promise<Remediation> {
  const remediation = await find(context, tenant, id)
  const result = remediation.step_results.find(({ status }) => status === 'UNKNOWN')
  if (remediation.status !== 'UNKNOWN_OUTCOME' || !result)
    throw new Fault(
      'CONFLICT',
      `${remediation.runbook_name} has no step of unknown outcome; it is ${remediation.status}.`,
    )
  const journal = settled(remediation, result, outcome, actor, context.ledger.nowIso)
  const back = outcome === 'ROLL_BACK' || result.phase === 'ROLLBACK'
  const words = { TOOK_EFFECT: 'took effect', RUN_AGAIN: 'is to be run again', ROLL_BACK: 'is given up' }[
    outcome
  ]
  const sentence = `${actor} says that ${result.phase === 'STEP' ? 'step' : 'rollback step'} ${result.order}, ${result.name}, ${words}${comment ? `: ${comment}` : '.'}`
  // A rollback keeps the reason it was begun for.
  const error = result.phase === 'ROLLBACK' ? remediation.error : back ? sentence : null
  const written = await context.ledger.write({
    remediation: { ...remediation, status: back ? 'ROLLING_BACK' : 'RUNNING', error },
    from: 'UNKNOWN_OUTCOME',
    ...(journal ? { journal } : {}),
    event: { type: 'RUNBOOK_STEP', actor, sentence: sentence.slice(0, 1_000) },
  })
  return written ?? Promise.reject(conflict(await find(context, tenant, id)))
}

/** What the journal says afterwards. A step to be run again stays UNKNOWN until its next attempt is on disk. */
function settled(
  remediation: Remediation,
  result: StepResult,
  outcome: Settlement,
  actor: string,
  at: string,
): StepResult | undefined {
  if (outcome === 'RUN_AGAIN') return undefined
  if (outcome === 'TOOK_EFFECT')
    return { ...result, status: 'SUCCESS', output: `Took effect, says ${actor}`, ended_at: at }
  const phase = result.phase === 'ROLLBACK' ? 'ROLLBACK' : 'STEP'
  const step = stepOf(must(remediation.definition, 'a run has its runbook'), phase, result.order)
  // Given up: no further attempt is left.
  return {
    ...result,
    status: 'FAILED',
    error: `Unknown outcome, given up by ${actor}`,
    attempts: Math.max(result.attempts, step.retry?.max_attempts ?? 0),
    ended_at: at,
  }
}

async function find({ deps }: DecisionDeps, tenant: TenantId, id: string): Promise<Remediation> {
  const remediation = await deps.records.remediations.get(tenant, id)
  if (!remediation) throw new Fault('NOT_FOUND', `There is no remediation ${id}.`)
  return remediation
}

const conflict = ({ runbook_name, status, decided_by }: Remediation): Fault =>
  new Fault(
    'CONFLICT',
    `${runbook_name} is no longer waiting for a decision: it is ${status}${decided_by ? `, decided by ${decided_by}` : ''}.`,
  )

const isExpired = ({ deps }: DecisionDeps, { requested_at, definition }: Remediation): boolean =>
  definition !== undefined &&
  deps.clock.now() - Date.parse(requested_at) >= durationMs(definition.approval.timeout)

async function expire({ ledger }: DecisionDeps, remediation: Remediation): Promise<void> {
  const sentence = `Nobody decided on ${remediation.runbook_name} for ${remediation.entity} within ${remediation.definition?.approval.timeout}.`
  await ledger.write({
    remediation: {
      ...remediation,
      status: 'REJECTED',
      decided_at: ledger.nowIso,
      decided_by: 'system',
      comment: timeoutComment,
    },
    from: 'PENDING_APPROVAL',
    event: { type: 'RUNBOOK_REJECTED', actor: 'system', sentence },
    audit: { action: 'runbook.approval_timeout', outcome: 'FAILURE', details: {} },
    escalate: sentence,
  })
}

/** An approval is of exactly what was shown: nothing that changed since may pass under it. */
async function checkApproval(
  { deps, config, library }: DecisionDeps,
  remediation: Remediation,
  actor: string,
): Promise<void> {
  if (config.four_eyes && remediation.requested_by === actor)
    throw new Fault('PERMISSION_DENIED', `${actor} asked for this run, so another person has to approve it.`)
  const incident = await deps.records.incidents.get(remediation.tenant_id, remediation.incident_id)
  const runbook = library.get(remediation.runbook_id)
  if (!incident || !runbook || hashOfPlan(runbook, remediation, incident) !== remediation.plan_hash)
    throw new Fault(
      'CONFLICT',
      `${remediation.runbook_name} was changed or taken away since it was proposed; what you saw would not be what runs.`,
    )
}

/** Inside the transaction that approves, so that two approvals cannot both be the last one allowed. */
async function checkRate(
  { deps, config }: DecisionDeps,
  repositories: Repositories,
  { tenant_id, runbook_id }: Remediation,
): Promise<void> {
  const { remediations } = await repositories.remediations.list(tenant_id, {
    statuses: [],
    limit: recentMax,
    offset: 0,
  })
  const sinceMs = deps.clock.now() - hourMs
  const approvedMs = remediations
    .filter(
      (other) => other.runbook_id === runbook_id && !['PENDING_APPROVAL', 'REJECTED'].includes(other.status),
    )
    .map((other) => Date.parse(other.decided_at ?? other.requested_at))
    .filter((ms) => ms > sinceMs)
  if (approvedMs.length < config.runs_per_hour) return
  const waitMs = Math.min(...approvedMs) - sinceMs
  throw new Fault(
    'RATE_LIMITED',
    `${runbook_id} ran ${approvedMs.length} times within an hour, as often as it may; approve it again later.`,
    { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) },
  )
}
