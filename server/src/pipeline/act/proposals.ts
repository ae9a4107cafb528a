import type { Cause, Diagnosis } from '@aiops/contract/model/diagnosis'
import { type EntityId, entityName } from '@aiops/contract/model/entity'
import type { Incident } from '@aiops/contract/model/incident'
import { probabilityText } from '@aiops/contract/model/probability'
import type { Remediation, RemediationStatus } from '@aiops/contract/model/remediation'
import type { Runbook } from '@aiops/contract/model/runbook'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { Fault, isFault, messageOf } from '../../kernel/fault.ts'
import type { ActConfig } from './config.ts'
import type { ActDeps } from './index.ts'
import type { Ledger } from './ledger.ts'
import { affectedServices, matching, withinBlastRadius } from './match.ts'
import { planOf } from './plan.ts'
import { hashOf, render, variablesOf } from './rendering.ts'
import { hashOfPlan } from './run.ts'
import type { RunbookLibrary } from './runbook-library.ts'

type ProposalDeps = { deps: ActDeps; config: ActConfig; ledger: Ledger; library: RunbookLibrary }

const existingMax = 200
const endedStatuses: readonly RemediationStatus[] = ['REJECTED', 'COMPLETED', 'FAILED', 'ROLLED_BACK']
export const timeoutComment = 'approval_timeout'

const isEnded = (remediation: Remediation): boolean => endedStatuses.includes(remediation.status)
/** Taken back by the platform, so that it counts neither as tried nor as refused. */
const isWithdrawn = (remediation: Remediation): boolean =>
  remediation.status === 'REJECTED' &&
  remediation.decided_by === 'system' &&
  remediation.comment !== timeoutComment

/**
 * Looks at an incident anew: takes back a proposal that no longer fits and makes one where a runbook fits the first cause.
 * Must not run twice at once. Returns the milliseconds after which to look again, where the incident is still too young.
 */
export async function consider(
  context: ProposalDeps,
  tenant: TenantId,
  incidentId: string,
): Promise<number | undefined> {
  const { records, clock } = context.deps
  const incident = await records.incidents.get(tenant, incidentId)
  if (!incident) return undefined
  const existing = (
    await records.remediations.list(tenant, {
      statuses: [],
      incidentId: incident.id,
      limit: existingMax,
      offset: 0,
    })
  ).remediations
  const open = existing.filter((remediation) => !isEnded(remediation))
  const pending = open.find(
    (remediation) => remediation.status === 'PENDING_APPROVAL' && remediation.requested_by === 'system',
  )
  if (incident.status === 'RESOLVED' || incident.status === 'CLOSED') {
    if (pending) await withdraw(context, pending, 'the incident is over')
    return undefined
  }
  if (open.length > (pending ? 1 : 0)) return undefined
  const tooYoungMs = Date.parse(incident.created_at) + durationMs(context.config.propose_after) - clock.now()
  if (tooYoungMs > 0) return tooYoungMs
  const diagnosis = await records.diagnoses.latest(incident.id)
  const cause = diagnosis?.causes[0]
  if (!diagnosis || !cause) return undefined
  if (pending) {
    const why = outdated(context, pending, incident, diagnosis, cause)
    if (why === undefined || !(await withdraw(context, pending, why))) return undefined
  }
  const others = existing.filter((remediation) => remediation !== pending)
  await proposeFor(context, incident, cause, others)
  return undefined
}

/** Why a proposal no longer fits; undefined while it does. */
function outdated(
  { library, config }: ProposalDeps,
  pending: Remediation,
  incident: Incident,
  diagnosis: Diagnosis,
  cause: Cause,
): string | undefined {
  const runbook = library.get(pending.runbook_id)
  if (!runbook || hashOfPlan(runbook, pending, incident) !== pending.plan_hash)
    return 'the runbook was changed'
  if (cause.entity === pending.entity) return undefined
  const before = diagnosis.causes.find(({ entity }) => entity === pending.entity)?.probability ?? 0
  return cause.probability - before >= config.supersede_margin ? 'superseded' : undefined
}

async function withdraw({ ledger }: ProposalDeps, pending: Remediation, comment: string): Promise<boolean> {
  const written = await ledger.write({
    remediation: { ...pending, status: 'REJECTED', decided_at: ledger.nowIso, decided_by: 'system', comment },
    from: 'PENDING_APPROVAL',
    event: {
      type: 'RUNBOOK_REJECTED',
      actor: 'system',
      sentence: `Took back ${pending.runbook_name} for ${pending.entity}: ${comment}.`,
    },
    audit: { action: 'runbook.withdraw', outcome: 'SUCCESS', details: { comment } },
  })
  return written !== undefined
}

