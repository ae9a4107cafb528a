import type { Anomaly } from '@aiops/contract/model/anomaly'
import { entityKind, entityName } from '@aiops/contract/model/entity'
import type { Incident } from '@aiops/contract/model/incident'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { RecordStore } from '../../port/record-store.ts'

type Records = Pick<RecordStore, 'incidents' | 'anomalies'>

const incidentsMax = 10_000
/** Members of one incident looked at; one of more is trouble. */
const membersMax = 100
/** What a provider asks for a service. The name is the series' of provider telemetry. */
const priceSeries = 'swen_service_cost'

/**
 * Open incidents that hold changes of a service up, by its name: while something is wrong with it, nobody should move it for money. One that
 * is about nothing but prices is no reason to wait; it is what a move would answer.
 */
export async function holdingIncidents(
  records: Records,
  tenant: TenantId,
): Promise<ReadonlyMap<string, readonly { id: string; name: string }[]>> {
  const { incidents } = await records.incidents.list(tenant, {
    ...{ statuses: ['OPEN', 'ACKNOWLEDGED', 'INVESTIGATING'], severities: [], sort: '-created_at' },
    ...{ limit: incidentsMax, offset: 0 },
  })
  const found = new Map<string, { id: string; name: string }[]>()
  for (const incident of incidents) {
    const services = incident.affected_entities.filter((entity) => entityKind(entity) === 'service')
    if (services.length === 0 || (await isOfPrices(records, incident))) continue
    for (const entity of services) {
      const name = entityName(entity)
      found.set(name, [...(found.get(name) ?? []), { id: incident.id, name: `INC-${incident.number}` }])
    }
  }
  return found
}

async function isOfPrices(records: Records, incident: Incident): Promise<boolean> {
  if (incident.alert_count > 0 || incident.anomaly_count > membersMax) return false
  const { anomalies } = await records.anomalies.list(incident.tenant_id, {
    ...{ incidentId: incident.id, limit: membersMax, offset: 0 },
  })
  return anomalies.length > 0 && anomalies.every(isPrice)
}

const isPrice = ({ series }: Anomaly): boolean => series.name === priceSeries
