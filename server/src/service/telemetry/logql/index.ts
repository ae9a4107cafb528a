/** LogQL: parses, prints and evaluates queries over stored logs, and finds what dashboards ask of streams, labels and fields. */

import type { Labels, Matcher } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../../kernel/clock.ts'
import type { LogStore, LogStream, StoredLog } from '../../../port/log-store.ts'
import type { QueryValue } from '../promql/value.ts'

import type { LogLine } from './log-line.ts'

export type LogqlLimits = {
  /** Entries one answer may hold, points of each series, and series. */
  entriesMax: number
  stepsMax: number
  seriesMax: number
  /** Values of unwrapped labels held at once. */
  samplesMax: number
  timeoutMs: number
}
/** What a query took: lines handed over by the store, which has tested line filters before, and bytes of theirs. */
export type LogqlStats = { lines: number; bytes: number; entries: number; seconds: number }

export type LogRange = { startMs: number; endMs: number }
/** `endMs` is not in the range of logs, as in Loki; that of metrics is. */
export type LogRangeQuery = LogRange & {
  tenant: TenantId
  query: string
  stepMs: number
  limit: number
  direction: 'FORWARD' | 'BACKWARD'
  /** Entries nearer to the one before than this are left out; 0 for none. */
  intervalMs: number
  signal?: AbortSignal
}
export type LogqlAnswer =
  | { type: 'streams'; lines: LogLine[]; stats: LogqlStats }
  | { type: 'metric'; value: QueryValue; stats: LogqlStats }

export type DetectedField = {
  name: string
  type: 'string' | 'int' | 'float' | 'boolean' | 'duration' | 'bytes'
  cardinality: number
  parsers: ('json' | 'logfmt')[] | null
  values: string[]
}
/** `samples`: lines by step, those without any left out. */
export type LinePattern = { pattern: string; samples: { timeMs: number; count: number }[] }
/** Throws Faults: INVALID_LOGQL, QUERY_FAILED, QUERY_TOO_LARGE, QUERY_TIMEOUT. */
export interface Logql {
  range(query: LogRangeQuery): Promise<LogqlAnswer>
  /** A metric query at one moment. */
  instant(query: {
    tenant: TenantId
    query: string
    timeMs: number
    signal?: AbortSignal
  }): Promise<LogqlAnswer>
  /** Streams that may have entries in the range, under the names of LogQL; no matchers for all. */
  streams(tenant: TenantId, matchers: readonly Matcher[], range: LogRange): Promise<LogStream[]>
  /** A test of whole entries for what comes live; `undefined` where the entry does not fit. */
  follow(query: string): (record: StoredLog) => LogLine | undefined
  /** Labels found within lines of the newest entries. */
  fields(tenant: TenantId, query: string, range: LogRange, linesMax: number): Promise<DetectedField[]>
  /** Statements that wrote the newest 50,000 lines of the range, the most frequent first, counted by step. */
  patterns(tenant: TenantId, query: string, range: LogRange & { stepMs: number }): Promise<LinePattern[]>
  /** Distinct entries by bytes over time: see `index/volume_range`. */
  volume(
    tenant: TenantId,
    query: string,
    range: LogRange & { stepMs: number },
    by: { labels?: readonly string[]; limit: number },
  ): Promise<{ labels: Labels; points: { timeMs: number; bytes: number }[] }[]>
}
export type LogqlDeps = { logStore: LogStore; clock: Clock; limits?: Partial<LogqlLimits> }

export type { Expression as LogqlExpression } from './expression.ts'
export { formatLogql } from './format.ts'
export { LogLine } from './log-line.ts'
export { createLogql } from './logql.ts'
export { parseLogql } from './parse/index.ts'
