/** Telemetry: reads stored series, logs and traces for people and for other parts. */

import type { Cardinality } from '@aiops/contract/model/cardinality'
import type { Matcher } from '@aiops/contract/model/label'
import type { LogRecord } from '@aiops/contract/model/log'
import type { Series, SeriesPoints } from '@aiops/contract/model/series'
import type { Trace, TraceSummary } from '@aiops/contract/model/span'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { SeriesRef } from '../../port/metric-store.ts'

export interface Telemetry {
  series(
    tenant: TenantId,
    filter: { matchers: readonly (readonly Matcher[])[]; text: string; limit: number },
  ): { series: Series[]; total: number }
  describe(ref: SeriesRef): Series
  labelNames(tenant: TenantId): string[]
  labelValues(tenant: TenantId, name: string): string[]
  /** Each series thinned to about `pointsMax` points, keeping the least and greatest of each step; `annotations` say what to know of them. */
  range(
    tenant: TenantId,
    query: { refs: readonly SeriesRef[]; startMs: number; endMs: number; pointsMax: number },
  ): Promise<{ results: SeriesPoints[]; annotations: string[] }>
  /** Refs of a tenant whose labels fit; refs of another tenant are left out. */
  select(
    tenant: TenantId,
    query: { refs?: readonly SeriesRef[]; matchers?: readonly Matcher[]; limit: number },
  ): { refs: SeriesRef[]; total: number }
  latest(refs: readonly SeriesRef[]): Map<SeriesRef, { timeMs: number; value: number }>
  cardinality(tenant: TenantId, limit: number): Promise<Cardinality>
  logs(
    tenant: TenantId,
    query: {
      service: string
      contains: string
      traceId: string
      startMs: number
      endMs: number
      limit: number
    },
  ): Promise<{ logs: LogRecord[]; truncated: boolean }>
  traces(
    tenant: TenantId,
    query: {
      service: string
      operation: string
      durationMsMin: number
      errorsOnly: boolean
      startMs: number
      endMs: number
      limit: number
    },
  ): Promise<TraceSummary[]>
  /** Throws NOT_FOUND. */
  trace(tenant: TenantId, traceId: string): Promise<Trace>
}

export { parseSelector } from './selector.ts'
export { createTelemetry } from './telemetry.ts'
