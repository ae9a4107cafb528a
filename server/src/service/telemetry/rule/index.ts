/** Rules: recording and alerting rules in Prometheus' form, evaluated at their intervals, checked and unit-tested. */

import type { Labels, Matcher } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../../kernel/clock.ts'
import type { Lifecycle } from '../../../kernel/lifecycle.ts'
import type { Log } from '../../../kernel/log.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import type { DocumentSource } from '../../../port/document-source.ts'
import type { NativeHistogram } from '../../../port/metric-store.ts'
import type { Expression } from '../promql/expression.ts'
import type { PromqlEngine, SampleSource } from '../promql/index.ts'

/** What rules need of PromQL beside the engine. Both throw INVALID_PROMQL. */
export type PromqlLanguage = {
  parse(query: string): Expression
  print(expression: Expression): string
  /** A selector's conditions, `__name__` among them. */
  selector(text: string): readonly Matcher[]
}

/** One sample that a rule makes. The stale marker is a NaN with payload: hence bits, not a number. */
export type RuleSample = { labels: Labels; timeMs: number } & (
  | { value: number }
  | { stale: true }
  | { histogram: NativeHistogram }
)

export type AlertPhase = 'PENDING' | 'FIRING' | 'INACTIVE'
/** What is told of an alert: it fires, until `endsMs` unless it is told again, or it ended at `endsMs`. */
export type RuleAlert = {
  labels: Labels
  annotations: Labels
  phase: 'FIRING' | 'INACTIVE'
  startsMs: number
  endsMs: number
  /** Canonical text of the rule's expression. */
  query: string
}

export type ActiveAlert = {
  labels: Labels
  annotations: Labels
  phase: 'PENDING' | 'FIRING'
  activeMs: number
  keepFiringSinceMs?: number
  value: number
}
export type RuleHealth = 'OK' | 'ERR' | 'UNKNOWN'
type RuleBase = {
  name: string
  /** Canonical. */
  query: string
  labels: Labels
  health: RuleHealth
  /** Empty for none. */
  lastError: string
  evaluationSeconds: number
  /** 0 before the first. */
  lastEvaluationMs: number
}
export type RecordingState = RuleBase & { kind: 'RECORDING' }
export type AlertingState = RuleBase & {
  kind: 'ALERTING'
  phase: AlertPhase | 'UNKNOWN'
  forMs: number
  keepFiringForMs: number
  annotations: Labels
  alerts: ActiveAlert[]
}
export type RuleGroupState = {
  name: string
  file: string
  intervalMs: number
  limit: number
  evaluationSeconds: number
  lastEvaluationMs: number
  rules: (RecordingState | AlertingState)[]
}

export interface Rules extends Lifecycle {
  /** Groups in force, in order of file, then as written. */
  groups(tenant: TenantId): RuleGroupState[]
  /** What is wrong with documents; the last good state of each is in force. */
  problems(tenant: TenantId): { file: string; message: string }[]
}

export type RulesDeps = {
  promql: PromqlEngine
  language: PromqlLanguage
  source(tenant: TenantId): SampleSource
  /** Rule files by tenant; several of one tenant are read one after the other. */
  documents: readonly { tenant: TenantId; source: DocumentSource }[]
  /** Resolves once they are durable and can be queried. */
  record(tenant: TenantId, samples: readonly RuleSample[]): Promise<void>
  /** Resolves once they are taken. */
  alert(tenant: TenantId, alerts: readonly RuleAlert[]): Promise<void>
  /** Where people reach this program; empty until it is known. */
  publicUrl(): string
  clock: Clock
  metrics: Metrics
  log: Log
}

export { RulesConfig } from './config.ts'
export { promqlLanguage } from './language.ts'
export { checkRules, type RuleCheck } from './rule-check.ts'
export { createRules } from './rules.ts'
export { runUnitTests, type UnitTestDeps } from './unit-test/unit-test.ts'
