import type { Incident } from '@aiops/contract/model/incident'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Repositories } from '../../port/record-store.ts'
import { type IncidentDraft, incidentOf } from './incident-of.ts'
import type { Core, Output } from './turn.ts'

export type Written = { created: Incident[]; updated: Incident[] }

/**
 * Writes what one turn put out, inside a transaction: incidents first, so that members and timeline find them. Fields that other
 * stages own (assignment, escalation) are kept as stored. An incident that was opened and merged within the turn is left out.
 */
export async function writeOutputs(
  repositories: Repositories,
  core: Core,
  outputs: readonly Output[],
): Promise<Written> {
  const merged = new Map(
    outputs.flatMap((output) => (output.type === 'MERGED' ? [[output.incidentId, output] as const] : [])),
  )
  const opened = new Set(outputs.flatMap((output) => (output.type === 'OPENED' ? [output.incidentId] : [])))
  const skipped = new Set([...opened].filter((id) => merged.has(id)))
  const written: Written = { created: [], updated: [] }
  for (const id of opened) {
    const draft = skipped.has(id) ? undefined : draftOf(core, id)
    if (draft) written.created.push(await repositories.incidents.insert(draft))
  }
  const changed = new Set(
    outputs.flatMap((output) =>
      output.type === 'CHANGED' || output.type === 'MERGED' ? [output.incidentId] : [],
    ),
  )
  for (const id of changed) {
    if (opened.has(id)) continue
    const draft = merged.get(id)?.incident ?? draftOf(core, id)
    const incident = draft && (await update(repositories, draft))
    if (incident) written.updated.push(incident)
  }
  for (const output of outputs) await writeOne(repositories, core.tenant, output, skipped)
  return written
}

function draftOf(core: Core, id: string): IncidentDraft | undefined {
  const group = core.groups.all.get(id)
  return group && group.status !== 'LATENT' ? incidentOf(core.tenant, group, core.topology) : undefined
}

async function update(repositories: Repositories, draft: IncidentDraft): Promise<Incident | undefined> {
  const stored = await repositories.incidents.get(draft.tenant_id, draft.id)
  if (!stored) return undefined
  const incident: Incident = {
    ...draft,
    number: stored.number,
    escalation_level: stored.escalation_level,
    assigned_to: stored.assigned_to,
  }
  await repositories.incidents.update(incident)
  return incident
}

async function writeOne(
  repositories: Repositories,
  tenant: TenantId,
  output: Output,
  skipped: ReadonlySet<string>,
): Promise<void> {
  if (output.type === 'TIMELINE') {
    if (!skipped.has(output.incidentId))
      await repositories.incidents.addEvent(output.incidentId, output.event)
  } else if (output.type === 'MEMBER') {
    if (skipped.has(output.incidentId)) return
    await repositories.memberships.add(output.incidentId, output.memberId, output.reason)
    await link(repositories, tenant, output.kind, output.memberId, output.incidentId)
  } else if (output.type === 'SETTLED') {
    if (output.incidentId !== null && skipped.has(output.incidentId)) return
    await link(repositories, tenant, output.kind, output.memberId, output.incidentId)
  } else if (output.type === 'SILENCED') {
    const repository = output.kind === 'ALERT' ? repositories.alerts : repositories.anomalies
    await repository.markSilenced(output.memberId, output.by)
  }
}

/** The detector saves its anomalies without knowing their incident, so each of its updates is linked again where that got lost. */
async function link(
  repositories: Repositories,
  tenant: TenantId,
  kind: 'ANOMALY' | 'ALERT',
  id: string,
  incidentId: string | null,
): Promise<void> {
  if (kind === 'ALERT') return repositories.alerts.markCorrelated(id, incidentId)
  if (incidentId === null) return
  const anomaly = await repositories.anomalies.get(tenant, id)
  if (anomaly && anomaly.incident_id !== incidentId)
    await repositories.anomalies.save({ ...anomaly, incident_id: incidentId })
}
