import type { Client } from '@aiops/contract/client'
import { entityName } from '@aiops/contract/model/entity'
import type { IncidentDetail } from '@aiops/contract/model/incident'
import { percent } from '../print.ts'
import type { Reporter } from './reporter.ts'

const pollMs = 500

export type RankedCause = { service: string; category: string; probability: number }

export const ranked = (incident: IncidentDetail): RankedCause[] =>
  (incident.diagnosis?.causes ?? []).map((cause) => ({
    service: entityName(cause.entity),
    category: cause.category,
    probability: cause.probability,
  }))

/**
 * Tells what the platform finds after `sinceMs` and resolves with the incident once its causes have settled: a while after
 * it was opened, when evidence from all sides has come in. Of several incidents, the one that affects most.
 */
export async function follow(
  client: Client,
  report: Reporter,
  sinceMs: number,
  limits: { foundWithinMs: number; settleMs: number },
): Promise<IncidentDetail | undefined> {
  const start_time = new Date(sinceMs - 5_000).toISOString()
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, pollMs))
    const [anomalies, incidents] = await Promise.all([
      client.listAnomalies({ query: { start_time, page_size: 100 } }),
      client.listIncidents({ query: { start_time, limit: 20 } }),
    ])
    for (const anomaly of anomalies.items.toReversed())
      report.once(anomaly.id, 'anomaly', anomaly.sentence, {
        entity: anomaly.entity,
        severity: anomaly.severity,
      })
    for (const incident of incidents.incidents) {
      report.once(incident.id, 'incident', `INC-${incident.number} ${incident.severity}: ${incident.title}`, {
        number: incident.number,
      })
      if (incident.cause) {
        const { entity, probability, sentence } = incident.cause
        report.once(
          `${incident.id} ${entity}`,
          'cause',
          `INC-${incident.number} looks like ${entityName(entity)} (${percent(probability)}): ${sentence}`,
          { entity, probability },
        )
      }
    }
    const largest = incidents.incidents.toSorted(
      (a, b) => b.affected_entities.length - a.affected_entities.length || a.number - b.number,
    )[0]
    const age = largest ? Date.now() - Date.parse(largest.created_at) : 0
    if (largest && age > limits.settleMs) {
      const detail = await client.getIncident({ params: { id: largest.id } })
      if (detail.diagnosis && detail.diagnosis.causes.length > 0) return detail
    }
    if (Date.now() - sinceMs > limits.foundWithinMs) return undefined
  }
}
