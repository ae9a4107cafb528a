import type { Incident } from '@aiops/contract/model/incident'

/** Milliseconds from the beginning to the resolution; to now while it lasts. A closed one without a resolution ends with its last change. */
export function lengthMs(
  incident: Pick<Incident, 'started_at' | 'resolved_at' | 'updated_at' | 'status'>,
  nowMs: number,
): number {
  const end =
    incident.resolved_at ??
    (incident.status === 'CLOSED' || incident.status === 'RESOLVED' ? incident.updated_at : null)
  return Math.max(0, (end === null ? nowMs : Date.parse(end)) - Date.parse(incident.started_at))
}
