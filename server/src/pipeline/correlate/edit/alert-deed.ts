import type { AlertDeed, DeedResult } from '@aiops/contract/api/alert-deed'
import type { Alert } from '@aiops/contract/model/alert'
import type { Incident } from '@aiops/contract/model/incident'
import type { TenantId } from '@aiops/contract/model/tenant'
import { Fault } from '../../../kernel/fault.ts'
import type { RecordStore } from '../../../port/record-store.ts'
import { signalOfAlert } from '../core/signal.ts'
import { nameOf } from '../rule/rule-effect.ts'
import type { IncidentLife } from './incident-life.ts'

export type WantedDeed = {
  action: AlertDeed
  /** JOIN: an incident's id or number. */
  into?: string | undefined
  comment?: string | undefined
  /** Says what would become of them, and changes nothing. */
  dryRun: boolean
}

/** What people do to many alerts at once. */
export interface AlertDeeds {
  /**
   * One change of each incident that is concerned, each whole or not at all; one that cannot be done is told of, and the rest goes on.
   * Those that failed first. Rejects with NOT_FOUND or CONFLICT for an `into` that can take nothing.
   */
  act(tenant: TenantId, actor: string, deed: WantedDeed, alerts: readonly Alert[]): Promise<DeedResult[]>
}

type Outcome = Pick<DeedResult, 'outcome' | 'why'>
type Act = () => Promise<unknown>
/** What is to be done, unless the outcome is known before. */
type Step = Outcome | Act

const places = { FAILED: 0, DONE: 1, UNCHANGED: 2 } as const
const done: Outcome = { outcome: 'DONE', why: '' }
const failed = (why: string): Outcome => ({ outcome: 'FAILED', why })
const unchanged = (why: string): Outcome => ({ outcome: 'UNCHANGED', why })

export function createAlertDeeds(deps: {
  records: Pick<RecordStore, 'incidents'>
  life: IncidentLife
  find(tenant: TenantId, id: string): Promise<Incident>
}): AlertDeeds {
  const { records, life, find } = deps
  return {
    async act(tenant, actor, deed, alerts) {
      const into = deed.into === undefined ? undefined : takes(await find(tenant, deed.into))
      const results: DeedResult[] = []
      for (const [id, group] of Map.groupBy(alerts, ({ incident_id }) => incident_id)) {
        const incident = id === null ? undefined : await records.incidents.get(tenant, id)
        const step = stepOf({ life, tenant, actor, deed, into }, incident, group)
        const outcome = typeof step !== 'function' ? step : deed.dryRun ? done : await trying(step)
        results.push({
          ...{ incident: incident ? nameOf(incident) : null, ...outcome },
          ids: group.map((alert) => alert.id),
        })
      }
      return results.sort((a, b) => places[a.outcome] - places[b.outcome])
    },
  }
}

/** An incident that others may join. */
function takes(incident: Incident): Incident {
  if (incident.merged_into !== null)
    throw new Fault('CONFLICT', `INC-${incident.number} was merged into another; choose that one.`)
  if (incident.status === 'CLOSED')
    throw new Fault('CONFLICT', `INC-${incident.number} is closed, and a closed incident stays as it is.`)
  return incident
}

type Doing = {
  life: IncidentLife
  tenant: TenantId
  actor: string
  deed: WantedDeed
  into: Incident | undefined
}

function stepOf(doing: Doing, incident: Incident | undefined, alerts: readonly Alert[]): Step {
  const { action } = doing.deed
  if (action === 'ACKNOWLEDGE') return acknowledging(doing, incident)
  return action === 'JOIN' ? joining(doing, incident, alerts) : takingOut(doing, incident, alerts)
}

function acknowledging({ life, tenant, actor, deed }: Doing, incident: Incident | undefined): Step {
  if (!incident) return failed('In no incident: join them to one, or silence them.')
  const { id, number, status } = incident
  if (status === 'OPEN') return () => life.setStatus(tenant, id, 'ACKNOWLEDGED', actor, deed.comment)
  const why = `INC-${number} is ${status}.`
  return status === 'RESOLVED' || status === 'CLOSED' ? failed(why) : unchanged(why)
}

function joining(
  { life, tenant, actor, deed, into }: Doing,
  incident: Incident | undefined,
  alerts: readonly Alert[],
): Step {
  if (!into) return failed('No incident to join was named.')
  if (incident?.id === into.id) return unchanged(`In INC-${into.number} already.`)
  if (!incident) return () => life.admit(tenant, into.id, actor, alerts.map(signalOfAlert), deed.comment)
  const why = staysWhy(incident)
  if (why !== undefined) return failed(why)
  // All that it holds: the incident goes with them.
  if (isAll(incident, alerts)) return () => life.merge(tenant, incident.id, actor, into.id, deed.comment)
  const ids = alerts.map(({ id }) => id)
  return () => life.move(tenant, incident.id, actor, ids, into.id, deed.comment)
}

function takingOut(
  { life, tenant, actor, deed }: Doing,
  incident: Incident | undefined,
  alerts: readonly Alert[],
): Step {
  if (!incident) return unchanged('In no incident.')
  const why = staysWhy(incident)
  if (why !== undefined) return failed(why)
  if (isAll(incident, alerts))
    return failed(`All that INC-${incident.number} holds: close it, or merge it into another.`)
  const ids = alerts.map(({ id }) => id)
  return () => life.remove(tenant, incident.id, actor, ids, deed.comment)
}

/** Why nothing leaves it. */
function staysWhy({ number, status, merged_into }: Incident): string | undefined {
  if (merged_into !== null) return `INC-${number} was merged into another.`
  return status === 'CLOSED' ? `INC-${number} is closed, and a closed incident stays as it is.` : undefined
}

const isAll = ({ alert_count, anomaly_count }: Incident, alerts: readonly Alert[]): boolean =>
  alert_count + anomaly_count <= alerts.length

async function trying(act: Act): Promise<Outcome> {
  try {
    await act()
    return done
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return failed(error.message)
  }
}
