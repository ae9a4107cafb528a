import type { Report, ReportSchedule, ReportType } from '@aiops/contract/model/report'
import type { TenantId } from '@aiops/contract/model/tenant'

export type StoredReport = Report & { tenant_id: TenantId }
export type StoredSchedule = ReportSchedule & { tenant_id: TenantId }

/** Reports and when they are made again; the documents themselves are in the ObjectStore. */
export interface ReportRepository {
  /** Inserts or replaces by id. */
  save(report: StoredReport): Promise<void>
  get(tenant: TenantId, id: string): Promise<StoredReport | undefined>
  /** Newest first; `search` is looked for in titles, whatever the case. */
  list(
    tenant: TenantId,
    filter: { type?: ReportType | undefined; search: string; limit: number; offset: number },
  ): Promise<{ reports: StoredReport[]; total: number }>
  delete(tenant: TenantId, id: string): Promise<void>
  /** PENDING, of all tenants, oldest first: to go on after a restart. */
  pending(): Promise<StoredReport[]>
  /** Of all tenants, those whose time ended at or before `timeMs`. */
  expired(timeMs: number, limit: number): Promise<StoredReport[]>
  saveSchedule(schedule: StoredSchedule): Promise<void>
  /** Of one tenant, or of all; in the order in which they were made. */
  schedules(tenant?: TenantId): Promise<StoredSchedule[]>
  /** Returns whether there was one. */
  deleteSchedule(tenant: TenantId, id: string): Promise<boolean>
}
