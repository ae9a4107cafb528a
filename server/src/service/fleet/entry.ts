import type { EventPayload, EventType } from '@aiops/contract/event'
import type { Cluster, ClusterStatus } from '@aiops/contract/model/cluster'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../kernel/clock.ts'
import type { ClusterApi } from '../../port/cluster-api.ts'
import type { ClusterBackends } from '../../port/cluster-backend.ts'
import type { ClusterRecord, StoredCredential } from '../../port/cluster-repository.ts'
import type { FleetConfig } from './config.ts'
import type { FileCluster } from './file-cluster.ts'
import type { Health } from './health.ts'
import { paceOf, staleIntervals } from './health-table.ts'

/** What is held of one cluster while the process lives. */
export type Entry = {
  key: string
  record: ClusterRecord
  /** Absent for a registered one. */
  file: FileCluster | undefined
  health: Health
  credential: StoredCredential | undefined
  /** How queries reach it; absent for one of a document. */
  backends: ClusterBackends | undefined
  discoverAfterMs: number
  /** What its API server is asked through, and the version of the address that this is for. */
  api?: { version: string; opened: Promise<ClusterApi> }
}

/** Tells what happened to a cluster. */
export type Publish = <T extends EventType>(entry: Entry, type: T, payload: EventPayload<T>) => void

export const keyOf = (tenant: string, id: string): string => JSON.stringify([tenant, id])

/** As the API shows it. */
export const shownCluster = (entry: Entry, nowMs: number, config: FleetConfig): Cluster => ({
  ...entry.record,
  status: shownStatus(entry, nowMs),
  source: entry.file ? 'FILE' : 'API',
  credentials: entry.credential?.summary ?? null,
  warnings: warningsOf(entry, nowMs, config),
})

export function shownStatus({ health: { status }, record }: Entry, nowMs: number): ClusterStatus {
  const { intervalMs, timeoutMs } = paceOf[record.cluster_type]
  const oldMs = staleIntervals * intervalMs + timeoutMs
  const stale = status.checked_at !== null && nowMs - Date.parse(status.checked_at) > oldMs
  return { ...status, stale }
}

/** What somebody should see to. */
export function warningsOf(
  { credential, record }: Pick<Entry, 'credential' | 'record'>,
  nowMs: number,
  config: FleetConfig,
): string[] {
  const warnings: string[] = []
  const { expires_at: end = null } = credential?.summary ?? {}
  const leftMs = end === null ? Number.POSITIVE_INFINITY : Date.parse(end) - nowMs
  if (leftMs <= 0) warnings.push(`The credentials expired at ${end}; upload new ones.`)
  else if (leftMs <= durationMs(config.expiry_warning))
    warnings.push(`The credentials expire at ${isoTime(nowMs + leftMs)}; rotate them or upload new ones.`)
  if (record.tls?.insecure_skip_verify)
    warnings.push(
      'Certificates of this cluster are not checked (tls.insecure_skip_verify): whoever is between may read its tokens.',
    )
  return warnings
}