/** The best fitting runbook that was not yet tried or refused here. One whose templates cannot be filled in gives way to the next. */
async function proposeFor(
  context: ProposalDeps,
  incident: Incident,
  cause: Cause,
  existing: readonly Remediation[],
): Promise<void> {
  const { config, library, deps } = context
  if (existing.filter((remediation) => remediation.requested_by === 'system').length >= config.proposals_max)
    return
  const tried = new Set(
    existing
      .filter((remediation) => !isWithdrawn(remediation))
      .map(({ runbook_id, entity }) => `${runbook_id} ${entity}`),
  )
  const candidates = matching(
    library.current.runbooks,
    cause,
    incident,
    config.propose_min_probability,
  ).filter(({ id }) => !tried.has(`${id} ${cause.entity}`))
  for (const runbook of candidates) {
    const reason = `${entityName(cause.entity)} is the likeliest cause (${probabilityText(cause.probability)}): ${cause.sentence}`
    try {
      await insertProposal(context, incident, runbook, cause.entity, reason, 'system')
      return
    } catch (error) {
      if (!isFault(error) || (error.code !== 'VALIDATION_FAILED' && error.code !== 'CONFLICT')) throw error
      deps.log.warn(
        { incident: incident.id, runbook: runbook.id, error: messageOf(error) },
        'a fitting runbook cannot be proposed',
      )
    }
  }
}

/** A person asks for a runbook. */
export async function proposeManually(
  context: ProposalDeps,
  tenant: TenantId,
  incidentId: string,
  runbookId: string,
  actor: string,
): Promise<Remediation> {
  const { records } = context.deps
  const incident = await records.incidents.get(tenant, incidentId)
  if (!incident) throw new Fault('NOT_FOUND', `There is no incident ${incidentId}.`)
  const runbook = context.library.get(runbookId)
  if (!runbook) throw new Fault('NOT_FOUND', `There is no runbook ${runbookId}.`)
  if (incident.status === 'CLOSED') throw new Fault('CONFLICT', `INC-${incident.number} is closed.`)
  const entity = (await records.diagnoses.latest(incident.id))?.causes[0]?.entity ?? incident.primary_entity
  if (!entity)
    throw new Fault(
      'VALIDATION_FAILED',
      `INC-${incident.number} names no entity yet that the runbook could be run on.`,
    )
  if (!withinBlastRadius(runbook, incident))
    throw new Fault(
      'VALIDATION_FAILED',
      `${affectedServices(incident)} services are affected; ${runbook.id} may be used for at most ${runbook.blast_radius?.max_affected_services}.`,
    )
  const existing = (
    await records.remediations.list(tenant, {
      statuses: [],
      incidentId: incident.id,
      limit: existingMax,
      offset: 0,
    })
  ).remediations
  const busy = existing.find((remediation) => !isEnded(remediation) && remediation.entity === entity)
  if (busy)
    throw new Fault(
      'CONFLICT',
      `${busy.runbook_name} is already under way for ${entity} in this incident as ${busy.id} (${busy.status}).`,
    )
  return insertProposal(context, incident, runbook, entity, `${actor} asked for it.`, actor)
}

async function insertProposal(
  { deps, ledger, config }: ProposalDeps,
  incident: Incident,
  runbook: Runbook,
  entity: EntityId,
  reason: string,
  actor: string,
): Promise<Remediation> {
  const rendering = render(runbook, variablesOf(runbook, entity, incident))
  const asks = runbook.approval.required || !config.auto_approve
  const remediation: Remediation = {
    id: deps.random.uuid(deps.clock.now()),
    tenant_id: incident.tenant_id,
    incident_id: incident.id,
    runbook_id: runbook.id,
    runbook_version: runbook.version,
    runbook_name: runbook.name,
    entity,
    status: 'PENDING_APPROVAL',
    reason,
    requested_at: ledger.nowIso,
    requested_by: actor,
    decided_at: null,
    decided_by: null,
    comment: null,
    started_at: null,
    completed_at: null,
    current_step: 0,
    total_steps: runbook.steps.length,
    plan: planOf(rendering, entity, deps.executors),
    definition: runbook,
    plan_hash: hashOf(rendering),
    step_results: [],
    error: null,
  }
  const sentence = `${runbook.name} for ${entity}: ${reason}`
  const stored = await ledger.write({
    remediation,
    from: null,
    event: { type: 'RUNBOOK_PROPOSED', actor, sentence: `Proposed ${sentence}`.slice(0, 1_000) },
    ...(actor === 'system'
      ? {
          audit: {
            action: 'runbook.propose',
            outcome: 'SUCCESS' as const,
            details: { runbook: runbook.id, entity, plan_hash: remediation.plan_hash },
          },
        }
      : {}),
    ...(asks
      ? {
          notify: {
            kind: 'APPROVAL_NEEDED' as const,
            key: remediation.id,
            sentence: `Approve or reject ${sentence}`.slice(0, 1_000),
          },
        }
      : {}),
  })
  return stored ?? remediation
}
