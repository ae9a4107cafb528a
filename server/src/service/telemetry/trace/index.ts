/** Traces: searched by TraceQL, counted over time, and taken apart: critical path, self time, where an error began, who calls whom. */

import type { TenantId } from '@aiops/contract/model/tenant'
import type { TraceAnalysis } from '@aiops/contract/model/trace-analysis'
import type { StoredSpan, TagNames, TagScope } from '../../../port/trace-store.ts'
import type { MetricAnswer, SearchAnswer } from '../traceql/index.ts'
import type { ServiceGraph } from './service-graph.ts'

export type TimeBounds = { startMs: number; endMs: number }
export type TraceqlSearch = TimeBounds & {
  query: string
  limit: number
  /** Spans shown of each spanset. */
  spansPerSet: number
  /** Only this trace, whenever it was. */
  traceId?: string
  signal?: AbortSignal
}
export type TraceqlRange = TimeBounds & {
  query: string
  /** 0 for one step over the whole range. */
  stepMs: number
  signal?: AbortSignal
}
export type TagValue = { type: 'string' | 'keyword' | 'duration' | 'int'; value: string }

export interface Traces {
  /** Throws INVALID_TRACEQL, QUERY_TOO_LARGE or QUERY_TIMEOUT; so do those below. */
  search(tenant: TenantId, search: TraceqlSearch): Promise<SearchAnswer>
  metrics(tenant: TenantId, range: TraceqlRange): Promise<MetricAnswer>
  tagNames(tenant: TenantId, bounds: TimeBounds & { limit: number }): Promise<TagNames>
  /** `name` as TraceQL writes it, or bare; only of spans that fit the conditions of `query`, as far as a store can tell. */
  tagValues(
    tenant: TenantId,
    query: TimeBounds & { name: string; query: string; limit: number },
  ): Promise<TagValue[]>
  /** Spans of a trace by start. Throws NOT_FOUND. */
  spans(tenant: TenantId, traceId: string): Promise<StoredSpan[]>
  /** Throws NOT_FOUND. */
  analysis(tenant: TenantId, traceId: string): Promise<TraceAnalysis>
  services(tenant: TenantId, bounds: TimeBounds & { limit: number }): Promise<string[]>
  operations(
    tenant: TenantId,
    query: TimeBounds & { service: string; limit: number },
  ): Promise<{ service: string; name: string; kind: StoredSpan['kind'] }[]>
  serviceGraph(tenant: TenantId, query: TimeBounds & { service: string }): Promise<ServiceGraph>
}
export { type TraceqlConditions, traceqlOf } from './traceql-of.ts'
export { createTraces } from './traces.ts'
export type { MetricAnswer, SearchAnswer, ServiceGraph, StoredSpan, TagNames, TagScope }
