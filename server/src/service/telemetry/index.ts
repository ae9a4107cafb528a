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

export { TelemetryConfig } from './config.ts'
export {
  type BackendDocument,
  type ClusterDocument,
  copiedMetrics,
  createFederation,
  type Federation,
  FederationConfig,
  fleetAnswer,
  localLogs,
  localMetrics,
  localTraces,
  notCopied,
  type Outcome,
  rounded,
} from './federation/index.ts'
export {
  createLogql,
  type DetectedField,
  formatLogql,
  type LogLine,
  type Logql,
  type LogqlAnswer,
  type LogqlStats,
  parseLogql,
} from './logql/index.ts'
export { durationOf as parseDuration } from './logql/quantity.ts'
export { eventIdOf, MineConfig, Miner, matchesTemplate, type Statement } from './mine/index.ts'
export { createPromqlEngine } from './promql/engine.ts'
export type { At, DurationExpression, Expression, VectorSelector } from './promql/expression.ts'
export { findFunction } from './promql/function/table.ts'
export { walkBuckets } from './promql/histogram/index.ts'
export { histogramJson } from './promql/histogram-json.ts'
export type { PromqlEngine, QueryAnswer, QueryContext, SampleSource } from './promql/index.ts'
export { type StoreSourceOptions, storeSource } from './promql/store-source.ts'
export { type EvalOutcome, runScript } from './promql/suite/index.ts'
export type { MatrixPoints, QueryValue, RawSeries, VectorSample } from './promql/value.ts'
export {
  type ActiveAlert,
  checkRules,
  createRules,
  type PromqlLanguage,
  promqlLanguage,
  type RuleAlert,
  type RuleCheck,
  type RuleGroupState,
  type RuleSample,
  type Rules,
  RulesConfig,
  type RulesDeps,
  runUnitTests,
  type UnitTestDeps,
} from './rule/index.ts'
export { parseSelector } from './selector.ts'
export { createTelemetry } from './telemetry.ts'
export {
  createTraces,
  type MetricAnswer as TraceMetricAnswer,
  type SearchAnswer as TraceSearchAnswer,
  type TraceqlConditions,
  type Traces,
  traceqlOf,
} from './trace/index.ts'
export { traceView } from './trace/trace-view.ts'
