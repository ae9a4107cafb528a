import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { ReplayedIncident } from '@aiops/contract/model/detection'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { CorrelateConfig } from '../config.ts'
import { createCore, step } from '../core/correlate-core.ts'
import type { CorrelateTopology } from '../core/correlate-topology.ts'
import { incidentOf } from '../core/incident-of.ts'
import { settingsOf } from '../core/settings.ts'
import { signalOfAnomaly } from '../core/signal.ts'
import type { Output } from '../core/turn.ts'
import { passTime } from '../correlate-stream.ts'

/** Incidents that anomalies alone would have opened, oldest first, by the topology as it is now: without rules, silences, alerts. */
export function incidentsOfAnomalies(
  changes: Iterable<{ nowMs: number; anomaly: Anomaly }>,
  of: { tenant: TenantId; topology: CorrelateTopology; config: CorrelateConfig; endMs: number },
): ReplayedIncident[] {
  let ids = 0
  const core = createCore({
    ...{ tenant: of.tenant, topology: of.topology, settings: settingsOf(of.config) },
    newId() {
      ids += 1
      return `incident-${ids}`
    },
  })
  const incidents = new Map<string, ReplayedIncident>()
  const note = (outputs: readonly Output[]): void => {
    for (const output of outputs) {
      if (output.type === 'MERGED') incidents.delete(output.incidentId)
      else if (output.type === 'OPENED' || output.type === 'CHANGED') show(output.incidentId)
    }
  }
  const show = (id: string): void => {
    const group = core.groups.all.get(id)
    if (!group || group.status === 'LATENT' || group.mergedInto !== null) return
    const { title, severity, created_at, anomaly_count } = incidentOf(of.tenant, group, of.topology)
    incidents.set(id, { title, severity, created_at, anomaly_count })
  }
  let nowMs = Number.NEGATIVE_INFINITY
  for (const change of changes) {
    note(passTime(core, nowMs, change.nowMs))
    nowMs = Math.max(nowMs, change.nowMs)
    note(step(core, { type: 'SIGNAL', nowMs, signal: signalOfAnomaly(change.anomaly) }))
  }
  note(passTime(core, nowMs, of.endMs))
  return [...incidents.values()].sort((a, b) => a.created_at.localeCompare(b.created_at))
}
