/** Maintenance: planned windows, once or again and again; each occurrence is a silence, and somebody is reminded before it ends. */

import type { Labels, Matcher } from '@aiops/contract/model/label'
import type {
  MaintenanceWindow,
  MaintenanceWindowInput,
  Occurrence,
  SilencePreview,
} from '@aiops/contract/model/maintenance'
import type { Silence } from '@aiops/contract/model/silence'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { MaintenanceRepository } from '../../port/maintenance-repository.ts'
import type { OutboxRepository } from '../../port/record-store.ts'

export type SilencePlan = {
  matchers: readonly Matcher[]
  startMs: number
  endMs: number
  createdBy: string
  comment: string
  annotations: Labels
}

export type MaintenanceDeps = {
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
  repository: MaintenanceRepository
  silences: {
    /** Makes or replaces the silence of this id; the same again changes nothing. */
    keep(tenant: TenantId, id: string, plan: SilencePlan): Promise<Silence>
    /** Throws NOT_FOUND. */
    get(tenant: TenantId, id: string): Silence
    expire(tenant: TenantId, id: string): Promise<Silence>
    preview(tenant: TenantId, matchers: readonly Matcher[]): Promise<SilencePreview>
  }
  outbox: OutboxRepository
  /** Names of those who are told. */
  notifiers: readonly string[]
}

export interface Maintenance extends Lifecycle {
  /** Those going on first, then the soonest to begin, then those that have ended, the latest first. */
  list(tenant: TenantId): MaintenanceWindow[]
  /** Throws NOT_FOUND. */
  get(tenant: TenantId, id: string): MaintenanceWindow
  /** Going on or to come, the earliest first. Throws NOT_FOUND. */
  occurrences(tenant: TenantId, id: string, limit: number): Occurrence[]
  /** Rejects with VALIDATION_FAILED, or CONFLICT when there are too many. */
  create(tenant: TenantId, window: MaintenanceWindowInput, actor: string): Promise<MaintenanceWindow>
  update(tenant: TenantId, id: string, window: MaintenanceWindowInput): Promise<MaintenanceWindow>
  delete(tenant: TenantId, id: string): Promise<void>
  /** Makes or replaces windows that were taken over, by id; with a problem none of them. */
  takeOver(
    tenant: TenantId,
    windows: readonly { id: string; input: MaintenanceWindowInput }[],
    actor: string,
  ): Promise<MaintenanceWindow[]>
  /** As it would be shown, without being planned. Throws VALIDATION_FAILED. */
  draft(id: string, window: MaintenanceWindowInput, actor: string): MaintenanceWindow
  preview(
    tenant: TenantId,
    window: MaintenanceWindowInput,
  ): Promise<SilencePreview & { occurrences: Occurrence[] }>
}

export { MaintenanceConfig } from './config.ts'
export { createMaintenance } from './maintenance.ts'
