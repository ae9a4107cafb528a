import { changeHookRoute } from '../edge/delivery/index.ts'
import { createIncidentExports, type IncidentExports } from '../edge/incident-export/index.ts'
import { reportDownload } from '../edge/report/index.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metric.ts'
import type { ClientOf } from '../port/operation-client.ts'
import type { RecordStore } from '../port/record-store.ts'
import type { SecretSource } from '../port/secret-source.ts'
import { createDelivery, type DeliveryConfig } from '../service/delivery/index.ts'
import type { Intelligence } from '../service/intelligence/index.ts'
import type { Knowledge } from '../service/knowledge/index.ts'
import { hookReaderOf } from './gitops/forges.ts'

type Parts = {
  secrets: SecretSource
  knowledge: Pick<Knowledge, 'knows' | 'recordChanges'>
  records: Pick<RecordStore, 'diagnoses'>
  intelligence: Pick<Intelligence, 'reports'>
  clientOf: ClientOf
  publicUrl(): string
  version: string
  clock: Clock
  metrics: Metrics
  log: Log
}

/** Where delivery systems tell of changes, and what leaves: reports, and what there is of incidents. */
export function openDoors(parts: Parts, config: DeliveryConfig): IncidentExports {
  const { knowledge, records, intelligence } = parts
  const delivery = createDelivery(
    {
      ...parts,
      forgeHook: hookReaderOf,
      knows: (tenant, entity) => knowledge.knows(tenant, entity),
      record: (tenant, source, drafts) => knowledge.recordChanges(tenant, source, drafts),
    },
    config,
  )
  const { streams, web } = createIncidentExports({
    ...parts,
    revisions: (incidentId, limit) => records.diagnoses.revisions(incidentId, limit),
  })
  return {
    streams: [reportDownload(intelligence.reports), ...streams],
    web: [changeHookRoute(delivery), ...web],
  }
}
