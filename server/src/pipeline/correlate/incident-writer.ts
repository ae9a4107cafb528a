import type { Incident, TimelineEvent } from '@aiops/contract/model/incident'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Membership, Repositories } from '../../port/record-store.ts'
import { type IncidentDraft, incidentOf } from './core/incident-of.ts'
import type { Core, Output } from './core/turn.ts'
import { inTurns, writeDepartures } from './edit/departure.ts'
import { type Weigh, weighNothing } from './edit/impact.ts'

export type Written = { created: Incident[]; updated: Incident[] }

/**
 * Incidents that have only grown and are written with a later turn. When that time has come, `now` is how many of them at most, 0 before;
 * `taken` are those.
 */
export type Later = { ids: Set<string>; now: number; taken: string[] }

/** What an incident's rows tell besides how much it has grown. */
const grown = new Set(['ANOMALY_ADDED', 'ALERT_ADDED', 'ANOMALY_ENDED', 'ALERT_RESOLVED', 'COMMENT_ADDED'])

/**
 * Writes what one turn put out, inside a transaction: incidents first, so that members and timeline find them. Fields that other
 * stages own (assignment, escalation) are kept as stored. An incident that was opened and merged within the turn is left out.
 */
export async function writeOutputs(
  repositories: Repositories,
  core: Core,
  outputs: readonly Output[],
  later?: Later,
  weigh: Weigh = weighNothing,
): Promise<Written> {
  const merged = new Map(
    outputs.flatMap((output) => (output.type === 'MERGED' ? [[output.incidentId, output] as const] : [])),
  )
  const opened = new Set(outputs.flatMap((output) => (output.type === 'OPENED' ? [output.incidentId] : [])))
  const skipped = new Set([...opened].filter((id) => merged.has(id)))
  const written: Written = { created: [], updated: [] }
  for (const id of opened) {
    const draft = skipped.has(id) ? undefined : draftOf(core, id)
    if (draft) written.created.push(await repositories.incidents.insert({ ...draft, ...weigh(draft) }))
  }
  const changed = new Set(
    outputs.flatMap((output) =>
      output.type === 'CHANGED' || output.type === 'MERGED' ? [output.incidentId] : [],
    ),
  )
  if (later) putOff(later, changed, outputs)
  for (const id of changed) {
    if (opened.has(id)) continue
    const draft = merged.get(id)?.incident ?? draftOf(core, id)
    const incident = draft && (await update(repositories, draft, weigh))
    if (incident) written.updated.push(incident)
  }
  await writeAll(repositories, core.tenant, outputs, skipped)
  return written
}

/** Takes out of `changed` what has only grown, or puts in what waits. */
function putOff(later: Later, changed: Set<string>, outputs: readonly Output[]): void {
  if (later.now > 0) {
    for (const id of later.ids) {
      if (later.taken.length >= later.now) break
      later.taken.push(id)
      changed.add(id)
    }
    return
  }
  const told = new Set<string>()
  for (const output of outputs)
    if (output.type === 'MERGED' || (output.type === 'TIMELINE' && !grown.has(output.event.type)))
      told.add(output.incidentId)
  for (const id of changed)
    if (!told.has(id)) {
      later.ids.add(id)
      changed.delete(id)
    }
}

function draftOf(core: Core, id: string): IncidentDraft | undefined {
  const group = core.groups.all.get(id)
  return group && group.status !== 'LATENT' ? incidentOf(core.tenant, group, core.topology) : undefined
}

async function update(
  repositories: Repositories,
  draft: IncidentDraft,
  weigh: Weigh,
): Promise<Incident | undefined> {
  const stored = await repositories.incidents.get(draft.tenant_id, draft.id)
  if (!stored) return undefined
  const incident: Incident = {
    ...draft,
    number: stored.number,
    escalation_level: stored.escalation_level,
    assigned_to: stored.assigned_to,
    confirmed_cause: stored.confirmed_cause,
    links: stored.links,
    ...weigh(draft, stored),
  }
  await repositories.incidents.update(incident)
  return incident
}

/** `reason` only with what has joined: what merely went on keeps the one it has. */
type Home = { id: string; incidentId: string | null; reason?: string }

/** Each kind in one go: what costs is the number of statements. Of two homes of an alert the later holds. */
async function writeAll(
  repositories: Repositories,
  tenant: TenantId,
  outputs: readonly Output[],
  skipped: ReadonlySet<string>,
): Promise<void> {
  const events: { incidentId: string; event: TimelineEvent }[] = []
  const memberships: Membership[] = []
  const homes = new Map<string, Home>()
  const anomalies = new Map<string, string>()
  await writeDepartures(repositories, outputs)
  for (const output of outputs) {
    if (!('incidentId' in output) || (output.incidentId !== null && skipped.has(output.incidentId))) continue
    if (output.type === 'TIMELINE') events.push(output)
    if (output.type !== 'MEMBER' && output.type !== 'SETTLED') continue
    const { memberId: id, incidentId } = output
    if (output.kind === 'ALERT') {
      if (output.type === 'MEMBER') homes.set(id, { id, incidentId, reason: output.reason })
      else if (homes.get(id)?.incidentId !== incidentId) homes.set(id, { id, incidentId })
      continue
    }
    if (output.type === 'MEMBER') memberships.push(output)
    if (incidentId !== null) anomalies.set(id, incidentId)
  }
  await inTurns([...anomalies], async (some) => {
    for (const [id, incidentId] of some) await linkAnomaly(repositories, tenant, id, incidentId)
  })
  await repositories.incidents.addEvents(events)
  await inTurns(memberships, (some) => repositories.memberships.addAll(some))
  await inTurns([...homes.values()], (some) => repositories.alerts.markCorrelated(some))
  for (const output of outputs)
    if (output.type === 'SILENCED') {
      const repository = output.kind === 'ALERT' ? repositories.alerts : repositories.anomalies
      await repository.markSilenced(output.memberId, output.by)
    }
}

/** The detector saves its anomalies without knowing their incident, so each of its updates is linked again where that got lost. */
async function linkAnomaly(
  repositories: Repositories,
  tenant: TenantId,
  id: string,
  incidentId: string,
): Promise<void> {
  const anomaly = await repositories.anomalies.get(tenant, id)
  if (anomaly && anomaly.incident_id !== incidentId)
    await repositories.anomalies.save({ ...anomaly, incident_id: incidentId })
}
