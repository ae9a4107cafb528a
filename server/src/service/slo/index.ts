/** SLO: objectives of services, how they stand, how fast their error budgets burn, and the alerts of that. */

import type { Labels, Matcher } from '@aiops/contract/model/label'
import type { Slo, SloInput, SloPoint, SloView } from '@aiops/contract/model/slo'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { DocumentSource } from '../../port/document-source.ts'
import type { SloRepository } from '../../port/slo-repository.ts'

/** What is needed of PromQL beside queries. Both throw a Fault that says where a text is wrong. */
export type SloLanguage = {
  parse(query: string): unknown
  /** A selector's conditions, `__name__` among them. */
  selector(text: string): readonly Matcher[]
}

export type SeriesValues = { labels: Labels; timesMs: ArrayLike<number>; values: ArrayLike<number> }
export type SloSample = { labels: Labels; timeMs: number; value: number }

export type SloAlert = {
  /** The same for as long as its objective lives. */
  key: string
  labels: Labels
  annotations: Labels
  firing: boolean
  sinceMs: number
  sloId: string
}

/** Quantiles of the next `horizon` steps; null where nothing can be said of them. */
export type SloForecast = (
  values: readonly number[],
  stepMs: number,
  horizon: number,
) => { p10: ArrayLike<number>; p50: ArrayLike<number>; p90: ArrayLike<number> } | null

export type SloDetail = SloView & { history: SloPoint[] }

export interface Slos extends Lifecycle {
  /** By name. */
  list(tenant: TenantId): SloView[]
  /** What is wrong with documents; the last good state of each is in force. */
  problems(tenant: TenantId): { file: string; message: string }[]
  /** Throws NOT_FOUND. */
  get(tenant: TenantId, id: string): Promise<SloDetail>
  /** Throws NOT_FOUND. Over its window unless a time is given. */
  history(
    tenant: TenantId,
    id: string,
    query: {
      startMs?: number | undefined
      endMs?: number | undefined
      /** Counts back from the end, where no start is given. */
      lengthMs?: number | undefined
      points: number
    },
  ): Promise<SloPoint[]>
  /** Throws INVALID_PROMQL with its place, VALIDATION_FAILED, CONFLICT for a name that is taken. Counts it at once. */
  create(tenant: TenantId, actor: string, input: SloInput): Promise<SloView>
  /** As `create`, without keeping anything. */
  check(tenant: TenantId, actor: string, input: SloInput): Promise<SloView>
  /** As `create`; NOT_FOUND, and CONFLICT for one of a document. */
  update(tenant: TenantId, id: string, input: SloInput): Promise<SloView>
  delete(tenant: TenantId, id: string): Promise<void>
  /** Counts all objectives up to the last whole minute; what the schedule does every minute. */
  evaluate(): Promise<void>
}

export type SloDeps = {
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
  tenants: readonly TenantId[]
  repository: SloRepository
  /** Documents by tenant; several of one tenant are read one after the other. */
  documents: readonly { tenant: TenantId; source: DocumentSource }[]
  language: SloLanguage
  /** Exact answers at every step from `startMs` to `endMs`, a scalar as a series without labels. */
  queryRange(
    tenant: TenantId,
    query: string,
    range: { startMs: number; endMs: number; stepMs: number; timeoutMs: number },
  ): Promise<SeriesValues[]>
  /** Resolves once they are durable and can be queried. */
  record(tenant: TenantId, samples: readonly SloSample[]): Promise<void>
  /** Resolves once they are taken. */
  alert(tenant: TenantId, alerts: readonly SloAlert[]): Promise<void>
  /** Absent: exhaustion is told by burn rates alone. */
  forecast?: SloForecast | undefined
}

export { SloConfig } from './config.ts'
export { readSlos, type SloDocument } from './document/slo-document.ts'
export { createSlos } from './slos.ts'
export type { Slo }
