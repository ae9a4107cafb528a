/** What leaves an incident: its post-mortem draft and export, lists as CSV and JSON lines, feeds of incidents and of planned maintenance. */
import type { Diagnosis } from '@aiops/contract/model/diagnosis'
import type { Clock } from '../../kernel/clock.ts'
import type { ClientOf } from '../../port/operation-client.ts'
import type { StreamRoute } from '../../port/stream-route.ts'
import type { WebRoute } from '../../port/web-route.ts'
import { incidentDownloads } from './download.ts'
import { feedRoutes } from './feed-route.ts'
import { listDownloads } from './list-download.ts'

export type IncidentExportDeps = {
  clientOf: ClientOf
  /** The newest revisions of an incident's diagnosis, the oldest first. */
  revisions(incidentId: string, limit: number): Promise<Diagnosis[]>
  /** Where people open this platform; read late. */
  publicUrl(): string
  version: string
  clock: Clock
}

export interface IncidentExports {
  readonly streams: readonly StreamRoute[]
  readonly web: readonly WebRoute[]
}

export const createIncidentExports = (deps: IncidentExportDeps): IncidentExports => ({
  streams: [...incidentDownloads(deps), ...listDownloads(deps)],
  web: feedRoutes(deps),
})
